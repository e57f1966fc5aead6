import type { Address, DeviceId, Endpoint, Site, SiteId } from '../model/index.ts';
import { isNobody, LIMITS, PRIVATE_NETWORKS } from '../model/index.ts';
import { Bindings } from './bindings.ts';
import { mayBeBroadcast, NetworkSet } from './networks.ts';
import { WireMacs } from './wire-macs.ts';

const PRIVATE = new NetworkSet(PRIVATE_NETWORKS);

/** What the directory knows of a site that nobody configured. */
export function defaultSite(id: SiteId): Site {
  return {
    id,
    networks: null,
    timeZone: 'UTC',
    workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
    shared: [],
  };
}

/** One site's part of the directory: its networks, and who is known there by what. */
export class Place {
  readonly bindings = new Bindings();
  readonly wire = new WireMacs(LIMITS.discoveredEntities);
  /** Fingerprint of a proven MAC → device. */
  readonly macs = new Map<string, DeviceId>();
  /** Fingerprint of a host name → device. */
  readonly hostNames = new Map<string, DeviceId>();
  /** Fingerprint of a certificate that the inventory lists → device. */
  readonly certificates = new Map<string, DeviceId>();
  /** Host names that more than one machine carries (`iphone`): they prove nothing. */
  readonly commonHostNames = new Set<string>();
  /** Addresses that the operator's inventory names, how often. */
  readonly #inventoried = new Map<Address, number>();
  #site: Site;
  #networks: NetworkSet | null = null;
  #shared = new NetworkSet([]);

  constructor(site: Site) {
    this.#site = site;
    this.configure(site);
  }

  get site(): Site {
    return this.#site;
  }

  configure(site: Site): void {
    this.#site = site;
    this.#networks = site.networks === null ? null : new NetworkSet(site.networks);
    this.#shared = new NetworkSet(site.shared);
  }

  /** Whether an endpoint is a machine of this site, a machine elsewhere, or nobody's address. */
  whereabouts(endpoint: Endpoint): 'here' | 'elsewhere' | 'nobody' {
    const { address } = endpoint;
    if (isNobody(address)) return 'nobody';
    if (!this.#contains(endpoint)) return 'elsewhere';
    return mayBeBroadcast(address) && !this.bindings.has(address) ? 'nobody' : 'here';
  }

  /** The operator declared that this address stands for many machines. */
  isShared(address: Address): boolean {
    return this.#shared.contains(address);
  }

  inventory(address: Address, change: 1 | -1): void {
    const count = (this.#inventoried.get(address) ?? 0) + change;
    if (count > 0) this.#inventoried.set(address, count);
    else this.#inventoried.delete(address);
  }

  snapshot(): unknown {
    return {
      site: this.#site,
      bindings: this.bindings.snapshot(),
      wire: this.wire.snapshot(),
      macs: sorted(this.macs),
      hostNames: sorted(this.hostNames),
      commonHostNames: [...this.commonHostNames].sort(),
      inventoried: sorted(this.#inventoried),
    };
  }

  #contains({ address, local }: Endpoint): boolean {
    if (this.#inventoried.has(address) || this.#shared.contains(address)) return true;
    if (this.#networks !== null) return this.#networks.contains(address);
    return PRIVATE.contains(address) || local === true || this.bindings.has(address);
  }
}

function sorted<V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
