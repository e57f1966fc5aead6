import {
  type Address,
  dropOldest,
  type Event,
  LIMITS,
  type SealedName,
  type SiteId,
} from '../model/index.ts';

/** Servers whose names are remembered per client: a day of a person's browsing. */
const SERVERS_PER_CLIENT = 2_048;

type ServerNames = Map<Address, SealedName>;

/** Learnt names with an object per pair, under keys of text: what the numbers have to equal. */
export class LearntNamesByKey {
  /** Who asked longest ago stands first; so does, for each, what it asked for longest ago. */
  readonly #clients = new Map<string, ServerNames>();
  #size = 0;
  /** Host names that became stable, by fingerprint: what may be shown. */
  readonly #stable = new Map<string, string>();
  readonly #capacity: number;

  constructor(capacity: number = LIMITS.learntNames) {
    this.#capacity = capacity;
  }

  learn(event: Event): void {
    if (event.kind === 'dns') {
      if (event.query === null) return;
      this.#noteStable(event.query);
      for (const address of event.addresses) {
        this.#remember(event.provenance.site, event.from.address, address, event.query);
      }
      return;
    }
    if ('name' in event && event.name !== undefined) {
      this.#noteStable(event.name);
      this.#remember(event.provenance.site, event.from.address, event.to.address, event.name);
    }
  }

  nameOf(site: SiteId, client: Address, server: Address): SealedName | null {
    return this.#clients.get(`${site} ${client}`)?.get(server) ?? null;
  }

  /** What a person may read: the full name once stable, else the registrable domain. */
  display(name: SealedName): string {
    return this.#stable.get(name.fingerprint) ?? name.domain;
  }

  snapshot(): unknown {
    return [[...this.#clients].map(([client, names]) => [client, [...names]]), [...this.#stable]];
  }

  #remember(site: SiteId, client: Address, server: Address, name: SealedName): void {
    const names = this.#namesOf(`${site} ${client}`);
    const { full: _full, ...sealed } = name;
    this.#size -= names.size;
    names.delete(server);
    if (names.size >= SERVERS_PER_CLIENT) dropOldest(names);
    names.set(server, sealed);
    this.#size += names.size;
    if (this.#size > this.#capacity) this.#forgetLongestQuiet();
  }

  #namesOf(key: string): ServerNames {
    const names = this.#clients.get(key) ?? new Map<Address, SealedName>();
    this.#clients.delete(key);
    this.#clients.set(key, names);
    return names;
  }

  /** A sixteenth of what is remembered at once, for the reason that `dropOldest` gives. */
  #forgetLongestQuiet(): void {
    const room = this.#capacity - (this.#capacity >>> 4);
    for (const [key, names] of this.#clients) {
      this.#size -= names.size;
      this.#clients.delete(key);
      if (this.#size <= room) return;
    }
  }

  #noteStable(name: SealedName): void {
    if (name.full === undefined || this.#stable.has(name.fingerprint)) return;
    if (this.#stable.size >= this.#capacity) dropOldest(this.#stable);
    this.#stable.set(name.fingerprint, name.full);
  }
}
