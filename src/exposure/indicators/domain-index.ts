import { POSITIONS, turned } from './chance.ts';
import { GrowingNames, type GrowingWords, sharedWords, FIRST_TOUCHES_PER_SLICE, trimmed } from './growing.ts';
import type { Chains } from './listings.ts';
import { HashFilter } from './hash-filter.ts';
import { Slots } from './slots.ts';

export interface DomainArrays {
  readonly slots: Int32Array;
  readonly filter: Uint32Array;
  /**
   * Behind a word that is none, entry after entry: the head of its chain, then the bytes of its name behind one that says
   * their number, filled up to whole words. A look-up finds all of it in one place.
   */
  readonly entries: Uint32Array;
}

/** While it is built names are looked for by another way. */
const NO_FILTER = new Uint32Array(1);
const DOT = 46;
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/**
 * Domain names by a hash that grows from the last unit to the first: one walk over a name gives the hashes of all its
 * parents too. An entry is known by its place.
 */
export class DomainIndex {
  readonly #slots: Slots;
  /** Of a name's parents hardly one is listed, and each would cost a far place. */
  readonly #filter: HashFilter;
  readonly #entries: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #chance: Int32Array;

  constructor({ slots, filter, entries }: DomainArrays, chance: Int32Array) {
    this.#slots = new Slots(slots);
    this.#filter = new HashFilter(filter);
    this.#entries = entries;
    this.#bytes = new Uint8Array(entries.buffer, entries.byteOffset, entries.byteLength);
    this.#chance = chance;
  }

  /** @param given the place of a name and a listing, in turn */
  static *build(
    given: GrowingWords,
    names: GrowingNames,
    chains: Chains,
    chance: Int32Array,
  ): Generator<void, DomainArrays> {
    const slots = Slots.for(given.length / 2);
    const entries = sharedWords(1 + names.words + given.length / 2);
    const made = new DomainIndex({ slots: slots.pairs, filter: NO_FILTER, entries }, chance);
    let count = 0;
    let end = 1;
    for (let at = 0; at < given.length; at += 2) {
      if (at % (2 * FIRST_TOUCHES_PER_SLICE) === 0) yield;
      const listing = given.at(at + 1);
      // At the end, where it stays when it is new.
      made.#copy(names, given.at(at), end);
      const hash = made.#hashAt(end);
      const known = made.#entryLike(end, hash);
      if (known === 0) {
        entries[end] = listing;
        slots.put(hash, hash, end);
        count++;
        end = made.#behind(end);
      } else entries[known] = chains.link(made.headAt(known), listing);
    }
    const tight = yield* slots.tightened(count, (tag) => tag);
    const filter = yield* HashFilter.of(tight, count, (tag) => tag);
    return { slots: tight.pairs, filter: filter.words, entries: yield* trimmed(entries, end) };
  }

  /** The entry of a name itself; 0 for none. */
  find(name: string): number {
    const { length } = name;
    let hash = 0;
    for (let i = 0; i < length; i++) hash = this.#hashed(hash, i, name.charCodeAt(length - 1 - i));
    return this.#entryOf(name, length, hash);
  }

  /** The entries of a name and of all that it ends in after a dot, a last label alone not among them: the shortest first. */
  findAll(name: string, found: number[]): void {
    const { length } = name;
    let hash = 0;
    let labels = 0;
    for (let i = 0; i < length; i++) {
      const unit = name.charCodeAt(length - 1 - i);
      if (unit === DOT && labels++ > 0) this.#addEntry(name, i, hash, found);
      hash = this.#hashed(hash, i, unit);
    }
    this.#addEntry(name, length, hash, found);
  }

  *places(): Generator<number> {
    for (let entry = 1; entry < this.#entries.length; entry = this.#behind(entry)) yield entry;
  }

  headAt(entry: number): number {
    return this.#entries[entry] as number;
  }

  lengthOf(entry: number): number {
    return this.#bytes[WORD_BYTES * (entry + 1)] as number;
  }

  nameOf(entry: number): string {
    const { buffer, byteOffset } = this.#bytes;
    const start = byteOffset + WORD_BYTES * (entry + 1) + 1;
    return Buffer.from(buffer, start, this.lengthOf(entry)).toString('latin1');
  }

  #addEntry(name: string, length: number, hash: number, found: number[]): void {
    const entry = this.#entryOf(name, length, hash);
    if (entry !== 0) found.push(entry);
  }

  /** The entry of the last `length` units of a name. */
  #entryOf(name: string, length: number, hash: number): number {
    if (!this.#filter.mayHold(hash)) return 0;
    let slot = this.#slots.search(hash, hash);
    while (slot !== -1) {
      const entry = this.#slots.numberAt(slot);
      if (this.#isName(entry, name, length)) return entry;
      slot = this.#slots.search(hash, hash, slot);
    }
    return 0;
  }

  #isName(entry: number, name: string, length: number): boolean {
    const bytes = this.#bytes;
    const start = WORD_BYTES * (entry + 1);
    if (bytes[start] !== length) return false;
    const from = name.length - length;
    for (let i = 0; i < length; i++) if (bytes[start + 1 + i] !== name.charCodeAt(from + i)) return false;
    return true;
  }

  /** The entry, other than this one, of the name that stands in an entry. */
  #entryLike(other: number, hash: number): number {
    let slot = this.#slots.search(hash, hash);
    while (slot !== -1) {
      const entry = this.#slots.numberAt(slot);
      if (this.#isSame(entry, other)) return entry;
      slot = this.#slots.search(hash, hash, slot);
    }
    return 0;
  }

  #isSame(a: number, b: number): boolean {
    const length = this.lengthOf(a);
    const [one, other] = [WORD_BYTES * (a + 1), WORD_BYTES * (b + 1)];
    for (let i = 0; i <= length; i++) if (this.#bytes[one + i] !== this.#bytes[other + i]) return false;
    return true;
  }

  #hashAt(entry: number): number {
    const length = this.lengthOf(entry);
    const end = WORD_BYTES * (entry + 1) + length;
    let hash = 0;
    for (let i = 0; i < length; i++) hash = this.#hashed(hash, i, this.#bytes[end - i] as number);
    return hash;
  }

  /** One unit more, the `i`-th from the end. */
  #hashed(before: number, i: number, unit: number): number {
    const position = i & (POSITIONS - 1);
    const hash = position === 0 && i > 0 ? turned(before) : before;
    return hash ^ (this.#chance[(position << 8) | (unit & 0xff)] as number);
  }

  #behind(entry: number): number {
    return entry + 1 + GrowingNames.wordsOf(this.lengthOf(entry));
  }

  #copy(names: GrowingNames, place: number, entry: number): void {
    const page = names.pageOf(place);
    const start = GrowingNames.placeInPage(place);
    const to = WORD_BYTES * (entry + 1);
    const length = page[start] as number;
    for (let i = 0; i <= length; i++) this.#bytes[to + i] = page[start + i] as number;
  }
}
