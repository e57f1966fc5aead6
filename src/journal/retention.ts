import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JournalDisk } from './disk.ts';
import type { Segment } from './segment.ts';
import { TORN_FILE } from './tail.ts';

/** A segment that is closed: it never changes again. */
export interface ClosedSegment {
  /** Its first record. */
  readonly first: number;
  /** The first record behind it. */
  readonly next: number;
  readonly bytes: number;
  /** When its last record was written, by the disk's clock. */
  readonly writtenAt: number;
}

/** All segments but the last, the oldest first. */
export async function closedSegments(segments: readonly Segment[]): Promise<ClosedSegment[]> {
  const closed: ClosedSegment[] = [];
  for (const [index, { path, first }] of segments.entries()) {
    const next = segments[index + 1]?.first;
    if (next === undefined) break;
    const { size, mtimeMs } = await stat(path);
    closed.push({ first, next, bytes: size, writtenAt: mtimeMs });
  }
  return closed;
}

/**
 * When the last segment was begun, at the earliest; `null` while it holds nothing. Not every file system knows when a
 * file was made: it was after the end of the one before, or when a file last came into the directory or left it.
 */
export async function growingSince(segments: readonly Segment[], length: number): Promise<number | null> {
  const [before, growing] = [segments.at(-2), segments.at(-1)];
  if (growing === undefined || growing.first === length) return null;
  return (await stat(before?.path ?? dirname(growing.path))).mtimeMs;
}

/**
 * Removes the oldest segment where all its records come before record `before`; the last one stays in any case.
 * It is gone for good when this resolves, so that a crash never leaves a gap.
 * @returns whether there was one to remove
 */
export async function dropOldest(
  dir: string,
  segments: Segment[],
  before: number,
  disk: JournalDisk,
): Promise<boolean> {
  const [oldest, following] = segments;
  if (oldest === undefined || following === undefined || following.first > before) return false;
  // Out of the list before it is off the disk: whoever begins to read meanwhile must not count on it.
  segments.shift();
  try {
    await disk.remove(oldest.path);
    await disk.syncDirectory(dir);
    return true;
  } catch (cause) {
    if (await isThere(oldest.path)) segments.unshift(oldest);
    throw cause;
  }
}

/** What was cut off the end is kept no longer than records are. */
export async function dropTorn(dir: string, before: number, disk: JournalDisk): Promise<void> {
  const path = join(dir, TORN_FILE);
  const file = await stat(path).catch(() => null);
  if (file === null || file.mtimeMs >= before) return;
  await disk.remove(path);
  await disk.syncDirectory(dir);
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
