import { LIMITS } from '../model/index.ts';
import { type BeginningOfLog, opensValue, RECORDS_LOOKED_AT } from './detect.ts';
import { firstJsonInk } from './json-divider.ts';
import type { Line } from './line.ts';
import { BYTE_ORDER_MARK, createLineSplitter } from './lines.ts';
import { createValueSplitter } from './value-splitter.ts';

const ARRAY_START = 0x5b;

/** The beginning of a log, chunk by chunk, until its shape is known. */
export class FirstRecords implements BeginningOfLog {
  readonly lines: Line[] = [];
  readonly values: Line[] = [];
  /** The chunks so far. */
  readonly chunks: Buffer[] = [];
  readonly #lineSplitter = createLineSplitter();
  readonly #valueSplitter = createValueSplitter();
  #bytes = 0;
  /** Chunks that were cut into values. */
  #cut = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#bytes += chunk.length;
    if (!this.isList) for (const line of this.#lineSplitter.push(chunk)) this.lines.push(line);
    this.#cutValues();
  }

  /** The log ends here. */
  finish(): void {
    const last = this.#lineSplitter.finish();
    if (last !== null) this.lines.push(last);
    this.#cutValues();
  }

  get isList(): boolean {
    const [first] = this.chunks;
    if (first === undefined) return false;
    const isMarked = first.indexOf(BYTE_ORDER_MARK) === 0;
    return first[firstJsonInk(first, isMarked ? BYTE_ORDER_MARK.length : 0)] === ARRAY_START;
  }

  /** Neither record nor anything else. */
  get isEmpty(): boolean {
    return this.chunks.every((chunk) => /^[\s[\]]*$/.test(chunk.toString('latin1')));
  }

  /** Whether no more is looked at: a slow stream gives its records one by one. */
  get isEnough(): boolean {
    const { length } = this.#mayHoldValues ? this.values : this.lines;
    return length >= RECORDS_LOOKED_AT || this.#bytes > LIMITS.batchBytes;
  }

  get #mayHoldValues(): boolean {
    return this.isList || opensValue(this.lines);
  }

  #cutValues(): void {
    if (!this.#mayHoldValues) return;
    for (const chunk of this.chunks.slice(this.#cut))
      for (const value of this.#valueSplitter.push(chunk)) this.values.push(value);
    this.#cut = this.chunks.length;
  }
}
