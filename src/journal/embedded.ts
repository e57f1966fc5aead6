import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalRecord } from '../model/index.ts';
import { decodeRecord } from './codec.ts';
import { type CopyProgress, copyExtent } from './copy.ts';
import { JournalCorrupt, JournalError } from './errors.ts';
import type { Journal, NumberedRecord } from './journal.ts';
import { listSegments, refuseDamage, type Segment, scanFrames, segmentAt, syncDirectory } from './segment.ts';
import { openTail, type TornTail } from './tail.ts';
import { createSegment, Writer, type WriterOptions } from './writer.ts';

export type { TornTail };
export type JournalOptions = Partial<WriterOptions>;

export interface EmbeddedJournal extends Journal {
  /** What opening cut off the end: a group that a crash left half-written and that was never acknowledged. */
  readonly torn: TornTail | null;
  /**
   * Copies the records that are on disk at the moment of the call into `to`, a new directory that can be opened as a
   * journal; appends go on meanwhile. Resolves with how many they are once the copy is on disk.
   * @throws JournalCorrupt where the disk does not give back what was written
   */
  copyTo(to: string, onProgress?: CopyProgress): Promise<number>;
}

const DEFAULTS: WriterOptions = {
  // Large enough to keep the directory small, small enough to be a unit of retention.
  segmentBytes: 64 * 1_048_576,
  sync: (file) => file.datasync(),
};

/**
 * Opens the journal in `dir`, created if need be. Only the last segment is read: it alone can be torn;
 * closed segments are verified frame by frame whenever they are read.
 * @throws JournalCorrupt, JournalError `newer_format` or `unusable_directory`
 */
export async function openJournal(dir: string, options: JournalOptions = {}): Promise<EmbeddedJournal> {
  const segments = await segmentsOf(dir);
  const first = segments[0];
  if (first !== undefined && first.first !== 0) {
    throw new JournalCorrupt(
      first.name,
      0,
      `the segments before it (records 0 to ${first.first - 1}) are missing`,
    );
  }
  const last = segments.at(-1);
  const tail =
    last === undefined
      ? { open: await createSegment(segmentAt(dir, 0)), length: 0, torn: null }
      : await openTail(last);
  if (last === undefined) segments.push(tail.open.segment);
  const writer = new Writer(dir, segments, tail.open, tail.length, { ...DEFAULTS, ...options });
  return {
    torn: tail.torn,
    append: (record: JournalRecord) => writer.append(record),
    read: (from = 0) => readRecords(writer, from),
    get length() {
      return writer.length;
    },
    copyTo: async (to, onProgress = () => undefined) => {
      const extent = writer.extent();
      await copyExtent(extent, to, onProgress);
      return extent.length;
    },
    close: () => writer.close(),
  };
}

async function segmentsOf(dir: string): Promise<Segment[]> {
  try {
    const created = await mkdir(dir, { recursive: true, mode: 0o700 });
    if (created !== undefined) await syncDirectory(dirname(created));
    return await listSegments(dir);
  } catch (cause) {
    throw new JournalError('unusable_directory', `the journal cannot use the directory ${dir}`, { cause });
  }
}

async function* readRecords(writer: Writer, from: number): AsyncGenerator<readonly NumberedRecord[]> {
  const { segments, length, end } = writer.extent();
  const start = segments.findLastIndex(({ first }) => first <= from);
  for (let index = Math.max(0, start); index < segments.length; index++) {
    const segment = segments[index];
    if (segment === undefined) return;
    const following = segments[index + 1];
    yield* readSegment(segment, from, following?.first ?? length, following === undefined ? end : null);
  }
}

/** Reads one segment, which must hold every record before `next`; `limit` is its end in bytes, `null` the file's. */
async function* readSegment(
  segment: Segment,
  from: number,
  next: number,
  limit: number | null,
): AsyncGenerator<readonly NumberedRecord[]> {
  const file = await open(segment.path, 'r');
  try {
    const scan = scanFrames(file, segment, limit ?? (await file.stat()).size);
    let step = await scan.next();
    while (step.done !== true) {
      // One at a time: a record is garbage, cheaply, before the next is made.
      for (const { seq, payload } of step.value) {
        if (seq >= from) yield [{ seq, record: decodeRecord(payload) }];
      }
      step = await scan.next();
    }
    refuseDamage(segment, step.value, next);
  } finally {
    await file.close();
  }
}
