import {
  type Address,
  dropOldest,
  type Event,
  type Fingerprint,
  LIMITS,
  type SealedName,
  type SiteId,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { HeldNames } from './held-names.ts';

/** Servers whose names are remembered per client: a day of a person's browsing. */
const SERVERS_PER_CLIENT = 2_048;
/** Numbers per page where they are written down. */
const PAGE = 65_536;

interface Client {
  readonly site: SiteId;
  readonly address: Address;
  /** The number of the name by which it asked for each; what it asked for longest ago stands first. */
  readonly servers: Map<Address, number>;
}

/**
 * What an address was called when it was asked for: DNS answers, TLS server names, HTTP hosts. A
 * connection to an address then has a name, which is what a person and a policy speak about.
 * Remembered per client, because a shared address has other names for others. Bounded: a client that
 * asks for too much forgets its own oldest; in all, the client that has not asked for longest is forgotten.
 */
export class LearntNames implements Stateful {
  readonly #sites = new Map<SiteId, Map<Address, Client>>();
  /** Who asked longest ago stands first. */
  readonly #order = new Set<Client>();
  #latest: Client | null = null;
  readonly #names = new HeldNames();
  #size = 0;
  /** Host names that became stable, by fingerprint: what may be shown. */
  readonly #stable = new Map<Fingerprint, string>();
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
    const number = this.#sites.get(site)?.get(client)?.servers.get(server);
    return number === undefined ? null : this.#names.at(number);
  }

  /** What a person may read: the full name once stable, else the registrable domain. */
  display(name: SealedName): string {
    return this.#stable.get(name.fingerprint) ?? name.domain;
  }

  snapshot(): unknown {
    const clients = Array.from(this.#order, ({ site, address, servers }) => [
      `${site} ${address}`,
      Array.from(servers, ([server, number]) => [server, this.#names.at(number)]),
    ]);
    return [clients, [...this.#stable]];
  }

  /** In the order in which they are forgotten, which is state too. */
  save(to: StateWriter): void {
    const pairs = Array.from(this.#order, ({ servers }) => [...servers]).flat();
    to.records(
      'clients',
      Array.from(this.#order, ({ site, address, servers }) => [site, address, servers.size]),
    );
    to.texts(
      'servers',
      pairs.map(([server]) => server),
    );
    to.column('names', [Uint32Array.from(pairs, ([, number]) => number)], pairs.length);
    this.#names.save(to.part('held'));
    to.texts('stable', this.#stable.keys());
    to.texts('shown', this.#stable.values());
  }

  load(from: StateReader): void {
    this.#names.load(from.part('held'));
    const numbers = from.column('names', 'u32', PAGE);
    const servers = from.texts('servers')[Symbol.iterator]();
    for (const [site, address, size] of from.records('clients') as Iterable<[SiteId, Address, number]>) {
      const client = this.#clientOf(site, address);
      for (let i = 0; i < size; i++, this.#size++) {
        const number = numbers[Math.floor(this.#size / PAGE)]?.[this.#size % PAGE] ?? 0;
        client.servers.set(servers.next().value as Address, number);
      }
    }
    const shown = from.texts('shown')[Symbol.iterator]();
    for (const stable of from.texts('stable')) {
      this.#stable.set(stable as Fingerprint, shown.next().value as string);
    }
  }

  #remember(site: SiteId, address: Address, server: Address, name: SealedName): void {
    const client = this.#clientOf(site, address);
    const { servers } = client;
    const before = servers.get(server);
    const number = this.#names.hold(name);
    if (before !== undefined) {
      this.#names.release(before);
      servers.delete(server);
      this.#size--;
    } else if (servers.size >= SERVERS_PER_CLIENT) this.#forgetOldest(servers);
    servers.set(server, number);
    this.#size++;
    if (this.#size > this.#capacity) this.#forgetLongestQuiet();
  }

  /** The client, as the one that asked last. */
  #clientOf(site: SiteId, address: Address): Client {
    const latest = this.#latest;
    if (latest !== null && latest.address === address && latest.site === site) return latest;
    let clients = this.#sites.get(site);
    if (clients === undefined) this.#sites.set(site, (clients = new Map<Address, Client>()));
    let client = clients.get(address);
    if (client === undefined) {
      client = { site, address, servers: new Map() };
      clients.set(address, client);
    } else this.#order.delete(client);
    this.#order.add(client);
    this.#latest = client;
    return client;
  }

  #forgetOldest(servers: Client['servers']): void {
    for (const [server, number] of servers) {
      servers.delete(server);
      this.#names.release(number);
      this.#size--;
      return;
    }
  }

  /** A sixteenth of what is remembered at once, for the reason that `dropOldest` gives. */
  #forgetLongestQuiet(): void {
    const room = this.#capacity - (this.#capacity >>> 4);
    for (const client of this.#order) {
      this.#forget(client);
      if (this.#size <= room) return;
    }
  }

  #forget(client: Client): void {
    this.#order.delete(client);
    if (client === this.#latest) this.#latest = null;
    const clients = this.#sites.get(client.site);
    clients?.delete(client.address);
    if (clients?.size === 0) this.#sites.delete(client.site);
    for (const number of client.servers.values()) this.#names.release(number);
    this.#size -= client.servers.size;
  }

  #noteStable(name: SealedName): void {
    if (name.full === undefined || this.#stable.has(name.fingerprint)) return;
    if (this.#stable.size >= this.#capacity) dropOldest(this.#stable);
    this.#stable.set(name.fingerprint, name.full);
  }
}
