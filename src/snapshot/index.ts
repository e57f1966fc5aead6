/** A state written down in a file and brought back, and the hash over the same. */
export { REAL_DISK, type SnapshotDisk } from './disk.ts';
export { SnapshotDamaged, SnapshotError, type SnapshotErrorCode } from './errors.ts';
export type { SnapshotHead } from './format.ts';
export { type OpenSnapshot, openSnapshot } from './open.ts';
export { keepSnapshots, listSnapshots, type SnapshotFile } from './shelf.ts';
export { hashOf } from './state-hash.ts';
export { writeSnapshot, type WrittenSnapshot } from './write.ts';
