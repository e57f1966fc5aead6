import { hashOfWords } from './chance.ts';
import { type GrowingWords, sharedWords, FIRST_TOUCHES_PER_SLICE, trimmed } from './growing.ts';
import { Slots } from './slots.ts';

export interface RecordArrays {
  readonly slots: Int32Array;
  /** By row: the words of the key, and a number that belongs to it. */
  readonly records: Uint32Array;
}

/** Numbers from 1 by keys of several words: IPv6 addresses, file hashes, fingerprints. */
export class RecordIndex {
  readonly #slots: Slots;
  readonly #records: Uint32Array;
  readonly #width: number;
  readonly #chance: Int32Array;

  constructor({ slots, records }: RecordArrays, width: number, chance: Int32Array) {
    this.#slots = new Slots(slots);
    this.#records = records;
    this.#width = width;
    this.#chance = chance;
  }

  /**
   * @param entries the words of a key and a number, in turn
   * @param joined what belongs to a key that comes again, of the number before and the new one
   */
  static *build(
    entries: GrowingWords,
    width: number,
    joined: (before: number, number: number) => number,
    chance: Int32Array,
  ): Generator<void, RecordArrays> {
    const stride = width + 1;
    const count = entries.length / stride;
    const slots = Slots.for(count);
    const records = sharedWords(entries.length);
    const made = new RecordIndex({ slots: slots.pairs, records }, width, chance);
    let rows = 0;
    for (let nth = 0; nth < count; nth++) {
      if (nth % FIRST_TOUCHES_PER_SLICE === 0) yield;
      // Into the next free row, which stays free where the key is known.
      const row = rows * stride;
      for (let i = 0; i < stride; i++) records[row + i] = entries.at(nth * stride + i);
      const hash = hashOfWords(chance, records, row, width);
      const known = made.#rowOf(records, row, hash);
      if (known === -1) slots.put(hash, hash, ++rows);
      else {
        const place = known * stride + width;
        records[place] = joined(records[place] as number, records[row + width] as number);
      }
    }
    const tight = yield* slots.tightened(rows, (tag) => tag);
    return { slots: tight.pairs, records: yield* trimmed(records, rows * stride) };
  }

  *places(): Generator<number> {
    const rows = this.#records.length / (this.#width + 1);
    for (let row = 0; row < rows; row++) yield row;
  }

  headAt(row: number): number {
    return this.#records[row * (this.#width + 1) + this.#width] as number;
  }

  /** The words of the key there: a view. */
  wordsAt(row: number): Uint32Array {
    const start = row * (this.#width + 1);
    return this.#records.subarray(start, start + this.#width);
  }

  /** The number that belongs to the key; 0 for none. */
  find(words: Uint32Array): number {
    const row = this.#rowOf(words, 0, hashOfWords(this.#chance, words, 0, this.#width));
    return row === -1 ? 0 : (this.#records[row * (this.#width + 1) + this.#width] as number);
  }

  #rowOf(words: Uint32Array, at: number, hash: number): number {
    let slot = this.#slots.search(hash, hash);
    while (slot !== -1) {
      const row = this.#slots.numberAt(slot) - 1;
      if (this.#is(row, words, at)) return row;
      slot = this.#slots.search(hash, hash, slot);
    }
    return -1;
  }

  #is(row: number, words: Uint32Array, at: number): boolean {
    const start = row * (this.#width + 1);
    for (let i = 0; i < this.#width; i++) if (this.#records[start + i] !== words[at + i]) return false;
    return true;
  }
}
