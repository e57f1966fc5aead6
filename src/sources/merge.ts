import { type EpochMs, HOUR_MS, LIMITS } from '../model/index.ts';
import { Heap } from './heap.ts';
import type { Arrival, LogCursor } from './log-cursor.ts';

/** A log as the merge reads it. */
type ArrivalSource = Pick<LogCursor, 'next' | 'fill' | 'close'>;

/** A log that waits for its turn: it is opened when the merge comes to its first record. */
export interface WaitingLog {
  readonly file: number;
  readonly firstTime: EpochMs;
  readonly open: () => Promise<ArrivalSource>;
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

interface OpenLog {
  readonly waiting: WaitingLog;
  readonly cursor: ArrivalSource;
  head: Arrival;
  /** How far in time this log has been read. */
  reached: EpochMs;
}

/** How far ahead in time the next record of a log may lie before it no longer holds the log back. */
const LONGEST_HOLD_MS = HOUR_MS;

export interface MergeStep {
  /** Called for each record, in order. What it returns is awaited before the next. */
  readonly emit: (arrival: Arrival) => Promise<void> | null;
  /** Called now and then, for progress. */
  readonly tick: () => void;
}

/**
 * Reads many logs as one stream in order of time.
 *
 * Of the open logs, that one is read on whose next record began first; records then wait in a heap until
 * the heap is full and leave in order of their time (a flow's end), ties in order of file and line. So
 * the outcome depends on the logs alone. A record further behind than the heap reaches leaves when it
 * comes: the engine counts it as late. A record from the future (one broken clock) holds its log back
 * for an hour of the others, no longer. At most `LIMITS.openFiles` are open; logs beyond that which
 * cover the same time wait until others have ended.
 */
export async function mergeByTime(logs: readonly WaitingLog[], { emit, tick }: MergeStep): Promise<void> {
  const waiting = new Heap<WaitingLog>(beginsBefore);
  for (const log of logs) waiting.push(log);
  const open = new Heap<OpenLog>(isReadBefore);
  const reorder = new Heap<Arrival>(leavesBefore);
  let held = 0;

  /** A promise only where there is something to wait for: waiting costs as much as a record does. */
  function release(arrival: Arrival): Promise<void> | null {
    held -= arrival.observations.length;
    return emit(arrival);
  }

  async function openDue(): Promise<void> {
    for (let next = waiting.peek(); next !== undefined; next = waiting.peek()) {
      const reading = open.peek();
      const isDue = reading === undefined || next.firstTime <= keyOf(reading);
      if (!isDue || open.size >= LIMITS.openFiles) return;
      waiting.pop();
      const cursor = await next.open();
      const head = await headOf(cursor, tick);
      if (head === null) await end(next, cursor);
      else open.push({ waiting: next, cursor, head, reached: beginningOf(next, head) });
    }
  }

  async function end({ successor }: WaitingLog, cursor: ArrivalSource): Promise<void> {
    await cursor.close();
    if (successor !== null) waiting.push(successor);
  }

  try {
    await openDue();
    for (let log = open.peek(); log !== undefined; log = open.peek()) {
      reorder.push(log.head);
      held += log.head.observations.length;
      while (held > LIMITS.reorderEvents) {
        const earliest = reorder.pop();
        if (earliest === undefined) break;
        const released = release(earliest);
        if (released !== null) await released;
      }
      log.reached = Math.max(log.reached, keyOf(log));
      open.pop();
      const head = log.cursor.next() ?? (await headOf(log.cursor, tick));
      if (head === null) await end(log.waiting, log.cursor);
      else {
        log.head = head;
        open.push(log);
      }
      if (waiting.size > 0) await openDue();
    }
    for (let next = reorder.pop(); next !== undefined; next = reorder.pop()) {
      const released = release(next);
      if (released !== null) await released;
      tick();
    }
  } finally {
    for (let log = open.pop(); log !== undefined; log = open.pop()) await log.cursor.close();
  }
}

async function headOf(cursor: ArrivalSource, tick: () => void): Promise<Arrival | null> {
  while (await cursor.fill()) {
    tick();
    const head = cursor.next();
    if (head !== null) return head;
  }
  return null;
}

function beginningOf({ firstTime }: WaitingLog, head: Arrival): EpochMs {
  return firstTime === -Infinity ? head.start : Math.min(firstTime, head.start);
}

function keyOf({ head, reached }: OpenLog): EpochMs {
  return Math.min(head.start, reached + LONGEST_HOLD_MS);
}

function beginsBefore(a: WaitingLog, b: WaitingLog): boolean {
  return a.firstTime < b.firstTime || (a.firstTime === b.firstTime && a.file < b.file);
}

function isReadBefore(a: OpenLog, b: OpenLog): boolean {
  const difference = keyOf(a) - keyOf(b);
  return difference < 0 || (difference === 0 && a.head.file < b.head.file);
}

function leavesBefore(a: Arrival, b: Arrival): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return a.file < b.file || (a.file === b.file && a.line < b.line);
}
