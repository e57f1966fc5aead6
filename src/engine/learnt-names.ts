import { type Address, type Event, LIMITS, type SealedName, type SiteId } from '../model/index.ts';

/**
 * What an address was called when it was asked for: DNS answers, TLS server names, HTTP hosts. A
 * connection to an address then has a name, which is what a person and a policy speak about.
 * Remembered per client, because a shared address has other names for others. Bounded: the oldest goes.
 */
export class LearntNames {
  readonly #names = new Map<string, SealedName>();
  /** Host names that became stable, by fingerprint: what may be shown. */
  readonly #stable = new Map<string, string>();

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
    return this.#names.get(`${site} ${client} ${server}`) ?? null;
  }

  /** What a person may read: the full name once stable, else the registrable domain. */
  display(name: SealedName): string {
    return this.#stable.get(name.fingerprint) ?? name.domain;
  }

  snapshot(): unknown {
    return [[...this.#names], [...this.#stable]];
  }

  #remember(site: SiteId, client: Address, server: Address, name: SealedName): void {
    const key = `${site} ${client} ${server}`;
    const known = this.#names.get(key);
    if (known?.fingerprint === name.fingerprint) return;
    if (known !== undefined) this.#names.delete(key);
    else if (this.#names.size >= LIMITS.learntNames) dropOldest(this.#names);
    const { full: _full, ...sealed } = name;
    this.#names.set(key, sealed);
  }

  #noteStable(name: SealedName): void {
    if (name.full === undefined) return;
    if (this.#stable.size >= LIMITS.learntNames) dropOldest(this.#stable);
    this.#stable.set(name.fingerprint, name.full);
  }
}

function dropOldest<K>(map: Map<K, unknown>): void {
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
