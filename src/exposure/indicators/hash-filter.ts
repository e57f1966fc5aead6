import { sharedWords, STEPS_PER_SLICE } from './growing.ts';
import type { Slots } from './slots.ts';

/** Bits of the filter for each hash: a byte, so that a filter of millions stays in the processor's cache. */
const BITS = 8;

/**
 * Tells at once of most hashes that they are none of those it holds: two bits of one word each (a blocked Bloom filter,
 * Putze, Sanders and Singler 2007). Of others one in twenty passes. It pays where what is not listed is asked for far more often
 * than what is, and finding that out would otherwise cost a place of the memory that is nowhere near.
 */
export class HashFilter {
  readonly words: Uint32Array;
  readonly #scale: number;

  constructor(words: Uint32Array) {
    this.words = words;
    this.#scale = words.length / 2 ** 32;
  }

  static for(hashes: number): HashFilter {
    return new HashFilter(sharedWords(Math.floor((hashes * BITS) / 32) + 1));
  }

  /** Of all hashes in slots, in small steps. */
  static *of(slots: Slots, used: number, hashOfTag: (tag: number) => number): Generator<void, HashFilter> {
    const filter = HashFilter.for(used);
    for (let slot = 0; slot < slots.count; slot++) {
      if (slot % STEPS_PER_SLICE === 0) yield;
      if (slots.numberAt(slot) !== 0) filter.add(hashOfTag(slots.tagAt(slot)));
    }
    return filter;
  }

  add(hash: number): void {
    const at = this.#place(hash);
    this.words[at] = (this.words[at] as number) | bitsOf(hash);
  }

  /** `false` is certain. */
  mayHold(hash: number): boolean {
    const bits = bitsOf(hash);
    return ((this.words[this.#place(hash)] as number) & bits) === bits;
  }

  /** From the upper bits, as the place of a slot: the lower ones say which bits of the word. */
  #place(hash: number): number {
    return Math.floor((hash >>> 0) * this.#scale);
  }
}

function bitsOf(hash: number): number {
  return (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31));
}
