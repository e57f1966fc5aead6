import { NumbersByText, Table } from '../columns/index.ts';
import type {
  Address,
  Endpoint,
  EpochMs,
  IdentityEvidence,
  Site,
  SiteId,
  StateReader,
  StateWriter,
} from '../model/index.ts';
import { isNobody, LIMITS, PRIVATE_NETWORKS } from '../model/index.ts';
import { Bindings } from './bindings.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';
import { DevicesByText } from './devices-by-text.ts';
import { mayBeBroadcast, NetworkSet } from './networks.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';
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
  readonly bindings: Bindings;
  readonly wire: WireMacs;
  /** Fingerprint of a proven MAC → device. */
  readonly macs: DevicesByText;
  /** Fingerprint of a host name → device. */
  readonly hostNames: DevicesByText;
  /** Fingerprint of a certificate that the inventory lists → device. */
  readonly certificates: DevicesByText;
  /** Host names that more than one machine carries (`iphone`): they prove nothing. */
  readonly commonHostNames = new Set<string>();
  /** Addresses that the operator's inventory names, how often. */
  readonly #inventoried = new NumbersByText();
  readonly #devices: Devices;
  readonly #revision: Revision;
  #site: Site;
  #networks: NetworkSet | null = null;
  #shared = new NetworkSet([]);

  constructor(site: Site, devices: Devices, revision: Revision) {
    this.macs = new DevicesByText(devices);
    this.hostNames = new DevicesByText(devices);
    this.certificates = new DevicesByText(devices);
    this.bindings = new Bindings(devices, revision);
    this.wire = new WireMacs(LIMITS.discoveredEntities, revision);
    this.#devices = devices;
    this.#revision = revision;
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

  /** The operator declared addresses that stand for many machines. */
  get hasShared(): boolean {
    return this.#site.shared.length > 0;
  }

  /** The operator declared that this address stands for many machines. */
  isShared(address: Address): boolean {
    return this.#shared.contains(address);
  }

  /** The address was the device's from `from` on. An address that was nobody's or elsewhere is here by that. */
  claim(
    address: Address,
    device: Device,
    evidence: IdentityEvidence,
    from: EpochMs,
    until: EpochMs | null,
  ): void {
    const wasHere =
      this.bindings.has(address) || this.whereabouts({ address, port: null, local: null }) === 'here';
    this.bindings.claim(address, device, evidence, from, until);
    if (!wasHere) this.#revision.moveAll();
  }

  inventory(address: Address, change: 1 | -1): void {
    const count = (this.#inventoried.get(address) ?? 0) + change;
    if (count > 0) this.#inventoried.set(address, count);
    else this.#inventoried.delete(address);
  }

  save(to: StateWriter, texts: TextPool): void {
    to.plain('site', this.#site);
    this.bindings.save(to.part('bindings'));
    this.wire.save(to.part('wire'), texts);
    for (const [name, devices] of this.#known()) devices.save(to.part(name));
    to.texts('commonHostNames', this.commonHostNames);
    this.#inventoried.save(to.part('inventoried'));
  }

  /** Into a new one of the same site. */
  load(from: StateReader, texts: PooledTexts): void {
    this.bindings.load(from.part('bindings'), texts);
    this.wire.load(from.part('wire'), texts, this.#devices);
    for (const [name, devices] of this.#known()) {
      const part = from.part(name);
      if (part.has('units')) devices.load(part);
      else loadFirstForm(devices, part, texts, this.#devices);
    }
    for (const name of from.texts('commonHostNames')) this.commonHostNames.add(name);
    if (this.bindings.isOfFirstForm(from.part('bindings'))) {
      for (const [address, count] of from.records('inventoried') as Iterable<[Address, number]>) {
        this.#inventoried.set(address, count);
      }
    } else this.#inventoried.load(from.part('inventoried'));
  }

  #known(): readonly (readonly [string, DevicesByText])[] {
    const { macs, hostNames, certificates } = this;
    return Object.entries({ macs, hostNames, certificates });
  }

  #contains({ address, local }: Endpoint): boolean {
    if (this.#inventoried.has(address) || this.#shared.contains(address)) return true;
    if (this.#networks !== null) return this.#networks.contains(address);
    return PRIVATE.contains(address) || local === true || this.bindings.has(address);
  }
}

/** A state of version 1 names texts by their number in a pool. */
function loadFirstForm(names: DevicesByText, from: StateReader, texts: PooledTexts, devices: Devices): void {
  const { rows, name, device } = nameColumns();
  rows.load(from);
  for (let row = 0; row < rows.end; row++) names.set(texts.at(name.at(row)), devices.at(device.at(row)));
}

function nameColumns() {
  const rows = new Table();
  return { rows, name: rows.u32('name'), device: rows.u32('device') };
}
