export { type AnomalyDetail, anomalyDetail } from './anomaly-answers.ts';
export { type Remaining, whileCatchingUp } from './catching-up.ts';
export type { Clock } from './framing.ts';
export { createPastView, type FeedImports } from './past-view.ts';
export { createPostureReader } from './reader.ts';
export { type FeedFetching, type PostureViews, presentOnly, refused, type Scope } from './views.ts';
