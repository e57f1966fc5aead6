import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isNoRoom, isSystemError, syncDirectory } from '../files/index.ts';
import type { JournalRecord } from '../model/index.ts';
import { type CopyProgress, copyExtent } from './copy.ts';
import { type JournalDisk, REAL_DISK } from './disk.ts';
import { JournalError, noRoom } from './errors.ts';
import type { Journal, NumberedRecord, RecordsRead } from './journal.ts';
import { readExtent, refuseDropped } from './reading.ts';
import { type ClosedSegment, closedSegments, dropTorn, growingSince } from './retention.ts';
import { listSegments, type Segment, segmentAt } from './segment.ts';
import { openTail, type TailJudgement, type TornTail } from './tail.ts';
import { createSegment, Writer } from './writer.ts';

export type { TornTail };
export interface JournalOptions {
  /** A segment that has grown beyond this is closed and the next begun. */
  readonly segmentBytes?: number;
  readonly disk?: JournalDisk;
  /** Others know that so many records were on disk, e.g. a snapshot: fewer are damage, and nothing is cut. */
  readonly acknowledged?: number;
  /** Somebody only looks: what a crash left at the end stays there, and then nothing is appended. */
  readonly isLookedAt?: boolean;
}

export interface EmbeddedJournal extends Journal {
  /** What opening found at the end: a group that a crash left half-written and that was never acknowledged. */
  readonly torn: TornTail | null;
  /** The oldest record that is kept. */
  readonly first: number;
  /** How many closed segments begin with record `from` or later. */
  closedSince(from: number): number;
  /** What could be dropped, the oldest first; the segment that grows is not in it. */
  closed(): Promise<readonly ClosedSegment[]>;
  /** Closes the segment that grows, so that all that was written so far can be dropped. @throws JournalError */
  cut(): Promise<void>;
  /** When the segment that grows was begun, by the disk's clock; `null` while it holds nothing. */
  growingSince(): Promise<number | null>;
  /** Removes what was cut off the end and kept aside before this instant of the disk's clock. */
  dropTorn(before: number): Promise<void>;
  /** Somebody reads or copies it: nothing is dropped meanwhile. */
  readonly isRead: boolean;
  /**
   * Drops the closed segments whose records all come before record `before`; numbers stay as they are. Drops nothing
   * while the journal is read or copied.
   */
  dropBefore(before: number): Promise<void>;
  /**
   * Copies the records from `from` on that are on disk at the moment of the call into `to`, a new directory that can
   * be opened as a journal; appends go on meanwhile. What stands in one segment with `from` is copied too. Resolves
   * with the next sequence number once the copy is on disk.
   * @throws JournalError `dropped` where it does not reach back to `from`; JournalCorrupt
   */
  copyTo(to: string, from: number, onProgress?: CopyProgress): Promise<number>;
}

/** Large enough to keep the directory small, small enough to be a unit of retention. */
const SEGMENT_BYTES = 64 * 1_048_576;

/**
 * Opens the journal in `dir`, created if need be. Only the last segment is read: it alone can be torn;
 * closed segments are verified frame by frame whenever they are read.
 * @throws JournalCorrupt, JournalError `newer_format`, `disk_full`, `records_lost` or `unusable_directory`
 */
export async function openJournal(dir: string, options: JournalOptions = {}): Promise<EmbeddedJournal> {
  const { segmentBytes = SEGMENT_BYTES, disk = REAL_DISK, acknowledged = 0, isLookedAt = false } = options;
  const segments = await segmentsOf(dir, acknowledged);
  const tail = await tailOf(dir, segments, disk, { acknowledged, isLookedAt });
  const writer = new Writer(dir, segments, tail.open, tail.length, { segmentBytes, disk });
  if (tail.torn?.isCut === false) writer.refuse(onlyLookedAt(tail.torn));
  return {
    torn: tail.torn,
    append: (record: JournalRecord) => writer.append(record),
    read: (from = 0, only = 'all') => whileRead(writer, from, only),
    get length() {
      return writer.length;
    },
    get first() {
      return segments[0]?.first ?? 0;
    },
    closedSince: (from) => segments.slice(0, -1).filter(({ first }) => first >= from).length,
    closed: () => closedSegments(segments),
    cut: () => writer.cut(),
    growingSince: () => growingSince(segments, writer.length),
    get isRead() {
      return writer.isRead;
    },
    dropTorn: (before) => dropTorn(dir, before, disk),
    dropBefore: (before) => writer.dropBefore(before),
    copyTo: async (to, from, onProgress = () => undefined) => {
      const extent = writer.extent(from);
      refuseDropped(extent.segments[0]?.first ?? 0, from);
      const done = writer.beginReading();
      await copyExtent(extent, to, onProgress).finally(done);
      return extent.length;
    },
    close: () => writer.close(),
  };
}

/** Opens the last segment, or begins the first. */
async function tailOf(
  dir: string,
  segments: Segment[],
  disk: JournalDisk,
  judgement: TailJudgement,
): ReturnType<typeof openTail> {
  const last = segments.at(-1);
  try {
    if (last !== undefined) return await openTail(last, disk, judgement);
    const open = await createSegment(segmentAt(dir, 0), disk);
    segments.push(open.segment);
    return { open, length: 0, torn: null };
  } catch (cause) {
    if (cause instanceof JournalError) throw cause;
    throw isNoRoom(cause) ? noRoom(cause) : unusable(dir, cause);
  }
}

async function* whileRead(
  writer: Writer,
  from: number,
  only: RecordsRead,
): AsyncGenerator<readonly NumberedRecord[]> {
  const done = writer.beginReading();
  try {
    yield* readExtent(writer.extent(), from, only);
  } finally {
    done();
  }
}

async function segmentsOf(dir: string, acknowledged: number): Promise<Segment[]> {
  const segments = await listSegments(dir).catch((cause: unknown) => {
    if (!isSystemError(cause, 'ENOENT')) throw unusable(dir, cause);
    return null;
  });
  if (segments !== null && segments.length > 0) return segments;
  // What is begun in its place would be in the way of the journal when it comes back, and say that nothing is missing.
  if (acknowledged > 0) throw lost(dir, acknowledged);
  try {
    const created = await mkdir(dir, { recursive: true, mode: 0o700 });
    if (created !== undefined) await syncDirectory(dirname(created));
    return [];
  } catch (cause) {
    throw unusable(dir, cause);
  }
}

function lost(dir: string, acknowledged: number): JournalError {
  const what = `${dir} holds no segment, but a snapshot or history.db knows of more: records 0 to ${acknowledged - 1} were lost, or are elsewhere`;
  const advice =
    'mount or put back the journal, or restore it from a backup; if the history is of another directory, move history.db away';
  return new JournalError('records_lost', `${what}: ${advice}`);
}

function onlyLookedAt({ segment, offset }: TornTail): JournalError {
  const what = `journal segment ${segment} ends in a half-written group at byte ${offset}`;
  return new JournalError('failed', `${what}, and is only looked at: nothing is appended`);
}

function unusable(dir: string, cause: unknown): JournalError {
  return new JournalError('unusable_directory', `the journal cannot use the directory ${dir}`, { cause });
}
