import { type EpochMs, HOUR_MS, LIMITS } from '../model/index.ts';
import { Heap } from './heap.ts';
import type { LogCursor } from './log-cursor.ts';
import { Reorder } from './reorder.ts';
import type { Stretch } from './stretch.ts';

/** A log as the merge reads it. */
export type StretchSource = Pick<LogCursor, 'next' | 'close'>;

/** A log that waits for its turn: it is opened when the merge comes to its first record. */
export interface WaitingLog {
  readonly file: number;
  readonly firstTime: EpochMs;
  readonly open: () => Promise<StretchSource>;
  /** The log with the same beginning that is read after it (a copy, or what it has grown to). */
  readonly successor: WaitingLog | null;
}

/** A log and whose it is. */
export interface ProducedLog extends Omit<WaitingLog, 'successor'> {
  readonly producer: string;
}

/** Logs of one producer begin alike: they are read one after another, so that the later are its duplicates. */
export function oneByOne(logs: readonly ProducedLog[]): readonly WaitingLog[] {
  const first = new Map<string, WaitingLog>();
  // From the last to the first, so that each finds its successor made.
  for (const { producer, ...log } of logs.toReversed()) {
    first.set(producer, { ...log, successor: first.get(producer) ?? null });
  }
  return [...first.values()];
}

/** How far ahead in time the next record of a log may lie before it no longer holds the log back. */
const LONGEST_HOLD_MS = HOUR_MS;
/** So many records wait in any case: it costs little, and forgives a log that is a little out of order. */
const WAIT_AT_LEAST = 8_192;
/** What has come since is sorted in so large portions. */
const PORTION = 4_096;

export interface MergeStep {
  /** Called for each record, in order. What it returns is awaited before the next. */
  readonly emit: (stretch: Stretch, at: number) => Promise<void> | null;
  /** Called now and then, for progress. */
  readonly tick: () => void;
}

/** An open log, at its next record. */
interface OpenLog {
  readonly waiting: WaitingLog;
  readonly cursor: StretchSource;
  stretch: Stretch;
  at: number;
  /** How far in time this log has been read. */
  reached: EpochMs;
}

/**
 * Reads many logs as one stream in order of time.
 *
 * Of the open logs, that one is read on whose next record began first; records then wait, and leave in order of their
 * time (a flow's end), ties in order of file and line. A record leaves once every log has been read beyond its
 * time: what is still to come began later, so it ends later, or its log is written as flows end and in order. Some
 * wait in any case, and no more than `LIMITS.reorderEvents`. So the outcome depends on the logs alone. A record
 * further behind leaves when it comes: the engine counts it as late. A record from the future (one broken clock)
 * holds its log back for an hour of the others, no longer. At most `LIMITS.openFiles` are open; logs beyond that
 * which cover the same time wait until others have ended.
 */
export async function mergeByTime(logs: readonly WaitingLog[], step: MergeStep): Promise<void> {
  await new Merge(logs, step).run();
}

class Merge {
  readonly #waiting = new Heap<WaitingLog>(beginsBefore);
  readonly #open = new Heap<OpenLog>(isReadBefore);
  /** Taken from the open ones while it is read on. */
  #reading: OpenLog | null = null;
  readonly #reorder = new Reorder();
  readonly #step: MergeStep;
  /** All that began before this has been read. */
  #front: EpochMs = Number.NEGATIVE_INFINITY;
  #came = 0;

  constructor(logs: readonly WaitingLog[], step: MergeStep) {
    this.#step = step;
    for (const log of logs) this.#waiting.push(log);
  }

  async run(): Promise<void> {
    try {
      await this.#openDue();
      for (let log = this.#open.pop(); log !== undefined; log = this.#open.pop()) {
        this.#reading = log;
        await this.#readOn(log);
        this.#reading = null;
        if (this.#waiting.size > 0) await this.#openDue();
      }
      await this.#release(Number.POSITIVE_INFINITY, 0);
    } finally {
      await this.#reading?.cursor.close();
      for (let log = this.#open.pop(); log !== undefined; log = this.#open.pop()) await log.cursor.close();
    }
  }

  /** Reads a log for as long as its next record is the first of all, at most to the end of what is at hand. */
  async #readOn(log: OpenLog): Promise<void> {
    const { stretch } = log;
    let isFirst = true;
    while (log.at < stretch.count && isFirst) {
      const key = keyOf(log);
      if (key > this.#front) this.#front = key;
      log.reached = Math.max(log.reached, key);
      this.#reorder.push(stretch, log.at++);
      if (++this.#came >= PORTION) await this.#releaseDue();
      isFirst = log.at < stretch.count && this.#isFirst(log);
    }
    if (log.at < stretch.count) this.#open.push(log);
    else await this.#fetch(log);
  }

  #isFirst(log: OpenLog): boolean {
    const other = this.#open.peek();
    if (other !== undefined && isReadBefore(other, log)) return false;
    const next = this.#waiting.peek();
    return next === undefined || next.firstTime > keyOf(log) || this.#open.size >= LIMITS.openFiles;
  }

  async #fetch(log: OpenLog): Promise<void> {
    this.#step.tick();
    const stretch = await nextWithRecords(log.cursor, this.#step.tick);
    if (stretch === null) return this.#end(log.waiting, log.cursor);
    log.stretch = stretch;
    log.at = 0;
    this.#open.push(log);
  }

  async #releaseDue(): Promise<void> {
    this.#came = 0;
    await this.#release(this.#front, WAIT_AT_LEAST);
  }

  /** What happened before `front` leaves, but for `kept` records; and what is too much in any case. */
  async #release(front: EpochMs, kept: number): Promise<void> {
    const reorder = this.#reorder;
    if (reorder.weight <= kept) return;
    reorder.sort();
    for (let next = reorder.nextTime; next !== null && reorder.weight > kept; next = reorder.nextTime) {
      if (next > front && reorder.weight <= LIMITS.reorderEvents) return;
      const emitted = reorder.leave(this.#step.emit);
      if (emitted !== null) await emitted;
    }
  }

  async #openDue(): Promise<void> {
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      const reading = this.#open.peek();
      const isDue = reading === undefined || next.firstTime <= keyOf(reading);
      if (!isDue || this.#open.size >= LIMITS.openFiles) return;
      this.#waiting.pop();
      const cursor = await next.open();
      const stretch = await nextWithRecords(cursor, this.#step.tick);
      if (stretch === null) await this.#end(next, cursor);
      else this.#open.push({ waiting: next, cursor, stretch, at: 0, reached: beginningOf(next, stretch) });
    }
  }

  async #end({ successor }: WaitingLog, cursor: StretchSource): Promise<void> {
    await cursor.close();
    if (successor !== null) this.#waiting.push(successor);
  }
}

async function nextWithRecords(cursor: StretchSource, tick: () => void): Promise<Stretch | null> {
  for (let stretch = await cursor.next(); stretch !== null; stretch = await cursor.next()) {
    if (stretch.count > 0) return stretch;
    tick();
  }
  return null;
}

function beginningOf({ firstTime }: WaitingLog, { start }: Stretch): EpochMs {
  const first = start[0] as number;
  return firstTime === -Infinity ? first : Math.min(firstTime, first);
}

function keyOf({ stretch, at, reached }: OpenLog): EpochMs {
  return Math.min(stretch.start[at] as number, reached + LONGEST_HOLD_MS);
}

function beginsBefore(a: WaitingLog, b: WaitingLog): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.file < b.file);
}

function isReadBefore(a: OpenLog, b: OpenLog): boolean {
  const difference = keyOf(a) - keyOf(b);
  return difference < 0 || (difference === 0 && a.stretch.file < b.stretch.file);
}
