import type { EpochMs, Observation } from '../model/index.ts';
import type { LineRecord } from './batching.ts';
import type { Line } from './line.ts';
import type { LogReader } from './log-reader.ts';
import type { LogSource } from './log-source.ts';
import type { ProducerProgress } from './producer.ts';
import { type RecordKeys, recordKey } from './record-keys.ts';
import { startOf } from './record-time.ts';
import type { Tally } from './tally.ts';

/** A line that states something new, with what its place in the merge depends on. */
export interface Arrival extends LineRecord {
  readonly time: EpochMs;
  readonly start: EpochMs;
  /** Which file, in the order in which they were named, and which line: ties are broken by these. */
  readonly file: number;
  readonly line: number;
}

/** What a line's fate depends on, and where it is counted. */
export interface Reception {
  readonly file: number;
  readonly reader: LogReader;
  readonly progress: ProducerProgress;
  readonly keys: RecordKeys;
  readonly tally: Tally;
}

/** Counts a line; gives it back where it states something new. */
function receive(line: Line, { file, reader, progress, keys, tally }: Reception): Arrival | null {
  const observations: Observation[] = [];
  let uid: string | null = null;
  let mayBeCompleted = false;
  for (const reading of reader.read(line)) {
    if (reading.kind === 'observation') {
      observations.push(reading.observation);
      uid ??= reading.uid ?? null;
    } else if (reading.kind === 'refused') {
      tally.refuse(line.number, reading);
      mayBeCompleted = !line.complete;
    } else tally.skip(reading.what);
  }
  const isKnown = progress.isKnown(line.offset);
  // Of a log that is still being written, a later reading takes the last line once it is whole.
  if (!mayBeCompleted) progress.readTo(line.end);
  const [first] = observations;
  if (first === undefined) return null;
  const key = uid === null ? null : recordKey(first, uid);
  if (isKnown || (key !== null && !keys.admit(key))) {
    tally.count('duplicates');
    return null;
  }
  tally.count('accepted');
  progress.wait(line.offset);
  const { offset, number } = line;
  return { progress, offset, observations, key, time: first.time, start: startOf(first), file, line: number };
}

/** What a cursor needs of a log. */
export type CursorSource = Pick<LogSource, 'lines' | 'fault' | 'close'>;

/** One log being read. */
export class LogCursor {
  readonly #source: CursorSource;
  readonly #lines: AsyncGenerator<readonly Line[]>;
  readonly #reception: Reception;
  #atHand: readonly Line[] = [];
  #next = 0;

  constructor(source: CursorSource, reception: Reception) {
    this.#source = source;
    this.#lines = source.lines();
    this.#reception = reception;
  }

  /** The next new record among the lines at hand; `null` where `fill` has to fetch more. */
  next(): Arrival | null {
    for (let line = this.#atHand[this.#next]; line !== undefined; line = this.#atHand[this.#next]) {
      this.#next++;
      const arrival = receive(line, this.#reception);
      if (arrival !== null) return arrival;
    }
    return null;
  }

  /** `false` at the end of the log. */
  async fill(): Promise<boolean> {
    const next = await this.#lines.next();
    if (next.done === true) {
      this.#reception.tally.fault = this.#source.fault();
      this.#reception.tally.isDone = true;
      return false;
    }
    this.#atHand = next.value;
    this.#next = 0;
    return true;
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
    await this.#source.close();
  }
}
