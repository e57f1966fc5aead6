import { closeSync, fdatasyncSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** What a snapshot asks of the disk; a test stands in for one that fails. */
export interface SnapshotDisk {
  /** How many of the bytes were written: all of them, unless the room ends. */
  write(file: number, bytes: Uint8Array): number;
  sync(file: number): void;
  rename(from: string, to: string): void;
  /** A new name survives a power cut only once its directory is on disk. */
  syncDirectory(dir: string): void;
}

export const REAL_DISK: SnapshotDisk = {
  write: (file, bytes) => writeSync(file, bytes),
  sync: fdatasyncSync,
  rename: renameSync,
  syncDirectory: (dir) => {
    const handle = openSync(dir, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
};

/** A short write is no error of its own: the next one says why. */
export function writeAll(disk: SnapshotDisk, file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += disk.write(file, bytes.subarray(written));
  }
}
