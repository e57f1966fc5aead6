import { hashOfWord } from './chance.ts';
import { type GrowingWords, FIRST_TOUCHES_PER_SLICE } from './growing.ts';
import { HashFilter } from './hash-filter.ts';
import type { Chains } from './listings.ts';
import { Slots } from './slots.ts';

export interface NumberArrays {
  readonly slots: Int32Array;
  readonly filter: Uint32Array;
}

/** Heads of chains by 32-bit numbers: the number itself is the tag, so a slot is all there is. */
export class NumberIndex {
  readonly #slots: Slots;
  readonly #filter: HashFilter;
  readonly #chance: Int32Array;

  constructor({ slots, filter }: NumberArrays, chance: Int32Array) {
    this.#slots = new Slots(slots);
    this.#filter = new HashFilter(filter);
    this.#chance = chance;
  }

  /** @param entries a number and a listing, in turn */
  static *build(entries: GrowingWords, chains: Chains, chance: Int32Array): Generator<void, NumberArrays> {
    const slots = Slots.for(entries.length / 2);
    let used = 0;
    for (let at = 0; at < entries.length; at += 2) {
      if (at % (2 * FIRST_TOUCHES_PER_SLICE) === 0) yield;
      const tag = entries.at(at) | 0;
      const listing = entries.at(at + 1);
      const hash = hashOfWord(chance, tag);
      const slot = slots.search(hash, tag);
      if (slot === -1) {
        slots.put(hash, tag, listing);
        used++;
      } else slots.set(slot, chains.link(slots.numberAt(slot), listing));
    }
    const tight = yield* slots.tightened(used, (tag) => hashOfWord(chance, tag));
    const filter = yield* HashFilter.of(tight, used, (tag) => hashOfWord(chance, tag));
    return { slots: tight.pairs, filter: filter.words };
  }

  *places(): Generator<number> {
    for (let slot = 0; slot < this.#slots.count; slot++) if (this.#slots.numberAt(slot) !== 0) yield slot;
  }

  headAt(slot: number): number {
    return this.#slots.numberAt(slot);
  }

  numberAt(slot: number): number {
    return this.#slots.tagAt(slot) >>> 0;
  }

  /** The head of the number's chain; 0 for none. */
  find(number: number): number {
    const hash = hashOfWord(this.#chance, number);
    if (!this.#filter.mayHold(hash)) return 0;
    const slot = this.#slots.search(hash, number | 0);
    return slot === -1 ? 0 : this.#slots.numberAt(slot);
  }
}
