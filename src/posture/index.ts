export type { Clock } from './framing.ts';
export { createPostureReader } from './reader.ts';
