import { type FileHandle, open, rm } from 'node:fs/promises';
import { syncDirectory } from '../files/index.ts';

/** What the journal asks of the disk when it changes; a test stands in for one that fails. */
export interface JournalDisk {
  open(path: string, flags: string): Promise<FileHandle>;
  /** How many of the bytes from `offset` were written: all of them, unless the room ends. */
  write(file: FileHandle, bytes: Buffer, offset: number, position: number): Promise<number>;
  /** Puts a file's written bytes on disk. */
  sync(file: FileHandle): Promise<void>;
  truncate(file: FileHandle, length: number): Promise<void>;
  remove(path: string): Promise<void>;
  syncDirectory(dir: string): Promise<void>;
}

export const REAL_DISK: JournalDisk = {
  open: (path, flags) => open(path, flags, 0o600),
  write: async (file, bytes, offset, position) =>
    (await file.write(bytes, offset, bytes.length - offset, position)).bytesWritten,
  sync: (file) => file.datasync(),
  truncate: (file, length) => file.truncate(length),
  remove: (path) => rm(path),
  syncDirectory,
};

/** A short write is no error of its own: the next one says why. */
export async function writeAll(
  disk: JournalDisk,
  file: FileHandle,
  bytes: Buffer,
  position: number,
): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await disk.write(file, bytes, written, position + written);
  }
}
