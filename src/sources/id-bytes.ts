import type { IdColumn } from '../model/index.ts';

/** A uid rarely has more bytes. */
const USUAL_ID_BYTES = 20;

/** Ids one after another, as bytes. Memory is taken with the first. */
export class IdBytes {
  #bytes = new Uint8Array(0);
  readonly #ends: Uint32Array;
  #length = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#ends = new Uint32Array(capacity);
  }

  /** An empty one is none. */
  add(ids: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) this.#grow(length);
    const bytes = this.#bytes;
    for (let from = start, to = this.#length; from < end; from++, to++) bytes[to] = ids[from] as number;
    this.#length = length;
    this.#ends[this.#count++] = length;
  }

  finished(): IdColumn {
    return { bytes: this.#bytes.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#count) };
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(
      Math.max(this.#ends.length * USUAL_ID_BYTES, this.#bytes.length * 2, needed),
    );
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
