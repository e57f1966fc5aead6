import {
  type Fingerprint,
  type FingerprintOfName,
  type Network,
  parseAddress,
  parseNetwork,
} from '../../model/index.ts';
import { isTenant, registrableDomain } from '../domain-name.ts';
import { CHANCE } from './chance.ts';
import { DomainIndex } from './domain-index.ts';
import { GrowingNames, GrowingWords } from './growing.ts';
import { addressWords, hexWords } from './key-words.ts';
import { Indexes, WIDTHS } from './indexes.ts';
import { Chains, type Listed, ListingColumns } from './listings.ts';
import { NetworkIndex } from './network-index.ts';
import { NumberIndex } from './number-index.ts';
import { Places } from './places.ts';
import { RecordIndex } from './record-index.ts';
import { SEALED_FOR_COMPARISON, type TableArrays, type TableMemory } from './table-memory.ts';

/** Listings that are taken in before a build gives way: whoever gives them needs time too. */
const TAKEN_PER_SLICE = 1_024;
/** Names that are sealed before a build gives way: some microseconds each. */
const SEALED_PER_SLICE = 128;

/** All of a table but what needs a key: the index of names by their fingerprints is empty. */
export type UnsealedMemory = Omit<TableMemory, 'sealed'>;

/**
 * Builds a table's memory from listings as they come, none of which is kept as an object. It gives way (yields) every few
 * milliseconds at most: the caller decides how long it waits, or runs it to its end.
 */
export function* building(listings: Iterable<Listed>): Generator<void, UnsealedMemory> {
  const entries = new Entries();
  let taken = 0;
  for (const listed of listings) {
    entries.add(listed);
    if (++taken % TAKEN_PER_SLICE === 0) yield;
  }
  return { arrays: yield* entries.indexed(), sayings: entries.columns.sayings };
}

/** The names by their fingerprints, in small steps. Keys stay where they are: this is never done in another thread. */
export function* sealing(
  { arrays, sayings }: UnsealedMemory,
  fingerprint: FingerprintOfName,
): Generator<void, TableMemory> {
  const sealed = yield* sealedOf(arrays, fingerprint);
  return { arrays: { ...arrays, sealed }, sayings, sealed: fingerprint(SEALED_FOR_COMPARISON) };
}

/** What was taken in, by kind: the words of a key and the listing's number, in turn. */
class Entries {
  readonly columns = new ListingColumns();
  readonly #names = new GrowingNames();
  readonly #domains = new GrowingWords();
  readonly #ipv4 = new GrowingWords();
  readonly #ipv4Networks = new GrowingWords();
  readonly #ipv6Networks = new GrowingWords();
  readonly #records = {
    ipv6: new GrowingWords(),
    md5: new GrowingWords(),
    sha1: new GrowingWords(),
    sha256: new GrowingWords(),
  };
  readonly #words = new Uint32Array(8);

  /** @throws TypeError a value that is not canonical: a feed record holds no others, and they would silently match nothing */
  add(listed: Listed): void {
    const listing = this.columns.add(listed);
    const isKnown =
      listed.type === 'ip'
        ? this.#addAddress(listed.value, listing)
        : listed.type === 'domain'
          ? this.#addDomain(listed.value, listing)
          : this.#addHash(listed.value, listing);
    if (!isKnown) throw new TypeError(`feed ${listed.feed} lists something that is no ${listed.type}`);
  }

  *indexed(): Generator<void, TableArrays> {
    const listings = yield* this.columns.finished();
    const chains = new Chains(listings);
    const arrays = {
      chance: { tables: sharedChance() },
      ipv4: yield* NumberIndex.build(this.#ipv4, chains, CHANCE),
      ipv6: yield* this.#recordsOf('ipv6', chains),
      ipv4Networks: yield* NetworkIndex.build(this.#ipv4Networks, 1, chains),
      ipv6Networks: yield* NetworkIndex.build(this.#ipv6Networks, 4, chains),
      sealed: yield* RecordIndex.build(new GrowingWords(), WIDTHS.sealed, onlyOne, CHANCE),
      domains: yield* DomainIndex.build(this.#domains, this.#names, chains, CHANCE),
      md5: yield* this.#recordsOf('md5', chains),
      sha1: yield* this.#recordsOf('sha1', chains),
      sha256: yield* this.#recordsOf('sha256', chains),
    };
    const places = yield* Places.build(new Indexes(arrays).byKind(), chains);
    return { ...arrays, listings, places };
  }

  #recordsOf(kind: 'ipv6' | 'md5' | 'sha1' | 'sha256', chains: Chains) {
    const joined = (head: number, listing: number) => chains.link(head, listing);
    return RecordIndex.build(this.#records[kind], WIDTHS[kind], joined, CHANCE);
  }

  #addAddress(value: string, listing: number): boolean {
    if (value.includes('/')) return this.#addNetwork(parseNetwork(value), listing);
    if (parseAddress(value) !== value) return false;
    const isV4 = addressWords(value, this.#words) === 4;
    pushKey(isV4 ? this.#ipv4 : this.#records.ipv6, this.#words, isV4 ? 1 : WIDTHS.ipv6, listing);
    return true;
  }

  #addNetwork(network: Network | null, listing: number): boolean {
    if (network === null) return false;
    const entries = network.family === 4 ? this.#ipv4Networks : this.#ipv6Networks;
    for (let shift = network.family === 4 ? 0n : 96n; shift >= 0n; shift -= 32n) {
      entries.push(Number((network.first >> shift) & 0xffff_ffffn));
    }
    entries.push(network.prefix);
    entries.push(listing);
    return true;
  }

  #addDomain(value: string, listing: number): boolean {
    const place = this.#names.push(value);
    if (place === null) return false;
    this.#domains.push(place);
    this.#domains.push(listing);
    return true;
  }

  #addHash(value: string, listing: number): boolean {
    const kind = hashKindOf(value);
    if (kind === null || !hexWords(value, this.#words)) return false;
    pushKey(this.#records[kind], this.#words, WIDTHS[kind], listing);
    return true;
  }
}

/** The length tells the kind. */
export function hashKindOf(hash: string): 'md5' | 'sha1' | 'sha256' | null {
  if (hash.length === 64) return 'sha256';
  if (hash.length === 40) return 'sha1';
  return hash.length === 32 ? 'md5' : null;
}

/**
 * Entries of the domains that are host names below their registrable domain, or customers' under a private suffix, by the
 * fingerprints that events hold.
 */
function* sealedOf({ domains: names, chance: { tables } }: TableArrays, fingerprint: FingerprintOfName) {
  const domains = new DomainIndex(names, tables);
  const entries = new GrowingWords();
  const words = new Uint32Array(WIDTHS.sealed);
  let taken = 0;
  for (const entry of domains.places()) {
    if (taken++ % SEALED_PER_SLICE === 0) yield;
    const name = domains.nameOf(entry);
    const registrable = registrableDomain(name);
    if (registrable === null || (registrable === name && !isTenant(name))) continue;
    readFingerprint(fingerprint(name), words);
    pushKey(entries, words, WIDTHS.sealed, entry);
  }
  return yield* RecordIndex.build(entries, WIDTHS.sealed, onlyOne, tables);
}

function readFingerprint(fingerprint: Fingerprint, words: Uint32Array): void {
  if (fingerprint.length !== 32 || !hexWords(fingerprint, words)) {
    throw new TypeError('a fingerprint has 32 hex digits');
  }
}

/** Two names of one fingerprint of 128 bits: not met in this world. */
function onlyOne(): never {
  throw new TypeError('two listed names have one fingerprint');
}

function pushKey(entries: GrowingWords, words: Uint32Array, width: number, number: number): void {
  for (let i = 0; i < width; i++) entries.push(words[i] as number);
  entries.push(number);
}

function sharedChance(): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(CHANCE.byteLength));
  shared.set(CHANCE);
  return shared;
}
