import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type JournalDisk, writeAll } from './disk.ts';
import { JournalCorrupt } from './errors.ts';
import { laterGroupFollows } from './frame.ts';
import { encodeHeader, readAt, type Segment, SEGMENT_HEADER_BYTES, scanFrames } from './segment.ts';

/** What is cut off the end is kept in this file beside the segments, until the next cut, or nobody may keep it any more. */
export const TORN_FILE = 'torn.bytes';
/** As much as a group or the largest record of an operator may be; of more, the beginning says enough. */
const TORN_BYTES = 64 * 1_048_576;

/** Bytes at the end that are no whole group: a crash left it half-written, or its disk damaged it. */
export interface TornTail {
  readonly segment: string;
  readonly offset: number;
  readonly bytes: number;
  /** They are cut off, and kept aside; otherwise they are where they were, and nothing is appended. */
  readonly isCut: boolean;
}

/** How the end of a journal is judged, and what is done about it. */
export interface TailJudgement {
  /** Others know that so many records were on disk: where there are fewer, the end was not torn but damaged. */
  readonly acknowledged: number;
  /** Somebody only looks: not a byte is changed. */
  readonly isLookedAt: boolean;
}

/** The segment that takes appends, and where its next frame goes. */
export interface OpenSegment {
  readonly segment: Segment;
  readonly file: FileHandle;
  readonly end: number;
}

/**
 * Opens the last segment for appending. What a crash left half-written at its end is cut and kept aside; damage before
 * that is an error, and damage to what others know to have been on disk. Other damage within the very last commit group
 * cannot be told from a torn write, and is cut too.
 * @throws JournalCorrupt
 */
export async function openTail(
  segment: Segment,
  disk: JournalDisk,
  judgement: TailJudgement,
): Promise<{ readonly open: OpenSegment; readonly length: number; readonly torn: TornTail | null }> {
  const { acknowledged, isLookedAt } = judgement;
  const file = await disk.open(segment.path, 'r+');
  try {
    const { size } = await file.stat();
    if (size < SEGMENT_HEADER_BYTES) {
      if (acknowledged > segment.first || isLookedAt)
        throw new JournalCorrupt(segment.name, 0, 'header is cut short');
      return await restartSegment(segment, file, size, disk);
    }
    const scan = scanFrames(file, segment, size);
    let step = await scan.next();
    while (step.done !== true) step = await scan.next();
    const { end, next, damage } = step.value;
    let torn: TornTail | null = null;
    if (damage !== null) {
      const rest = await readAt(file, end, size - end);
      if (laterGroupFollows(rest, 0, next)) throw new JournalCorrupt(segment.name, end, damage);
      if (next < acknowledged)
        throw new JournalCorrupt(
          segment.name,
          end,
          `${damage}; records up to ${acknowledged - 1} were on disk`,
        );
      torn = { segment: segment.name, offset: end, bytes: size - end, isCut: !isLookedAt };
      if (!isLookedAt) {
        await keepAside(dirname(segment.path), rest.subarray(0, TORN_BYTES), disk);
        await disk.truncate(file, end);
        await disk.sync(file);
      }
    }
    return { open: { segment, file, end }, length: next, torn };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** They are on disk before they are cut: a crash in between cuts them again. */
async function keepAside(dir: string, bytes: Buffer, disk: JournalDisk): Promise<void> {
  const aside = await disk.open(join(dir, TORN_FILE), 'w');
  try {
    await writeAll(disk, aside, bytes, 0);
    await disk.sync(aside);
    await disk.syncDirectory(dir);
  } finally {
    await aside.close();
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
    torn: size === 0 ? null : { segment: segment.name, offset: 0, bytes: size, isCut: true },
  };
}
