import type { EpochMs, Observation, Provenance } from '../model/index.ts';
import { ConnectionRows } from './connection-rows.ts';
import type { ConnectionWords } from './connection-words.ts';
import type { ProducerProgress } from './producer.ts';
import type { Tally } from './tally.ts';

/** What one line stated. It enters the journal in one record or not at all. */
export interface LineRecord {
  readonly offset: number;
  readonly observations: readonly Observation[];
  /** See `recordKey`; `null` where the source gives its records no ids. */
  readonly key: string | null;
  /** Where it is counted. */
  readonly tally: Tally;
}

/** What the place of a record in the merge depends on. */
interface Place {
  readonly time: EpochMs;
  /** When what it tells of began; see `startOf`. */
  readonly start: EpochMs;
  readonly line: number;
}

/** Whose log it is. */
export interface StretchOf {
  /** Which file, in the order in which they were named: ties are broken by it. */
  readonly file: number;
  readonly progress: ProducerProgress;
  readonly seenBy: Pick<Provenance, 'site' | 'sensor'>;
  /** Where its records are counted. */
  readonly tally: Tally;
}

/**
 * The new records of one piece of a log, in the order of its lines: connections as rows, all others one by one.
 * Records are known by their number here, so that millions of them can wait their turn without an object each. Once
 * all have gone, the same memory holds those of another piece.
 */
export class Stretch {
  readonly file: number;
  readonly progress: ProducerProgress;
  readonly seenBy: StretchOf['seenBy'];
  readonly tally: Tally;
  readonly time: Float64Array;
  readonly start: Float64Array;
  readonly line: Uint32Array;
  /** See `ProducerProgress.wait`. */
  readonly ticket: Float64Array;
  /** Row in `rows`; `NO_ROW` for a record that stands alone. */
  readonly row: Int32Array;
  count = 0;
  readonly #capacity: number;
  #gone = 0;
  #rows: ConnectionRows | null = null;
  readonly #lines = new Map<number, LineRecord>();
  readonly #onEmpty: (stretch: Stretch) => void;

  /** @param onEmpty told when all of its records have gone */
  constructor(of: StretchOf, capacity: number, onEmpty: (stretch: Stretch) => void) {
    const { file, progress, seenBy, tally } = of;
    this.file = file;
    this.tally = tally;
    this.progress = progress;
    this.seenBy = seenBy;
    this.#capacity = capacity;
    // As many lines, and as many rows on top.
    this.time = new Float64Array(2 * capacity);
    this.start = new Float64Array(2 * capacity);
    this.line = new Uint32Array(2 * capacity);
    this.ticket = new Float64Array(2 * capacity);
    this.row = new Int32Array(2 * capacity);
    this.#onEmpty = onEmpty;
  }

  /** Whether another is to be begun. */
  get isFull(): boolean {
    return this.count >= this.#capacity;
  }

  /** Its connections; `null` where it never had any. */
  get rows(): ConnectionRows | null {
    return this.#rows;
  }

  /** Its rows, empty, for connections in terms of these words. */
  emptyRows(words: ConnectionWords): ConnectionRows {
    this.#rows ??= new ConnectionRows(this.#capacity, words);
    this.#rows.clear(words);
    return this.#rows;
  }

  addRow(rows: ConnectionRows, row: number): void {
    const at = this.#add(rows.offset[row] as number, row);
    this.time[at] = rows.time[row] as number;
    this.start[at] = rows.start[row] as number;
    this.line[at] = rows.lineNumber[row] as number;
  }

  addLine(record: LineRecord, { time, start, line }: Place): void {
    const at = this.#add(record.offset, NO_ROW);
    this.time[at] = time;
    this.start[at] = start;
    this.line[at] = line;
    this.#lines.set(at, record);
  }

  /** The record that stands alone under this number. */
  lineAt(at: number): LineRecord {
    const record = this.#lines.get(at);
    if (record === undefined) throw new RangeError(`no record of its own stands at ${at}`);
    return record;
  }

  /** How many observations it states. */
  weightOf(at: number): number {
    return this.row[at] === NO_ROW ? this.lineAt(at).observations.length : 1;
  }

  /** So many of its records are where they belong, and are asked for no more. */
  letGo(records: number): void {
    this.#gone += records;
    if (this.#gone === this.count) this.#onEmpty(this);
  }

  /** Begins anew, without records. */
  clear(): void {
    this.count = 0;
    this.#gone = 0;
    this.#lines.clear();
  }

  #add(offset: number, row: number): number {
    const at = this.count++;
    this.row[at] = row;
    this.ticket[at] = this.progress.wait(offset);
    return at;
  }
}

export const NO_ROW = -1;
