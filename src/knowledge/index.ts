export { isWorthAThread, madeInThread } from './feed-change-thread.ts';
export { readingAdvisories } from './knowledge-thread.ts';
export type { NamedEvent } from './misp/manifest-reading.ts';
export { readingIntel } from './reading-intel.ts';
export { readingEvent, readingEventIds, readingManifest, readingPage } from './reading-pieces.ts';
export { isRecord, jsonObject, NO_OBJECT } from './taxii/page-reading.ts';
export { readTextFile, readWholeFile } from './text-file.ts';
export { isGzip, unpackedWithin } from './unpacked.ts';
