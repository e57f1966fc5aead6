import type {
  Address,
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
import type { Device, Merge, SharingReason, Workload } from './device.ts';
import { deviceSnapshot, filled, widen } from './device.ts';
import type { DeviceIdFrom } from './devices.ts';
import { Devices } from './devices.ts';
import { Identification } from './identification.ts';
import type { InventoryOutcome } from './inventory.ts';
import { InventoryImport } from './inventory.ts';
import { nearestIds } from './nearest.ts';
import { defaultSite, Place } from './place.ts';
import { deviceProfile, userProfile, workloadProfile } from './profile.ts';
import { Sharing } from './sharing.ts';
import type { Encounter } from './encounters.ts';
import { Encounters } from './encounters.ts';
import { Users } from './users.ts';

/** A machine that showed its certificate is not asked for it again so soon; then other evidence counts. */
const CERTIFICATE_HOLDS_MS = HOUR_MS;
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
  | {
      readonly kind: 'refused';
      readonly reason: 'unknown_entity' | 'same_entity' | 'already_merged' | 'not_merged';
    };

export interface EnrolOutcome {
  readonly enrolled: readonly EntityId[];
  readonly already: readonly EntityId[];
  readonly unknown: readonly EntityId[];
}

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
  readonly #encounters: Encounters;
  readonly #inventory: InventoryImport;

  constructor({ deviceIdFrom, userIdFrom }: DirectoryKeys) {
    this.#devices = new Devices(deviceIdFrom);
    this.#users = new Users(userIdFrom);
    const identification = new Identification(this.#devices, this.#aliases);
    this.#encounters = new Encounters(this.#devices, identification);
    this.#inventory = new InventoryImport(this.#devices, this.#aliases, identification, this.#workloads);
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
    const device = this.#encounters.resolve(this.#place(site), endpoint, time, mac ?? null);
    return device === null ? null : this.#aliases.device(device.id);
  }

  /** The device as of `time` where one is known; never makes one. For destinations that did not answer. */
  find(site: SiteId, endpoint: Endpoint, time: EpochMs): DeviceId | null {
    const device = this.#encounters.find(this.#place(site), endpoint, time);
    return device === null ? null : this.#aliases.device(device.id);
  }

  // What records say of machines

  observeLease(event: AddressLease<Sealed>): Observed {
    const until = event.time + (event.leaseMs ?? DEFAULT_LEASE_MS);
    return this.#observed(
      this.#encounters.observe(this.#place(event.provenance.site), event, 'lease', event.time, until),
    );
  }

  observeHost(event: HostSeen<Sealed>): Observed {
    const { host, time, provenance } = event;
    const mac = event.mac ?? null;
    const hostName = event.hostName ?? null;
    const place = this.#place(provenance.site);
    if (place.whereabouts(host) !== 'here') return { device: null, merged: [] };
    const seen = this.#encounters.observe(place, { address: host.address, mac, hostName }, 'mac', time, null);
    if (seen.device !== null && mac === null && hostName !== null) {
      this.#sharing.note(seen.device, 'many_host_names', hostName, time);
    }
    return this.#observed(seen);
  }

  /** What an asset system says fills what the operator's inventory leaves open; it never enrols. */
  observeInventoryReport(event: InventoryReport<Sealed>): Observed {
    const seen = this.#report(event);
    if (seen.device !== null) seen.device.reported = filled(seen.device.reported, event);
    return this.#observed(seen);
  }

  /** The machine that a vulnerability report is about. */
  observeVulnerability(event: VulnerabilityReport<Sealed>): Observed {
    return this.#observed(this.#report(event));
  }

  /**
   * A completed TLS handshake: whoever presented the certificate has its key. Where the inventory lists it,
   * the address was that device's, whatever a lease or a name says.
   */
  observeCertificate(site: SiteId, endpoint: Endpoint, fingerprint: string, time: EpochMs): void {
    const place = this.#place(site);
    const device = place.certificates.get(fingerprint.toLowerCase().replaceAll(':', ''));
    if (device === undefined || place.isShared(endpoint.address)) return;
    if (place.whereabouts(endpoint) !== 'here') return;
    place.bindings.claim(endpoint.address, device, 'certificate', time, time + CERTIFICATE_HOLDS_MS);
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
    return [...this.activityOf(user, at).keys()].sort();
  }

  /** The same, with the last time that the identity was active on each. */
  activityOf(user: UserId, at: EpochMs): ReadonlyMap<DeviceId, EpochMs> {
    const activity = new Map<DeviceId, EpochMs>();
    for (const [noted, last] of this.#users.activeOn(user, at)) {
      const device = this.#aliases.device(noted);
      activity.set(device, Math.max(last, activity.get(device) ?? last));
    }
    return activity;
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
    const survivor = this.#aliases.device(into);
    if (this.#aliases.device(from) === survivor) return { kind: 'refused', reason: 'same_entity' };
    if (this.#aliases.device(from) !== from) return { kind: 'refused', reason: 'already_merged' };
    this.#aliases.merge(from, into);
    return { kind: 'merged', from, into: survivor };
  }

  /** Takes back a merge of this pair, whoever made it. */
  split({ from, into }: Pick<SplitRecord, 'from' | 'into'>): IdentityChange {
    if (!this.#aliases.split(from, into)) return { kind: 'refused', reason: 'not_merged' };
    return { kind: 'split', from, into: this.#aliases.device(into) };
  }

  // Reading

  /** Why a device seems to stand for many machines; `null` where nothing suggests it. */
  suspicionOf(id: EntityId): SharingReason | null {
    return this.#devices.get(this.canonical(id) as DeviceId)?.suspicion ?? null;
  }

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

  /** Who holds an address now, at each site where somebody does: for people who know a machine by its address. */
  holdersOf(address: Address, time: EpochMs): readonly DeviceId[] {
    const holders = [...this.#places.values()].flatMap(
      (place) => place.bindings.at(address, time)?.device ?? [],
    );
    return [...new Set(holders.map((id) => this.#aliases.device(id)))].sort();
  }

  /** The addresses that are the device's as of `time`, also by the ids that were merged into it. */
  addressesOf(id: EntityId, time: EpochMs): readonly Address[] {
    const held = this.#aliases.members(this.canonical(id) as DeviceId).flatMap((member) => {
      const device = this.#devices.get(member);
      return device === undefined ? [] : this.#place(device.site).bindings.heldBy(member, time);
    });
    return [...new Set(held)];
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

  #report(event: InventoryReport<Sealed> | VulnerabilityReport<Sealed>): Encounter {
    return this.#encounters.observe(this.#place(event.provenance.site), event, 'mac', event.time, null);
  }

  #observed({ device, merged }: Encounter): Observed {
    return { device: device === null ? null : this.#aliases.device(device.id), merged };
  }

  #exists(id: EntityId): boolean {
    return (
      this.#devices.get(id as DeviceId) !== undefined ||
      this.#users.get(id as UserId) !== undefined ||
      this.#workloads.has(id as WorkloadId)
    );
  }

  #deviceProfile(device: Device): EntityProfile {
    const members = this.#aliases.members(device.id);
    const merged = members.length === 1 ? [] : members.slice(1).flatMap((id) => this.#devices.get(id) ?? []);
    return deviceProfile(device, merged, this.#aliases.serverOf(device.id), this.#sharedAs(device));
  }

  /** The operator's entry says what it is; a suspicion is for machines that nobody described. */
  #sharedAs({ site, address, entry, suspicion }: Device): EntityProfile['shared'] {
    const place = this.#place(site);
    const declared = entry?.roles.some((role) => role === 'nat' || role === 'proxy') ?? false;
    const atShared = entry?.addresses.some((each) => place.isShared(each)) ?? false;
    if (declared || atShared || (address !== null && place.isShared(address))) return 'declared';
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
