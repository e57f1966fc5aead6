import { isAscii } from 'node:buffer';

/** What a name stands for that is no field which is read: nothing; the log kind; the connection's ends, nested. */
export const NOT_READ = -1;
export const KIND = -2;
export const NESTED = -3;

/** Names that are learnt; a conn.log with every package's fields has some sixty. */
const MOST_NAMES = 128;
const MOST_BYTES = 64;
/** `"a":` */
const LEAST_BYTES = 4;

/**
 * The names of the members that a log's lines have, in the order in which the lines have them: the next name is
 * mostly the one that came next on the lines before, and is told by comparing eight bytes at a time.
 */
export class JsonNames {
  readonly #fieldOf: (name: string) => number;
  /** `"name":` of each, `MOST_BYTES` apart: every name at its place in the order. */
  readonly #text = new DataView(new ArrayBuffer(MOST_NAMES * MOST_BYTES));
  readonly #lengths = new Int32Array(MOST_NAMES);
  readonly #fields = new Int32Array(MOST_NAMES);
  #count = 0;

  /** @param fieldOf the number by which a name goes on */
  constructor(fieldOf: (name: string) => number) {
    this.#fieldOf = fieldOf;
  }

  /**
   * Which of the known names, quoted and with its colon, stands here; -1 where it is none of them.
   * @param expected the one after that which stood before, or 0 where a line begins
   */
  match(view: DataView, at: number, expected: number): number {
    const count = this.#count;
    for (let tried = 0, known = expected; tried < count; tried++, known++) {
      if (known >= count) known = 0;
      if (this.#stands(known, view, at)) return known;
    }
    return -1;
  }

  length(known: number): number {
    return this.#lengths[known] as number;
  }

  field(known: number): number {
    return this.#fields[known] as number;
  }

  /**
   * Puts a name, which stands here with quotes and colon, at its place in the order; `false` where it is too long,
   * empty or not of ASCII.
   */
  learn(bytes: Buffer, start: number, end: number, place: number): boolean {
    const length = end - start;
    const name = bytes.subarray(start, end);
    if (length > MOST_BYTES || length < LEAST_BYTES || !isAscii(name)) return false;
    if (this.#count === MOST_NAMES) this.#count = 0;
    const known = Math.min(place, this.#count);
    const text = new Uint8Array(this.#text.buffer);
    text.copyWithin((known + 1) * MOST_BYTES, known * MOST_BYTES, this.#count * MOST_BYTES);
    text.set(name, known * MOST_BYTES);
    this.#lengths.copyWithin(known + 1, known, this.#count);
    this.#lengths[known] = length;
    this.#fields.copyWithin(known + 1, known, this.#count);
    this.#fields[known] = this.#fieldOf(name.toString('latin1', 1, length - 2));
    this.#count++;
    return true;
  }

  /** Eight bytes at a time, as floats: no eight letters of ASCII are a float that differs from itself. */
  #stands(known: number, view: DataView, at: number): boolean {
    const text = this.#text;
    const start = known * MOST_BYTES;
    const length = this.#lengths[known] as number;
    if (at + length > view.byteLength) return false;
    // The last ones overlap with those before.
    const last = length - 8;
    if (last < 0) {
      return (
        view.getInt32(at, true) === text.getInt32(start, true) &&
        view.getInt32(at + length - 4, true) === text.getInt32(start + length - 4, true)
      );
    }
    for (let i = 0; i < last; i += 8) {
      if (view.getFloat64(at + i, true) !== text.getFloat64(start + i, true)) return false;
    }
    return view.getFloat64(at + last, true) === text.getFloat64(start + last, true);
  }
}
