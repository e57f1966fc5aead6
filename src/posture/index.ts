export { type AnomalyDetail, anomalyDetail } from './anomaly-answers.ts';
export { type Remaining, whileCatchingUp } from './catching-up.ts';
export { complianceReport } from './compliance-evidence.ts';
export { wordAnswer } from './control-answers.ts';
export type { Clock } from './framing.ts';
export { createPastView, type FeedImports } from './past-view.ts';
export { createPostureReader } from './reader.ts';
export { type Turn, turnByTurn } from './turns.ts';
export { type FeedFetching, type PostureViews, presentOnly, refused, type Scope, viewAt } from './views.ts';
