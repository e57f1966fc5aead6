export { importAdvisories } from './advisories.ts';
export type {
  AdvisoriesArgs,
  AdvisoriesListing,
  AdvisoriesRemoveArgs,
  AdvisoriesRemoved,
  AdvisoriesResult,
  AdvisoryFileReport,
} from './advisory-operations.ts';
export { authorizationOf } from './credentials.ts';
export { FEED_PLACES } from './feed-places.ts';
export { type Fetch, Fetches } from './fetches.ts';
export { IntelIntake } from './intake.ts';
export { listAdvisories, removeAdvisories } from './known-advisories.ts';
export { listIntel, type NextLook } from './list.ts';
export type { IntelFile, IntelImport, IntelImportArgs, IntelListing, IntelTakeArgs } from './operations.ts';
export { type FeedPace, FeedSchedule } from './schedule.ts';
