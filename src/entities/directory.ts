import type {
  AddressLease,
  DeviceId,
  Endpoint,
  EnrolRecord,
  EntityId,
  EntityProfile,
  EpochMs,
  Fingerprint,
  Fleet,
  HostSeen,
  InventoryRecord,
  InventoryReport,
  MergeRecord,
  Sealed,
  SealedAccount,
  SealedMac,
  Site,
  SiteId,
  SplitRecord,
  UserId,
  VulnerabilityReport,
  WorkloadId,
} from '../model/index.ts';
import { HOUR_MS } from '../model/index.ts';
import { Aliases } from './aliases.ts';
import type { Device, Merge, Workload } from './device.ts';
import { deviceSnapshot, hasOwnMac, widen } from './device.ts';
import type { DeviceIdFrom } from './devices.ts';
import { Devices } from './devices.ts';
import type { Clues } from './identification.ts';
import { Identification } from './identification.ts';
import type { InventoryOutcome } from './inventory.ts';
import { InventoryImport } from './inventory.ts';
import { nearestIds } from './nearest.ts';
import { defaultSite, Place } from './place.ts';
import { deviceProfile, userProfile, workloadProfile } from './profile.ts';
import { Sharing } from './sharing.ts';
import { Users } from './users.ts';

/** A lease whose length the sensor did not see: the common default of DHCP servers. */
const DEFAULT_LEASE_MS = 24 * HOUR_MS;

/** Keyed hashes made outside, so that ids reveal nothing and no key lives here. */
export interface DirectoryKeys {
  readonly deviceIdFrom: DeviceIdFrom;
  /** The opaque id of the n-th user, counted from 0. */
  readonly userIdFrom: (ordinal: number) => UserId;
}

/** Whom a record spoke of, and which histories the engine must fold because of it. */
export interface Observed {
  readonly device: DeviceId | null;
  readonly merged: readonly Merge[];
}

/** What a merge or a split asks of the engine: to fold two states under `into`, or to part them again. */
export type IdentityChange =
  | ({ readonly kind: 'merged' | 'split' } & Merge)
  | { readonly kind: 'refused'; readonly reason: 'unknown_entity' | 'same_entity' | 'not_merged' };

export interface EnrolOutcome {
  readonly enrolled: readonly EntityId[];
  readonly already: readonly EntityId[];
  readonly unknown: readonly EntityId[];
}

const NOBODY: Observed = { device: null, merged: [] };

/**
 * Who an address was at that time. A deterministic state machine: the same calls in the same order give the same
 * identities; time comes with each call. Every id that it gives out is canonical (see `canonical`).
 */
export class Directory {
  readonly #places = new Map<SiteId, Place>();
  readonly #devices: Devices;
  readonly #users: Users;
  readonly #workloads = new Map<WorkloadId, Workload>();
  readonly #aliases = new Aliases();
  readonly #sharing = new Sharing();
  readonly #identification: Identification;
  readonly #inventory: InventoryImport;

  constructor({ deviceIdFrom, userIdFrom }: DirectoryKeys) {
    this.#devices = new Devices(deviceIdFrom);
    this.#users = new Users(userIdFrom);
    this.#identification = new Identification(this.#devices, this.#aliases);
    this.#inventory = new InventoryImport(
      this.#devices,
      this.#aliases,
      this.#identification,
      this.#workloads,
    );
  }

  /** Takes over the fleet's sites. Throws a `RangeError` for a network that does not parse. */
  configure(fleet: Fleet): void {
    for (const site of fleet.sites) this.#place(site.id).configure(site);
  }

  /** A site's configuration; for a site that nobody configured: private ranges, UTC, Monday to Friday 8–18. */
  siteOf(id: SiteId): Site {
    return this.#places.get(id)?.site ?? defaultSite(id);
  }

  /** Times that a machine or an account was met which there was no room for. */
  get overflow(): { readonly devices: number; readonly users: number } {
    return { devices: this.#devices.overflow, users: this.#users.overflow };
  }

  // Addresses

  isLocal(site: SiteId, endpoint: Endpoint): boolean {
    return this.#place(site).whereabouts(endpoint) === 'here';
  }

  /**
   * The device as of `time`; an unknown local address becomes a discovered device. `null` for addresses elsewhere or
   * nobody's, and beyond the bound. Only for machines that spoke: a destination that never answered is `find`'s.
   */
  resolve(site: SiteId, endpoint: Endpoint, time: EpochMs, mac?: SealedMac): DeviceId | null {
    const place = this.#place(site);
    const whereabouts = place.whereabouts(endpoint);
    if (mac !== undefined && whereabouts === 'elsewhere')
      this.#retract(place, mac, place.wire.noteGateway(mac.fingerprint));
    if (whereabouts !== 'here') return null;
    if (mac !== undefined) this.#noteWireMac(place, endpoint, mac, time);
    const device =
      this.#identification.holder(place, endpoint.address, time) ?? this.#discoverAt(place, endpoint, time);
    if (device === null) return null;
    if (mac !== undefined) keepWireMac(place, device, mac, endpoint);
    return this.#aliases.device(device.id);
  }

  /** The device as of `time` where one is known; never makes one. For destinations that did not answer. */
  find(site: SiteId, endpoint: Endpoint, time: EpochMs): DeviceId | null {
    const place = this.#place(site);
    if (place.whereabouts(endpoint) !== 'here') return null;
    const device = this.#identification.holder(place, endpoint.address, time);
    return device === null ? null : this.#aliases.device(device.id);
  }

  // What records say of machines

  observeLease(event: AddressLease<Sealed>): Observed {
    const place = this.#place(event.provenance.site);
    const { address, mac, hostName, time, leaseMs } = event;
    return this.#observe(
      place,
      { address, mac, hostName },
      'lease',
      time,
      time + (leaseMs ?? DEFAULT_LEASE_MS),
    );
  }

  observeHost(event: HostSeen<Sealed>): Observed {
    const { host, mac = null, hostName = null, time } = event;
    const place = this.#place(event.provenance.site);
    if (place.whereabouts(host) !== 'here') return NOBODY;
    const seen = this.#observe(place, { address: host.address, mac, hostName }, 'mac', time, null);
    const device = seen.device === null ? undefined : this.#devices.get(seen.device);
    if (device !== undefined && mac === null && hostName !== null)
      this.#sharing.note(device, 'many_host_names', hostName, time);
    return seen;
  }

  /** What an asset system says fills what the operator's inventory leaves open; it never enrols. */
  observeInventoryReport(event: InventoryReport<Sealed>): Observed {
    const seen = this.observeReport(event);
    const device = seen.device === null ? undefined : this.#devices.get(seen.device);
    if (device === undefined) return seen;
    const { deviceKind, manufacturer, model, firmware } = event;
    const before = device.reported;
    device.reported = {
      deviceKind: deviceKind ?? before?.deviceKind ?? null,
      manufacturer: manufacturer ?? before?.manufacturer ?? null,
      model: model ?? before?.model ?? null,
      firmware: firmware ?? before?.firmware ?? null,
    };
    return seen;
  }

  /** The machine that a report (inventory, vulnerability) is about. */
  observeReport(event: InventoryReport<Sealed> | VulnerabilityReport<Sealed>): Observed {
    const { address, mac, hostName, time } = event;
    return this.#observe(this.#place(event.provenance.site), { address, mac, hostName }, 'mac', time, null);
  }

  /** A client asked this machine to fetch something for it: two clients make a suspected proxy. */
  noteProxyUse(proxy: DeviceId, client: DeviceId, time: EpochMs): void {
    const device = this.#devices.get(this.#aliases.device(proxy));
    if (device !== undefined) this.#sharing.note(device, 'serves_as_proxy', client, time);
  }

  // Users

  /** The account's user, given its id at first sight; `null` for a machine's own account. */
  userOf(account: SealedAccount, site: SiteId, time: EpochMs): UserId | null {
    return this.#users.meet(account, site, time)?.id ?? null;
  }

  userByFingerprint(fingerprint: Fingerprint): UserId | null {
    return this.#users.find(fingerprint);
  }

  /** The identity was active on this device: it weighs in the user's posture for 14 days. */
  noteActive(id: UserId, on: DeviceId, time: EpochMs): void {
    this.#users.noteActive(id, on, time);
    const device = this.#devices.get(this.#aliases.device(on));
    if (device === undefined || this.#users.get(id)?.nature !== 'person') return;
    this.#sharing.note(device, 'many_people_sign_in', id, time);
  }

  /** Devices on which the identity was active in the 14 days before `at`. */
  devicesOf(user: UserId, at: EpochMs): readonly DeviceId[] {
    return [...new Set(this.#users.activeOn(user, at).map((id) => this.#aliases.device(id)))].sort();
  }

  // The operator's word

  applyInventory(record: InventoryRecord): InventoryOutcome {
    return this.#inventory.apply(record, (site) => this.#place(site));
  }

  enrol(record: EnrolRecord): EnrolOutcome {
    const outcome = { enrolled: [] as EntityId[], already: [] as EntityId[], unknown: [] as EntityId[] };
    for (const named of record.entities) {
      const id = this.canonical(named);
      const entity = this.#devices.get(id as DeviceId) ?? this.#users.get(id as UserId);
      if (entity?.enrolment.state === 'discovered') {
        entity.enrolment = { state: 'enrolled', at: record.at, by: 'operator' };
        outcome.enrolled.push(id);
      } else {
        (this.#exists(id) ? outcome.already : outcome.unknown).push(id);
      }
    }
    return outcome;
  }

  /** From now on, and looking back, `from` is `into`. What `from` was known by stays its own, so `split` undoes it. */
  merge({ from, into }: Pick<MergeRecord, 'from' | 'into'>): IdentityChange {
    if (!this.#devices.get(from) || !this.#devices.get(into))
      return { kind: 'refused', reason: 'unknown_entity' };
    const pair = { from: this.#aliases.device(from), into: this.#aliases.device(into) };
    if (pair.from === pair.into) return { kind: 'refused', reason: 'same_entity' };
    this.#aliases.merge(pair.from, pair.into);
    return { kind: 'merged', ...pair };
  }

  /** Takes back a merge of this pair, whoever made it. */
  split({ from, into }: Pick<SplitRecord, 'from' | 'into'>): IdentityChange {
    if (!this.#aliases.split(from, into)) return { kind: 'refused', reason: 'not_merged' };
    return { kind: 'split', from, into };
  }

  // Reading

  /** The id under which an entity's state is kept: a server's `dev_` id, and the surviving id of a merge. */
  canonical(id: EntityId): EntityId {
    return this.#aliases.canonical(id);
  }

  seen(id: EntityId, time: EpochMs): void {
    const canonical = this.canonical(id);
    const entity =
      this.#devices.get(canonical as DeviceId) ??
      this.#users.get(canonical as UserId) ??
      this.#workloads.get(canonical as WorkloadId);
    if (entity !== undefined) widen(entity, time);
  }

  /** What is known of an entity, by any of its ids; `null` for an unknown one. */
  profile(id: EntityId): EntityProfile | null {
    const canonical = this.canonical(id);
    const device = this.#devices.get(canonical as DeviceId);
    if (device !== undefined) return this.#deviceProfile(device);
    const user = this.#users.get(canonical as UserId);
    if (user !== undefined) return userProfile(user);
    const workload = this.#workloads.get(canonical as WorkloadId);
    if (workload === undefined) return null;
    const host = this.#aliases.device(workload.host);
    return workloadProfile(workload, this.#devices.get(host), host);
  }

  /** Canonical ids: devices, then users, then workloads, each in the order in which they were first known. */
  *entities(): Iterable<EntityId> {
    for (const { id } of this.#devices.all()) if (this.#aliases.device(id) === id) yield id;
    for (const { id } of this.#users.all()) yield id;
    yield* this.#workloads.keys();
  }

  /** Ids like a mistyped one, for an error message. */
  nearest(idText: string, limit: number): readonly string[] {
    return nearestIds(idText, this.#named(), limit);
  }

  /** Everything as plain data in a fixed order, for the state hash. */
  snapshot(): unknown {
    return {
      places: [...this.#places].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place.snapshot()),
      devices: [...this.#devices.all()].map(deviceSnapshot),
      users: this.#users.snapshot(),
      workloads: [...this.#workloads.values()],
      aliases: this.#aliases.snapshot(),
      sharing: this.#sharing.snapshot(),
      overflow: this.overflow,
    };
  }

  #place(id: SiteId): Place {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const made = new Place(defaultSite(id));
    this.#places.set(id, made);
    return made;
  }

  #observe(
    place: Place,
    clues: Clues,
    evidence: 'lease' | 'mac',
    time: EpochMs,
    until: EpochMs | null,
  ): Observed {
    const { address } = clues;
    if (address !== null && place.isShared(address)) return this.#atSharedAddress(place, address, time);
    const device = this.#identification.identify(place, clues, evidence, time);
    if (device === null) return NOBODY;
    const holder = address === null ? null : this.#identification.holder(place, address, time);
    const merged = this.#identification.absorbStray(place, device, clues, time);
    if (!keepsItsName(holder, device, clues)) this.#identification.learn(place, device, clues);
    const kind = clues.mac !== null ? evidence : clues.hostName !== null ? 'host_name' : 'address';
    if (address !== null && (holder !== device || kind === 'lease')) {
      place.bindings.claim(address, device.id, kind, time, until);
    }
    return { device: this.#aliases.device(device.id), merged };
  }

  /** An address that stands for many machines is an entity of its own: nobody's MAC or name is learnt there. */
  #atSharedAddress(place: Place, address: Endpoint['address'], time: EpochMs): Observed {
    const endpoint = { address, port: null, local: null };
    return { device: this.resolve(place.site.id, endpoint, time), merged: [] };
  }

  #discoverAt(place: Place, { address }: Endpoint, time: EpochMs): Device | null {
    const device = this.#devices.discover('address', place.site.id, address);
    if (device !== null) place.bindings.claim(address, device.id, 'address', time, null);
    return device;
  }

  #noteWireMac(place: Place, { address }: Endpoint, mac: SealedMac, time: EpochMs): void {
    if (place.isShared(address)) return;
    this.#retract(place, mac, place.wire.note(mac.fingerprint, address, time));
    if (place.wire.isRouter(mac.fingerprint)) return;
    const device = this.#identification.byMac(place, { address, mac, hostName: null });
    if (device === null) return;
    const holder = this.#identification.holder(place, address, time);
    if (holder !== device) place.bindings.claim(address, device.id, 'mac', time, null);
  }

  /** A MAC turned out to be a router's: whatever it seemed to prove is taken back. */
  #retract(place: Place, mac: SealedMac, addresses: readonly Endpoint['address'][]): void {
    const device = place.macs.get(mac.fingerprint);
    if (device === undefined) return;
    for (const address of addresses) place.bindings.retract(address, device, 'mac');
  }

  #exists(id: EntityId): boolean {
    return (
      this.#devices.get(id as DeviceId) !== undefined ||
      this.#users.get(id as UserId) !== undefined ||
      this.#workloads.has(id as WorkloadId)
    );
  }

  #deviceProfile(device: Device): EntityProfile {
    const [, ...others] = this.#aliases.members(device.id);
    const merged = others.flatMap((id) => this.#devices.get(id) ?? []);
    return deviceProfile(device, merged, this.#aliases.serverOf(device.id), this.#sharedAs(device));
  }

  /** The operator's entry says what it is; a suspicion is for machines that nobody described. */
  #sharedAs({ site, address, entry, suspicion }: Device): EntityProfile['shared'] {
    const place = this.#place(site);
    const addresses = [...(entry?.addresses ?? []), ...(address === null ? [] : [address])];
    const declared = entry?.roles.some((role) => role === 'nat' || role === 'proxy') ?? false;
    if (declared || addresses.some((a) => place.isShared(a))) return 'declared';
    return entry === null && suspicion !== null ? 'suspected' : 'no';
  }

  *#named(): Iterable<{ readonly id: string; readonly name: string | null }> {
    for (const id of this.entities()) {
      const device = this.#devices.get(id as DeviceId);
      yield { id, name: device?.entry?.name ?? null };
      const alias = device === undefined ? null : this.#aliases.serverOf(device.id);
      if (alias !== null) yield { id: alias, name: null };
    }
  }
}

/** The first device to show a MAC on the wire, known by nothing better than its address, keeps it as a hint. */
function keepWireMac(place: Place, device: Device, mac: SealedMac, { address }: Endpoint): void {
  if (device.wireMac !== null || hasOwnMac(device) || device.enrolment.state === 'enrolled') return;
  if (device.address === address && place.wire.hold(mac.fingerprint, device.id))
    device.wireMac = mac.fingerprint;
}

/** A host name alone renames nobody: a machine known by something better keeps the name it has. */
function keepsItsName(holder: Device | null, device: Device, { mac, hostName }: Clues): boolean {
  if (holder !== device || mac !== null || hostName === null) return false;
  return (
    device.enrolment.state === 'enrolled' || (device.hostNames.size > 0 && !device.hostNames.has(hostName))
  );
}
