import { PackedTexts } from '../../src/columns/index.ts';
import type { StateReader } from '../../src/model/index.ts';
import { MemoryState } from './memory-state.ts';
import { type ModelTexts, modelTexts } from './packed-texts.ts';
import type { Renaming } from './renaming.ts';

/** Texts that many rows name by number, for so many copies: what is the world's is shared, what is a copy's own is its own. */
export class SharedTexts {
  readonly #model: ModelTexts;
  readonly #copies: number;
  readonly #renaming: Renaming;
  /** The places that are a copy's own, and where each stands among them. */
  readonly #own: readonly number[];
  readonly #nth: ReadonlyMap<number, number>;

  constructor(from: StateReader, copies: number, renaming: Renaming) {
    this.#model = modelTexts(from);
    this.#copies = copies;
    this.#renaming = renaming;
    const { texts } = this.#model;
    this.#own = [...texts.keys()].filter((place) => renaming.isOwn(texts[place] ?? ''));
    this.#nth = new Map(this.#own.map((place, nth) => [place, nth]));
  }

  /** The number that a copy knows the text by. */
  number(number: number, copy: number): number {
    const nth = this.#nth.get(number - 1);
    if (copy === 0 || nth === undefined) return number;
    return this.#model.texts.length + (copy - 1) * this.#own.length + nth + 1;
  }

  /** All of them: the model's as the first copy has them, then what is each further copy's own. */
  get state(): StateReader {
    const { texts, free, holders } = this.#model;
    const all = new PackedTexts();
    const named = texts.map((text) => this.#renaming.text(text, 0));
    for (let copy = 1; copy < this.#copies; copy++) {
      for (const place of this.#own) named.push(this.#renaming.text(texts[place] ?? '', copy));
    }
    all.restore(named, free, (place) => {
      const further = this.#own[(place - texts.length) % this.#own.length];
      if (place >= texts.length) return holders[further ?? 0] ?? 0;
      return (holders[place] ?? 0) * (this.#nth.has(place) ? 1 : this.#copies);
    });
    const state = new MemoryState();
    all.save(state);
    return state;
  }
}
