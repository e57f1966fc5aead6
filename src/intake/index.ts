export { readingPort } from './intake.ts';
export { LiveSources } from './live-sources.ts';
export type { ReadingRequest } from './reading-messages.ts';
export { isWorthAThread, readInThread } from './reading-thread.ts';
export { isSimulated, refuseMixing } from './simulated-data.ts';
export type { SourceStanding } from './source-standing.ts';
export { refusalText, type SourceReport } from './source-watch.ts';
