export type { Clock } from './framing.ts';
export { createPostureReader } from './reader.ts';
export { type PostureViews, presentOnly, type Scope } from './views.ts';
