import {
  type Address,
  type EpochMs,
  type Feed,
  type FeedId,
  type Fingerprint,
  type FingerprintOfName,
  type Listing,
  parseAddress,
  parseNetwork,
  type SealedName,
} from '../model/index.ts';
import type { Destination } from './destination.ts';
import { parentsOf, registrableDomain } from './domain-name.ts';
import type { Indicator } from './indicator.ts';
import { NetworkMap } from './networks.ts';

/** A listing with the feed that says so. */
export interface Listed extends Listing {
  readonly feed: FeedId;
  readonly lineage: string;
  readonly feedAsOf: EpochMs;
}

const NONE: readonly Listed[] = [];

/**
 * What the active feeds say, by indicator. Built whole and replaced whole when a feed changes, so
 * that a look-up never mixes two versions. Look-ups give the most specific listing first.
 */
export class IndicatorTable {
  readonly #addresses = new Map<string, Listed[]>();
  readonly #networks = new NetworkMap<Listed[]>();
  readonly #domains = new Map<string, Listed[]>();
  readonly #hashes = new Map<string, Listed[]>();
  /** Host names below their registrable domain, as events hold them. */
  readonly #sealed = new Map<Fingerprint, Listed[]>();

  static build(feeds: readonly Feed[], fingerprint: FingerprintOfName): IndicatorTable {
    const table = new IndicatorTable();
    for (const feed of [...feeds].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      for (const listing of feed.listings) {
        const listed = { ...listing, feed: feed.id, lineage: feed.lineage, feedAsOf: feed.asOf };
        table.#add(listed, fingerprint);
      }
    }
    return table;
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
    const exact = this.#addresses.get(address) ?? NONE;
    const covering = this.#networks.covering(address);
    return covering.length === 0 ? exact : [...exact, ...covering.flat()];
  }

  /** The name itself, and listed parents below a public suffix: a listed `github.io` taints no one's pages. */
  matchDomain(name: string): readonly Listed[] {
    return [name, ...parentsOf(name)].flatMap((each) => this.#domains.get(each) ?? NONE);
  }

  /** As `matchDomain`: full name and parents by fingerprint, the registrable domain in the clear. */
  matchSealed(name: SealedName): readonly Listed[] {
    const below = [name.fingerprint, ...name.parents].flatMap((each) => this.#sealed.get(each) ?? NONE);
    return [...below, ...(this.#domains.get(name.domain) ?? NONE)];
  }

  matchHash(hash: string): readonly Listed[] {
    return this.#hashes.get(hash) ?? NONE;
  }

  #add(listed: Listed, fingerprint: FingerprintOfName): void {
    if (listed.type === 'hash') return append(this.#hashes, listed.value, listed);
    if (listed.type === 'domain') return this.#addDomain(listed, fingerprint);
    if (!listed.value.includes('/')) return append(this.#addresses, listed.value, listed);
    const network = parseNetwork(listed.value);
    // A feed record holds canonical values only; anything else would silently match nothing.
    if (network === null) throw new TypeError(`feed ${listed.feed} lists something that is no network`);
    const same = this.#networks.get(network);
    if (same === undefined) this.#networks.set(network, [listed]);
    else same.push(listed);
  }

  #addDomain(listed: Listed, fingerprint: FingerprintOfName): void {
    append(this.#domains, listed.value, listed);
    const registrable = registrableDomain(listed.value);
    if (registrable !== null && registrable !== listed.value) {
      append(this.#sealed, fingerprint(listed.value), listed);
    }
  }
}

function append<K>(map: Map<K, Listed[]>, key: K, listed: Listed): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [listed]);
  else same.push(listed);
}
