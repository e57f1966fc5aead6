export { runAggregator } from './aggregator.ts';
export { FleetDesk } from './fleet-desk.ts';
export {
  agreedFleet,
  enrolFleetSite,
  type FleetAgreed,
  foundFleet,
  openRound,
  releaseRound,
  releasesOf,
  removeFleetSite,
  setEpsilonBudget,
  shareRelease,
} from './key-holder.ts';
export type { FleetOperations, FleetStatus, ReleaseImported } from './operations.ts';
export { siteDevices } from './site-block.ts';
export { SiteClient } from './site-client.ts';
export { joinSite, makeSite } from './site.ts';
