/** Names that are learnt; a conn.log with every package's fields has some sixty. */
const MOST_NAMES = 128;
const MOST_BYTES = 64;

/**
 * The names of the members that a log's lines have, in the order in which the lines have them: the next name is
 * mostly the one that came next on the lines before, and is told by comparing four bytes at a time.
 */
export class JsonNames {
  readonly #fieldOf: (name: string) => number;
  /** `"name":` of each, one after another. */
  readonly #text = new DataView(new ArrayBuffer(MOST_NAMES * MOST_BYTES));
  #starts: readonly number[] = [];
  #lengths: readonly number[] = [];
  #fields: readonly number[] = [];
  #taken = 0;
  #next = 0;

  /** @param fieldOf the number by which a name goes on */
  constructor(fieldOf: (name: string) => number) {
    this.#fieldOf = fieldOf;
  }

  /** A line begins. */
  restart(): void {
    this.#next = 0;
  }

  /** Which of the known names, quoted and with its colon, stands here; -1 where it is none of them. */
  match(bytes: DataView, at: number): number {
    const count = this.#starts.length;
    for (let tried = 0, known = this.#next; tried < count; tried++, known++) {
      if (known >= count) known -= count;
      if (!this.#stands(known, bytes, at)) continue;
      this.#next = known + 1;
      return known;
    }
    return -1;
  }

  length(known: number): number {
    return this.#lengths[known] ?? 0;
  }

  field(known: number): number {
    return this.#fields[known] ?? 0;
  }

  /** Puts a name, which stands here with quotes and colon, after the last one; `false` where it is too long or empty. */
  learn(bytes: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length > MOST_BYTES || length < 4) return false;
    if (this.#starts.length === MOST_NAMES) this.#forget();
    for (let i = 0; i < length; i++) this.#text.setUint8(this.#taken + i, bytes[start + i] ?? 0);
    const name = bytes.toString('utf8', start + 1, end - 2);
    this.#starts = this.#starts.toSpliced(this.#next, 0, this.#taken);
    this.#lengths = this.#lengths.toSpliced(this.#next, 0, length);
    this.#fields = this.#fields.toSpliced(this.#next, 0, this.#fieldOf(name));
    this.#taken += length;
    return true;
  }

  #forget(): void {
    this.#starts = [];
    this.#lengths = [];
    this.#fields = [];
    this.#taken = 0;
    this.#next = 0;
  }

  #stands(known: number, bytes: DataView, at: number): boolean {
    const start = this.#starts[known] ?? 0;
    const last = (this.#lengths[known] ?? 0) - 4;
    if (at + last + 4 > bytes.byteLength) return false;
    for (let i = 0; i < last; i += 4) {
      if (bytes.getInt32(at + i, true) !== this.#text.getInt32(start + i, true)) return false;
    }
    // The last four overlap with those before.
    return bytes.getInt32(at + last, true) === this.#text.getInt32(start + last, true);
  }
}
