import { LIMITS } from '../../model/index.ts';
import { JsonDivider } from '../json-divider.ts';

const LF = 0x0a;
const ARRAY_START = 0x5b;

const BYTES_PER_STEP = 65_536;

/**
 * What JSON would make of a body, before it is parsed. One of 16 MiB may hold five million empty objects, or as many
 * arrays one in another: parsed they take gigabytes, and the server waits meanwhile. So objects and arrays are counted,
 * the elements of an array body, the lines of any other.
 */
export class BatchExtent {
  /** Of an array body: where the text of each element ends, at a comma or at the bracket that closes the array. */
  readonly ends: number[] = [];
  readonly #bytes: Buffer;
  readonly #isArray: boolean;
  readonly #divider = new JsonDivider();
  #lines = 0;
  #isClosed = false;

  constructor(bytes: Buffer, isArray: boolean) {
    this.#bytes = bytes;
    this.#isArray = isArray;
  }

  /** Of an array body: whether there is a bracket that closes it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** In small steps: whether the body would cost more memory and time than its bytes suggest. */
  *exceeds(): Generator<void, boolean> {
    for (let at = 0; at < this.#bytes.length; at += BYTES_PER_STEP) {
      const end = Math.min(at + BYTES_PER_STEP, this.#bytes.length);
      this.#divide(at, end);
      if (!this.#isArray) this.#countLines(at, end);
      const records = this.#isArray ? this.ends.length : this.#lines;
      if (this.#divider.containers > LIMITS.batchObjects || records > LIMITS.batchRecords) return true;
      yield;
    }
    return false;
  }

  #divide(start: number, end: number): void {
    const divider = this.#divider;
    const bytes = this.#bytes;
    for (let at = divider.next(bytes, start, end); at >= 0; at = divider.next(bytes, at + 1, end)) {
      if (!this.#isArray || this.#isClosed || (bytes[at] === ARRAY_START && this.ends.length === 0)) continue;
      this.ends.push(at);
      this.#isClosed = !divider.isInArray;
    }
  }

  #countLines(start: number, end: number): void {
    const piece = this.#bytes.subarray(start, end);
    for (let lf = piece.indexOf(LF); lf >= 0; lf = piece.indexOf(LF, lf + 1)) this.#lines++;
    // The last line of a body may go without its break.
    if (end === this.#bytes.length && piece.at(-1) !== LF) this.#lines++;
  }
}
