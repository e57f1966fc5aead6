import type { StateReader } from '../../src/model/index.ts';
import type { Renaming } from './renaming.ts';

/** Texts known by number, for so many copies: what is the world's is shared, what is a copy's own is its own. */
export class CopiedTexts {
  readonly #texts: readonly string[];
  readonly #copies: number;
  readonly #renaming: Renaming;
  /** The numbers that are a copy's own, and the place of each among them. */
  readonly #own: readonly number[];
  readonly #places: ReadonlyMap<number, number>;

  /** @param first the number of the first text */
  constructor(from: StateReader, first: number, copies: number, renaming: Renaming) {
    this.#texts = [...Array.from({ length: first }, () => ''), ...from.texts('texts')];
    this.#copies = copies;
    this.#renaming = renaming;
    this.#own = [...this.#texts.keys()].filter((number) => renaming.isOwn(this.#texts[number] ?? ''));
    this.#places = new Map(this.#own.map((number, place) => [number, place]));
  }

  /** The number that a copy knows the text by. */
  number(number: number, copy: number): number {
    const place = this.#places.get(number);
    if (copy === 0 || place === undefined) return number;
    return this.#texts.length + (copy - 1) * this.#own.length + place;
  }

  *all(first: number): Iterable<string> {
    for (const text of this.#texts.slice(first)) yield this.#renaming.text(text, 0);
    for (let copy = 1; copy < this.#copies; copy++) {
      for (const number of this.#own) yield this.#renaming.text(this.#texts[number] ?? '', copy);
    }
  }

  /** How often each is held, in the same order. */
  holders(held: (number: number) => number): Uint32Array {
    const all = this.#texts.map((_, number) => held(number) * (this.#places.has(number) ? 1 : this.#copies));
    const own = this.#own.map(held);
    const numbers = new Uint32Array(all.length + (this.#copies - 1) * own.length);
    numbers.set(all);
    for (let copy = 1; copy < this.#copies; copy++) numbers.set(own, all.length + (copy - 1) * own.length);
    return numbers;
  }
}
