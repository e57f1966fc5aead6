import { STEPS_PER_SLICE } from './growing.ts';

/** The share of the slots that is used: a miss then visits few more than three, mostly of one cache line. */
const FILL = 0.6;
/** Fewer used ones than so many of those that were planned for are laid out anew. */
const WORTH_KEEPING = 0.75;

/**
 * Finds numbers from 1 by a hash: open addressing, each slot a tag and a number side by side, so that most misses cost
 * one place of the memory. Where a tag is not the whole key, whoever asks compares the rest.
 */
export class Slots {
  readonly pairs: Int32Array;
  readonly count: number;
  readonly #scale: number;

  constructor(pairs: Int32Array) {
    this.pairs = pairs;
    this.count = pairs.length / 2;
    // The place follows from the hash's upper bits: any number of slots will do, not only powers of two.
    this.#scale = this.count / 2 ** 32;
  }

  static for(entries: number): Slots {
    const slots = Math.floor(entries / FILL) + 1;
    return new Slots(new Int32Array(new SharedArrayBuffer(2 * slots * Int32Array.BYTES_PER_ELEMENT)));
  }

  /** The first slot of this tag from the hash's place on, or behind the slot `after`; -1 where there is none. */
  search(hash: number, tag: number, after = -1): number {
    const { pairs } = this;
    let at = after === -1 ? this.#place(hash) : after + 1;
    for (;;) {
      if (at === this.count) at = 0;
      if (pairs[2 * at + 1] === 0) return -1;
      if (pairs[2 * at] === tag) return at;
      at++;
    }
  }

  numberAt(slot: number): number {
    return this.pairs[2 * slot + 1] as number;
  }

  tagAt(slot: number): number {
    return this.pairs[2 * slot] as number;
  }

  set(slot: number, number: number): void {
    this.pairs[2 * slot + 1] = number;
  }

  put(hash: number, tag: number, number: number): void {
    let at = this.#place(hash);
    while (this.pairs[2 * at + 1] !== 0) if (++at === this.count) at = 0;
    this.pairs[2 * at] = tag;
    this.pairs[2 * at + 1] = number;
  }

  /** These, or fewer where many entries turned out to be the same. */
  *tightened(used: number, hashOfTag: (tag: number) => number): Generator<void, Slots> {
    if (used >= WORTH_KEEPING * FILL * this.count) return this;
    const fewer = Slots.for(used);
    for (let at = 0; at < this.count; at++) {
      if (at % STEPS_PER_SLICE === 0) yield;
      const tag = this.pairs[2 * at] as number;
      const number = this.numberAt(at);
      if (number !== 0) fewer.put(hashOfTag(tag), tag, number);
    }
    return fewer;
  }

  #place(hash: number): number {
    return Math.floor((hash >>> 0) * this.#scale);
  }
}
