import type { FileHandle } from 'node:fs/promises';
import { type JournalDisk, writeAll } from './disk.ts';
import { JournalCorrupt } from './errors.ts';
import { laterGroupFollows } from './frame.ts';
import { encodeHeader, readAt, type Segment, SEGMENT_HEADER_BYTES, scanFrames } from './segment.ts';

/** Bytes of a group that was never acknowledged, cut off when the journal was opened. */
export interface TornTail {
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
}

/** The segment that takes appends, and where its next frame goes. */
export interface OpenSegment {
  readonly segment: Segment;
  readonly file: FileHandle;
  readonly end: number;
}

/**
 * Opens the last segment for appending. What a crash left half-written at its end is cut; damage before
 * that is an error. Damage within the very last commit group cannot be told from a torn write, and is cut too.
 */
export async function openTail(
  segment: Segment,
  disk: JournalDisk,
): Promise<{ readonly open: OpenSegment; readonly length: number; readonly torn: TornTail | null }> {
  const file = await disk.open(segment.path, 'r+');
  try {
    const { size } = await file.stat();
    if (size < SEGMENT_HEADER_BYTES) return await restartSegment(segment, file, size, disk);
    const scan = scanFrames(file, segment, size);
    let step = await scan.next();
    while (step.done !== true) step = await scan.next();
    const { end, next, damage } = step.value;
    let torn: TornTail | null = null;
    if (damage !== null) {
      const rest = await readAt(file, end, size - end);
      if (laterGroupFollows(rest, 0, next)) throw new JournalCorrupt(segment.name, end, damage);
      torn = { segment: segment.name, offset: end, bytes: size - end };
      await disk.truncate(file, end);
      await disk.sync(file);
    }
    return { open: { segment, file, end }, length: next, torn };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A crash came between the creation of the file and its header: no frame was ever written to it. */
async function restartSegment(
  segment: Segment,
  file: FileHandle,
  size: number,
  disk: JournalDisk,
): ReturnType<typeof openTail> {
  await disk.truncate(file, 0);
  await writeAll(disk, file, encodeHeader(segment.first), 0);
  await disk.sync(file);
  return {
    open: { segment, file, end: SEGMENT_HEADER_BYTES },
    length: segment.first,
    torn: size === 0 ? null : { segment: segment.name, offset: 0, bytes: size },
  };
}
