import type {
  Address,
  AddressLease,
  DeviceId,
  Endpoint,
  EpochMs,
  HostSeen,
  InventoryReport,
  Sealed,
  SiteId,
  SoftwareInventory,
  VulnerabilityReport,
} from '../model/index.ts';
import { HOUR_MS } from '../model/index.ts';
import type { Device, Merge, SharingReason } from './device.ts';
import { addsTo, filled } from './device.ts';
import type { Encounter, Encounters } from './encounters.ts';
import type { Population } from './population.ts';
import type { Profiles } from './profiles.ts';

/** A machine that showed its certificate is not asked for it again so soon; then other evidence counts. */
const CERTIFICATE_HOLDS_MS = HOUR_MS;
/** A lease whose length the sensor did not see: the common default of DHCP servers. */
const DEFAULT_LEASE_MS = 24 * HOUR_MS;

/** Whom a record spoke of, and which histories the engine must fold because of it. */
export interface Observed {
  readonly device: DeviceId | null;
  readonly merged: readonly Merge[];
}

/** What records say of machines. */
export class Observations {
  readonly #population: Population;
  readonly #encounters: Encounters;
  readonly #profiles: Profiles;

  constructor(population: Population, encounters: Encounters, profiles: Profiles) {
    this.#population = population;
    this.#encounters = encounters;
    this.#profiles = profiles;
  }

  lease(event: AddressLease<Sealed>): Observed {
    const until = event.time + (event.leaseMs ?? DEFAULT_LEASE_MS);
    const place = this.#population.places.of(event.provenance.site);
    return this.#observed(this.#encounters.observe(place, event, 'lease', event.time, until));
  }

  host(event: HostSeen<Sealed>): Observed {
    const { host, time, provenance } = event;
    const mac = event.mac ?? null;
    const hostName = event.hostName ?? null;
    const place = this.#population.places.of(provenance.site);
    if (place.whereabouts(host) !== 'here') return { device: null, merged: [] };
    const seen = this.#encounters.observe(place, { address: host.address, mac, hostName }, 'mac', time, null);
    if (seen.device !== null && mac === null && hostName !== null) {
      this.#suspect(seen.device, 'many_host_names', hostName, time);
    }
    return this.#observed(seen);
  }

  /** What an asset system says fills what the operator's inventory leaves open; it never enrols. */
  inventoryReport(event: InventoryReport<Sealed>): Observed {
    const seen = this.#report(event);
    if (seen.device !== null && addsTo(seen.device.reported, event)) {
      seen.device.reported = filled(seen.device.reported, event);
      this.#profiles.forget(seen.device.id);
    }
    return this.#observed(seen);
  }

  vulnerability(event: VulnerabilityReport<Sealed>): Observed {
    return this.#observed(this.#report(event));
  }

  softwareInventory(event: SoftwareInventory<Sealed>): Observed {
    return this.#observed(this.#report(event));
  }

  certificate(site: SiteId, endpoint: Endpoint, fingerprint: string, time: EpochMs): void {
    const place = this.#population.places.of(site);
    const device = place.certificates.get(fingerprint.toLowerCase().replaceAll(':', ''));
    if (device === undefined || place.isShared(endpoint.address)) return;
    if (place.whereabouts(endpoint) !== 'here') return;
    place.claim(endpoint.address, device, 'certificate', time, time + CERTIFICATE_HOLDS_MS);
  }

  /** Not at an address that stands for many, nor at one that is no machine's of the site: somebody in between has it. */
  proof(site: SiteId, address: Address, id: DeviceId, time: EpochMs): void {
    const { aliases, devices, places } = this.#population;
    const place = places.of(site);
    const device = devices.get(aliases.device(id));
    const isHere = place.whereabouts({ address, port: null, local: null }) === 'here';
    if (device === undefined || !isHere || place.isShared(address)) return;
    place.claim(address, device, 'certificate', time, time + CERTIFICATE_HOLDS_MS);
  }

  /** A client, person or host name (`key`) of a machine that would be one of many if it stands for many. */
  sharing(id: DeviceId, reason: SharingReason, key: string, time: EpochMs): void {
    const { aliases, devices } = this.#population;
    const device = devices.get(aliases.device(id));
    if (device !== undefined) this.#suspect(device, reason, key, time);
  }

  #suspect(device: Device, reason: SharingReason, key: string, time: EpochMs): void {
    if (this.#population.sharing.note(device, reason, key, time)) this.#profiles.forget(device.id);
  }

  #report(
    event: InventoryReport<Sealed> | VulnerabilityReport<Sealed> | SoftwareInventory<Sealed>,
  ): Encounter {
    const place = this.#population.places.of(event.provenance.site);
    return this.#encounters.observe(place, event, 'mac', event.time, null);
  }

  #observed({ device, merged }: Encounter): Observed {
    return { device: device === null ? null : this.#population.aliases.device(device.id), merged };
  }
}
