import { fstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { type JournalRecord, LIMITS } from '../model/index.ts';
import { encodeRecord } from './codec.ts';
import { isNoRoom } from '../files/index.ts';
import { JournalError, noRoom } from './errors.ts';
import { encodeGroup, headerOf } from './frame.ts';
import { encodeHeader, type Segment, SEGMENT_HEADER_BYTES, segmentAt } from './segment.ts';
import type { Extent } from './copy.ts';
import { dropOldest } from './retention.ts';
import { type JournalDisk, writeAll } from './disk.ts';
import { LARGE_BYTES, stepwise } from './stepwise.ts';
import type { OpenSegment } from './tail.ts';

export interface WriterOptions {
  /** A segment that has grown beyond this is closed and the next begun. */
  readonly segmentBytes: number;
  readonly disk: JournalDisk;
}

interface Waiting {
  readonly payload: Buffer;
  readonly resolve: (seq: number) => void;
  readonly reject: (error: JournalError) => void;
}

/** A group larger than this would hold up the acknowledgement of its first record. */
const GROUP_BYTES = 8 * 1_048_576;

/**
 * Group commit with linger 0: appends that arrive while one fdatasync runs share the next. The running
 * sync is itself the batching window, so a lone producer waits for nobody and many share one sync.
 */
export class Writer {
  private readonly dir: string;
  private readonly options: WriterOptions;
  private readonly segments: Segment[];
  private tail: OpenSegment;
  private count: number;
  private waiting: Waiting[] = [];
  private working: Promise<void> | null = null;
  private refusal: JournalError | null = null;
  /** How many read what is on disk. */
  private readers = 0;

  constructor(dir: string, segments: Segment[], tail: OpenSegment, length: number, options: WriterOptions) {
    this.dir = dir;
    this.segments = segments;
    this.tail = tail;
    this.count = length;
    this.options = options;
  }

  get length(): number {
    return this.count;
  }

  /** What is on disk at this moment: the segments from record `from` on, the records, the bytes of the last. */
  extent(from = 0): Extent {
    const start = Math.max(
      0,
      this.segments.findLastIndex(({ first }) => first <= from),
    );
    return { segments: this.segments.slice(start), length: this.count, end: this.tail.end };
  }

  /** From now on nothing is appended, for this reason. */
  refuse(reason: JournalError): void {
    this.refusal ??= reason;
  }

  /** Keeps every segment where it is until the given function is called. */
  beginReading(): () => void {
    this.readers++;
    return () => void this.readers--;
  }

  get isRead(): boolean {
    return this.readers > 0;
  }

  /** Closes the segment that grows; the next record begins another. */
  async cut(): Promise<void> {
    while (this.working !== null) await this.working;
    if (this.refusal !== null) throw this.refusal;
    if (this.tail.segment.first === this.count) return;
    const cutting = this.rollThenDrain();
    this.working = cutting.catch(() => undefined);
    await cutting;
  }

  /** Drops what comes wholly before the record `before`; nothing while somebody reads: that is for another time. */
  async dropBefore(before: number): Promise<void> {
    const { dir, segments, options } = this;
    while (this.readers === 0 && (await dropOldest(dir, segments, before, options.disk)));
  }

  async append(record: JournalRecord): Promise<number> {
    if (this.refusal !== null) throw this.refusal;
    const payload = encodeRecord(record);
    if (payload.length > LIMITS.journalRecordBytes) {
      const most = LIMITS.journalRecordBytes;
      throw new JournalError(
        'record_too_large',
        `record of ${payload.length} bytes: at most ${most} are allowed`,
      );
    }
    return new Promise<number>((resolve, reject) => {
      this.waiting.push({ payload, resolve, reject });
      this.working ??= this.drain();
    });
  }

  async close(): Promise<void> {
    const first = this.refusal?.code !== 'closed';
    this.refusal ??= new JournalError('closed', 'the journal is closed');
    await this.working;
    if (!first) return;
    this.refusal = new JournalError('closed', 'the journal is closed');
    await this.tail.file.close();
  }

  /** What comes meanwhile waits for the new segment. */
  private async rollThenDrain(): Promise<void> {
    try {
      await this.roll();
    } catch (cause) {
      if (cause instanceof JournalError) throw cause;
      const failure = this.fail(cause);
      for (const { reject } of this.waiting.splice(0)) reject(failure);
      throw failure;
    } finally {
      this.working = this.waiting.length > 0 ? this.drain() : null;
    }
  }

  private async drain(): Promise<void> {
    // Let the appends of the same turn come in: they share the first group.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      const start = this.count;
      try {
        await this.commit(group.map(({ payload }) => payload));
      } catch (error) {
        // What waits behind a failed group came after it; taking it would change the order that its caller meant.
        const refused = [...group, ...this.waiting.splice(0)];
        const reason = error instanceof JournalError ? error : this.fail(error);
        for (const { reject } of refused) reject(reason);
        continue;
      }
      for (const [index, { resolve }] of group.entries()) resolve(start + index);
    }
    this.working = null;
  }

  private takeGroup(): Waiting[] {
    let bytes = 0;
    let size = 0;
    for (const { payload } of this.waiting) {
      if (size > 0 && bytes + payload.length > GROUP_BYTES) break;
      bytes += payload.length;
      size++;
    }
    return this.waiting.splice(0, size);
  }

  private async commit(payloads: readonly Buffer[]): Promise<void> {
    if (this.tail.end >= this.options.segmentBytes) await this.roll();
    const group = this.count;
    const parts = await encoded(group, payloads);
    const { file, end } = this.tail;
    const { disk } = this.options;
    refuseOthers(this.tail);
    let bytes = 0;
    try {
      for (const part of parts) {
        await writeAll(disk, file, part, end + bytes);
        bytes += part.length;
      }
    } catch (error) {
      await this.takeBack(error);
    }
    // A failed fdatasync is never retried: the kernel may have dropped the pages and report success next time.
    await disk.sync(file);
    // Both in one turn: whoever asks for the extent must never see the bytes of records that are not counted.
    this.tail = { ...this.tail, end: end + bytes };
    this.count += payloads.length;
  }

  /** The write failed in the middle: cut what there is of it, so that the next group stands where this one would have. */
  private async takeBack(cause: unknown): Promise<never> {
    await this.options.disk.truncate(this.tail.file, this.tail.end);
    if (!isNoRoom(cause)) throw cause;
    throw noRoom(cause);
  }

  private async roll(): Promise<void> {
    try {
      const next = await createSegment(segmentAt(this.dir, this.count), this.options.disk);
      const before = this.tail.file;
      this.tail = next;
      this.segments.push(next.segment);
      await before.close();
    } catch (cause) {
      throw isNoRoom(cause) ? noRoom(cause) : cause;
    }
  }

  private fail(cause: unknown): JournalError {
    const message = 'the journal could not put a record on disk; restart to see what the disk holds';
    const failure = new JournalError('failed', message, { cause });
    this.refusal ??= failure;
    return failure;
  }
}

/**
 * Only one process appends, as the owner's lock sees to; whoever removes the lock's file lets another one in. Each would write over
 * what the other has acknowledged.
 */
function refuseOthers({ file, end, segment }: OpenSegment): void {
  // Before every write. A local disk's kernel knows it: another thread would take longer to wake than to answer.
  const { size } = fstatSync(file.fd);
  if (size === end) return;
  throw new Error(
    `journal segment ${segment.name} has ${size} bytes, not ${end}: another process writes to it or has cut it`,
  );
}

/** Creates (or begins anew) an empty segment; it is on disk, with its name, before the first frame is written. */
export async function createSegment(segment: Segment, disk: JournalDisk): Promise<OpenSegment> {
  const file = await disk.open(segment.path, 'w+');
  try {
    await writeAll(disk, file, encodeHeader(segment.first), 0);
    await disk.sync(file);
    await disk.syncDirectory(dirname(segment.path));
  } catch (error) {
    await file.close();
    await takeBackSegment(segment, disk);
    throw error;
  }
  return { segment, file, end: SEGMENT_HEADER_BYTES };
}

/**
 * The segment before may go on: one that stayed would say, at the next start, that it ends here.
 * @throws Error that says nothing of room: where this fails, nothing may be appended any more
 */
async function takeBackSegment({ path, name }: Segment, disk: JournalDisk): Promise<void> {
  try {
    await disk.remove(path);
    await disk.syncDirectory(dirname(path));
  } catch (cause) {
    throw new Error(`journal segment ${name} was begun and could not be taken back`, { cause });
  }
}

/** The bytes of a commit group. A large record that stands alone in it is summed up in steps, and not copied. */
async function encoded(group: number, payloads: readonly Buffer[]): Promise<readonly Buffer[]> {
  const [payload] = payloads;
  if (payload === undefined || payloads.length > 1 || payload.length < LARGE_BYTES)
    return [encodeGroup(group, payloads)];
  return [await stepwise(headerOf({ seq: group, group, payload })), payload];
}
