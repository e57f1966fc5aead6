import { LIMITS } from '../model/index.ts';
import type { WordNumbers } from './word-numbers.ts';

/** What the addresses of one record are called in all records of a reading. */
export interface AddressNumbers {
  /** Numbers of another generation mean others. */
  readonly generation: number;
  /** One for each of the record's addresses, from 1, in their order. */
  readonly of: Uint32Array;
}

/**
 * Numbers that words keep over the records of one reading, whatever their places in each: whoever takes these in looks up
 * a word by its text once, not once per record. A word of two logs may have two numbers.
 */
export class LastingNumbers {
  readonly #most: number;
  /** By a log's words and their number there; 0 for one that has none yet. */
  #numbers = new WeakMap<WordNumbers, Uint32Array>();
  #given = 0;
  #generation = 1;
  /** Of the record that is gathered. */
  #ofRecord: number[] = [];

  /** @param most are given before numbers begin anew, with the next record */
  constructor(most: number = LIMITS.rememberedParties) {
    this.#most = most;
  }

  /** The record has one more word. */
  add(words: WordNumbers, number: number): void {
    const numbers = this.#numbersOf(words);
    this.#ofRecord.push((numbers[number] ||= ++this.#given));
  }

  /** Those of the words that were added since the last time, in their order. */
  finished(): AddressNumbers {
    const numbers = { generation: this.#generation, of: Uint32Array.from(this.#ofRecord) };
    this.#ofRecord = [];
    if (this.#given >= this.#most) this.#beginAnew();
    return numbers;
  }

  #numbersOf(words: WordNumbers): Uint32Array {
    const known = this.#numbers.get(words);
    if (known !== undefined && words.size <= known.length) return known;
    const roomy = new Uint32Array(words.size * 2);
    if (known !== undefined) roomy.set(known);
    this.#numbers.set(words, roomy);
    return roomy;
  }

  #beginAnew(): void {
    this.#numbers = new WeakMap();
    this.#given = 0;
    this.#generation++;
  }
}
