export type { AggregatorProcessInput } from './aggregator/process-messages.ts';
export { type AggregatorProcess, startAggregator } from './aggregator/start-process.ts';
export { FolderError } from './private-folder.ts';
export { fetchAggregate } from './key-holder/fetch-aggregate.ts';
export {
  enrolSites,
  type Founding,
  type KeyFolder,
  newKeyFolder,
  openKeyFolder,
  removeSite,
} from './key-holder/key-folder.ts';
export { openKeyHolder } from './key-holder/open-key-holder.ts';
export { AggregateRefused } from './key-holder/opener.ts';
export { EpsilonBudget } from './key-holder/noise/budget.ts';
export type { SharedRelease } from './key-holder/noise/shared-release.ts';
export { RoundLedger } from './key-holder/round-ledger.ts';
export { AgreementError, type KnownAgreement } from './protocol/agreement.ts';
export { PostError } from './protocol/posting.ts';
export { readRelease } from './protocol/release.ts';
export { BlockBuilder } from './site/block-builder.ts';
export { sendReport } from './site/send-report.ts';
export { joinFleet, newSite, openSite } from './site/site-folder.ts';
