import {
  atOnce,
  type Address,
  type FingerprintOfName,
  formatNetwork,
  parseAddress,
  sealedIn,
  type SealedName,
  type StateReader,
  type StateWriter,
  translatedV4,
} from '../model/index.ts';
import type { Destination } from './destination.ts';
import { registrableDomain } from './domain-name.ts';
import type { Indicator } from './indicator.ts';
import { building, hashKindOf, sealing } from './indicators/building.ts';
import { Indexes } from './indicators/indexes.ts';
import { addressWords, hexWords } from './indicators/key-words.ts';
import { KeptListings } from './indicators/kept-listings.ts';
import { KeptValues } from './indicators/kept-values.ts';
import { type Listed, ListingColumns, Listings } from './indicators/listings.ts';
import { Places } from './indicators/places.ts';
import { isSpecialAddress } from './special.ts';
import { loadSame, NO_SAME_CONTENT, type SameContent, saveSame } from './same-content.ts';
import { type ListedFeed, type UnsealedTable, unsealedTable } from './unsealed-table.ts';
import {
  bytesOf,
  loadMemory,
  saveMemory,
  SEALED_FOR_COMPARISON,
  type TableMemory,
} from './indicators/table-memory.ts';

export type { Listed } from './indicators/listings.ts';
export type { TableMemory } from './indicators/table-memory.ts';

const NONE: readonly Listed[] = [];

/**
 * What the active feeds say, by indicator. It never changes: another one is built beside it and takes its place as
 * one reference, so that a look-up never mixes two versions. Look-ups give the most specific listing first, and
 * listings of one indicator as the feeds gave them. A table is arrays over shared memory and nothing else
 * (docs/adr/0015-indicator-table.md).
 */
export class IndicatorTable {
  readonly memory: TableMemory;
  /** Feeds that say what others say: they are of their lineage. */
  readonly same: SameContent;
  readonly #listings: Listings;
  readonly #indexes: Indexes;
  readonly #places: Places;
  /** The key that is being looked for: no look-up gives way. */
  readonly #words = new Uint32Array(8);
  readonly #entries: number[] = [];

  /** Over memory that was built here, in another thread, or read from a snapshot. */
  constructor(memory: TableMemory, same: SameContent = NO_SAME_CONTENT) {
    const { arrays, sayings } = memory;
    this.memory = memory;
    this.same = same;
    this.#listings = new Listings(arrays.listings, sayings, same);
    this.#indexes = new Indexes(arrays);
    this.#places = new Places(arrays.places, this.#indexes.byKind());
  }

  static build(feeds: readonly ListedFeed[], fingerprint: FingerprintOfName): IndicatorTable {
    return atOnce(IndicatorTable.buildingOf(feeds, fingerprint));
  }

  /** The same in small steps. */
  static *buildingOf(
    feeds: readonly ListedFeed[],
    fingerprint: FingerprintOfName,
  ): Generator<void, IndicatorTable> {
    return yield* IndicatorTable.sealing(yield* unsealedTable(feeds), fingerprint);
  }

  /** Of what was made without keys, here or in another thread, in small steps. */
  static *sealing(
    { memory, same }: UnsealedTable,
    fingerprint: FingerprintOfName,
  ): Generator<void, IndicatorTable> {
    return new IndicatorTable(yield* sealing(memory, fingerprint), same);
  }

  /** The same from listings as they come: feed after feed, in the order of their ids. */
  static *building(
    listings: Iterable<Listed>,
    fingerprint: FingerprintOfName,
  ): Generator<void, IndicatorTable> {
    return new IndicatorTable(yield* sealing(yield* building(listings), fingerprint));
  }

  /** As it was saved; `null` where another release laid it out otherwise, or under other keys. */
  static load(from: StateReader, fingerprint: FingerprintOfName): IndicatorTable | null {
    const memory = loadMemory(from, fingerprint(SEALED_FOR_COMPARISON));
    return memory === null ? null : new IndicatorTable(memory, loadSame(from));
  }

  save(to: StateWriter): void {
    saveMemory(this.memory, to);
    saveSame(this.same, to);
  }

  /** How many listings it has, of all feeds. */
  get listed(): number {
    return this.memory.arrays.places.words.length - 1;
  }

  /** Of its arrays; its words are few. */
  get bytes(): number {
    return bytesOf(this.memory);
  }

  /** Listings by their numbers, from 1: as the feeds gave them, one feed after the other in the order of their ids. */
  *listings(first: number, count: number): Generator<Listed> {
    for (let number = first; number < first + count; number++) {
      const { type, value } = this.#places.indicatorOf(number);
      yield this.#listings.one(number, type, value);
    }
  }

  /** The same listings as a snapshot keeps them. */
  kept(first: number, count: number): KeptListings {
    const { arrays, sayings } = this.memory;
    const columns = new ListingColumns();
    const values = new KeptValues();
    for (let number = first; number < first + count; number++) {
      columns.copy(arrays.listings, sayings, number);
      this.#places.keep(number, values);
    }
    return KeptListings.of(columns, values);
  }

  match(indicator: Pick<Indicator, 'type' | 'value'>): readonly Listed[] {
    if (indicator.type === 'hash') return this.matchHash(indicator.value);
    if (indicator.type === 'domain') return this.matchDomain(indicator.value);
    const address = parseAddress(indicator.value);
    return address === null ? NONE : this.matchAddress(address);
  }

  /** The same for what an event holds. */
  matchDestination(destination: Destination): readonly Listed[] {
    if (destination.type === 'ip') return this.matchAddress(destination.address);
    return destination.type === 'hash'
      ? this.matchHash(destination.hash)
      : this.matchSealed(destination.name);
  }

  matchAddress(address: Address): readonly Listed[] {
    const family = addressWords(address, this.#words);
    const head =
      family === 4 ? this.#indexes.ipv4.find(this.#words[0] as number) : this.#indexes.ipv6.find(this.#words);
    const networks = this.#indexes.networks[family];
    const smallest = networks.mostSpecific(this.#words);
    let found = head === 0 ? NONE : this.#listings.of(head, 'ip', address);
    for (let row = smallest; row !== -1; row = networks.rowAround(row)) {
      const block = { family, first: networks.firstOf(row), prefix: networks.prefixOf(row) };
      found = joined(found, this.#listings.of(networks.headAt(row), 'ip', formatNetwork(block)));
    }
    const beyond = family === 6 ? translatedV4(address) : null;
    // Whoever talks to that talks to the other.
    return beyond === null || isSpecialAddress(beyond) ? found : joined(found, this.matchAddress(beyond));
  }

  /** The name itself, and listed parents below a public suffix: a listed `github.io` taints no one's pages. */
  matchDomain(name: string): readonly Listed[] {
    const { domains } = this.#indexes;
    const entries = this.#entries;
    entries.length = 0;
    domains.findAll(name, entries);
    let found = NONE;
    /** Of the registrable domain: asked for where a parent is listed, which is seldom. */
    let least = 0;
    for (let nth = entries.length - 1; nth >= 0; nth--) {
      const entry = entries[nth] as number;
      const length = domains.lengthOf(entry);
      if (length < name.length && least === 0) least = registrableDomain(name)?.length ?? Infinity;
      if (length < least) break;
      const value = length === name.length ? name : name.slice(name.length - length);
      found = joined(found, this.#listings.of(domains.headAt(entry), 'domain', value));
    }
    return found;
  }

  /**
   * As `matchDomain`: full name and parents by fingerprint, the registrable domain in the clear, or by fingerprint too where
   * its label was not kept.
   */
  matchSealed({ domain, fingerprint, parents }: SealedName): readonly Listed[] {
    const names = [fingerprint, ...parents];
    // The last of them is the registrable domain.
    if (sealedIn(domain) === null) names.pop();
    let found = NONE;
    for (const name of names) found = joined(found, this.#sealedAs(name));
    return joined(found, this.#listedAt(this.#indexes.domains.find(domain)));
  }

  /** The one name of a fingerprint, without its parents: a host name below its registrable domain. */
  matchFingerprint(fingerprint: string): readonly Listed[] {
    return this.#sealedAs(fingerprint);
  }

  matchHash(hash: string): readonly Listed[] {
    const kind = hashKindOf(hash);
    if (kind === null || !hexWords(hash, this.#words)) return NONE;
    const head = this.#indexes.hashes[kind].find(this.#words);
    return head === 0 ? NONE : this.#listings.of(head, 'hash', hash);
  }

  #sealedAs(fingerprint: string): readonly Listed[] {
    if (fingerprint.length !== 32 || !hexWords(fingerprint, this.#words)) return NONE;
    return this.#listedAt(this.#indexes.sealed.find(this.#words));
  }

  #listedAt(entry: number): readonly Listed[] {
    if (entry === 0) return NONE;
    const { domains } = this.#indexes;
    return this.#listings.of(domains.headAt(entry), 'domain', domains.nameOf(entry));
  }
}

/** Mostly one of them is empty. */
function joined(some: readonly Listed[], others: readonly Listed[]): readonly Listed[] {
  if (others.length === 0) return some;
  return some.length === 0 ? others : [...some, ...others];
}
