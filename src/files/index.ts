/** Files that are whole and on disk, or not there. */
export { createDurably, Draft, replaceDurably } from './draft.ts';
export { readIfThere } from './read-if-there.ts';
export { syncDirectory } from './sync-directory.ts';
export { DiskFull, isNoRoom, isSystemError } from './system-error.ts';
