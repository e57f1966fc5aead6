import type {
  AccountEpochRecord,
  AccountsRekeyedRecord,
  Address,
  AddressLease,
  DeviceId,
  Endpoint,
  EnrolRecord,
  EntityId,
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
  SiteId,
  SplitRecord,
  Stateful,
  StateReader,
  StateWriter,
  UserId,
  SoftwareInventory,
  VulnerabilityReport,
  WorkloadId,
} from '../model/index.ts';
import { type Device, widen } from './device.ts';
import { Encounters } from './encounters.ts';
import { type Holding, holdingElsewhere, holdingOf } from './holding.ts';
import { Identification } from './identification.ts';
import type { InventoryOutcome } from './inventory.ts';
import { InventoryImport } from './inventory.ts';
import { Observations, type Observed } from './observations.ts';
import { type EnrolOutcome, type IdentityChange, OperatorWord } from './operator-word.ts';
import type { Place } from './place.ts';
import { PlainState } from './plain-state.ts';
import { type DirectoryKeys, loadPopulation, newPopulation, savePopulation } from './population.ts';
import { Revision } from './revision.ts';
import { Roster } from './roster.ts';
import { forgetStrangers } from './strangers.ts';
import type { Users } from './users.ts';

/**
 * Who an address was at that time. A deterministic state machine: the same calls in the same order give the same
 * identities; time comes with each call. Every id that it gives out is canonical (see `canonical`).
 */
export class Directory extends Roster implements Stateful {
  readonly #revision: Revision;
  readonly #identification: Identification;
  readonly #encounters: Encounters;
  readonly #observations: Observations;
  readonly #inventory: InventoryImport;
  readonly #operator: OperatorWord;
  readonly #worlds = new WeakMap<Place, Holding>();
  /** The device that was seen last, most often the next one too: it is found without a search. */
  #lastSeen: { readonly id: EntityId; readonly device: Device; readonly asOf: number } | null = null;

  constructor(keys: DirectoryKeys) {
    const revision = new Revision();
    const population = newPopulation(keys, revision);
    super(population, revision);
    this.#revision = revision;
    this.#identification = new Identification(population, revision);
    this.#encounters = new Encounters(population.devices, this.#identification);
    this.#observations = new Observations(population, this.#encounters, this.profiles);
    this.#inventory = new InventoryImport(population, this.#identification);
    this.#operator = new OperatorWord(population, revision);
  }

  /**
   * Moves whenever somebody's answer may differ from now on for another reason than that time passed or that an
   * entity was seen again. {@link meet} tells more finely for how long one answer holds.
   */
  get revision(): number {
    return this.#revision.count;
  }

  /** Takes over the fleet's sites. Throws a `RangeError` for a network that does not parse. */
  configure(fleet: Fleet): void {
    this.population.places.configure(fleet);
  }

  // Addresses

  isLocal(site: SiteId, endpoint: Endpoint): boolean {
    return this.population.places.of(site).whereabouts(endpoint) === 'here';
  }

  /**
   * The device as of `time`; an unknown local address becomes a discovered device. `null` for addresses elsewhere or
   * nobody's, and beyond the bound. Only for machines that spoke: a destination that never answered is `find`'s.
   */
  resolve(site: SiteId, endpoint: Endpoint, time: EpochMs, mac?: SealedMac): DeviceId | null {
    const { aliases, places } = this.population;
    const device = this.#encounters.resolve(places.of(site), endpoint, time, mac ?? null);
    return device === null ? null : aliases.device(device.id);
  }

  /** The device as of `time` where one is known; never makes one. For destinations that did not answer. */
  find(site: SiteId, endpoint: Endpoint, time: EpochMs): DeviceId | null {
    const { aliases, places } = this.population;
    const device = this.#encounters.find(places.of(site), endpoint, time);
    return device === null ? null : aliases.device(device.id);
  }

  /** All that are one with it, itself first. */
  membersOf(id: EntityId): readonly [EntityId, ...EntityId[]] {
    return this.population.aliases.members(id as DeviceId);
  }

  /** `resolve`, with for how long the answer may be given again to the same site, address, `local` and MAC. */
  meet(site: SiteId, endpoint: Endpoint, time: EpochMs, mac: SealedMac | null = null): Holding {
    const elsewhere = mac === null ? this.#elsewhere(site, endpoint, time) : null;
    if (elsewhere !== null) return elsewhere;
    const device = this.resolve(site, endpoint, time, mac ?? undefined);
    return this.#holding(site, endpoint, time, device, mac);
  }

  /** `find`, with for how long the answer may be given again to the same site, address and `local`. */
  lookUp(site: SiteId, endpoint: Endpoint, time: EpochMs): Holding {
    const elsewhere = this.#elsewhere(site, endpoint, time);
    if (elsewhere !== null) return elsewhere;
    return this.#holding(site, endpoint, time, this.find(site, endpoint, time), null);
  }

  /** Tags that somebody has. */
  tags(): ReadonlySet<string> {
    return this.population.devices.tags();
  }

  // What records say of machines

  observeLease(event: AddressLease<Sealed>): Observed {
    return this.#observations.lease(event);
  }

  observeHost(event: HostSeen<Sealed>): Observed {
    return this.#observations.host(event);
  }

  /** What an asset system says fills what the operator's inventory leaves open; it never enrols. */
  observeInventoryReport(event: InventoryReport<Sealed>): Observed {
    return this.#observations.inventoryReport(event);
  }

  /** The machine that a vulnerability report is about. */
  observeVulnerability(event: VulnerabilityReport<Sealed>): Observed {
    return this.#observations.vulnerability(event);
  }

  /** The machine whose software was found. */
  observeSoftwareInventory(event: SoftwareInventory<Sealed>): Observed {
    return this.#observations.softwareInventory(event);
  }

  /**
   * A completed TLS handshake: whoever presented the certificate has its key. Where the inventory lists it,
   * the address was that device's, whatever a lease or a name says.
   */
  observeCertificate(site: SiteId, endpoint: Endpoint, fingerprint: string, time: EpochMs): void {
    this.#observations.certificate(site, endpoint, fingerprint, time);
  }

  /** A device proved its key in a handshake from this address: it was there, whatever a lease or a name says. */
  observeProof(site: SiteId, address: Address, id: DeviceId, time: EpochMs): void {
    this.#observations.proof(site, address, id, time);
  }

  /** A client asked this machine to fetch something for it: two clients make a suspected proxy. */
  noteProxyUse(proxy: DeviceId, client: DeviceId, time: EpochMs): void {
    this.#observations.sharing(proxy, 'serves_as_proxy', client, time);
  }

  seen(id: EntityId, time: EpochMs): void {
    const last = this.#lastSeen;
    if (last !== null && last.id === id && last.asOf === this.#revision.count) return last.device.see(time);
    const { devices, users, workloads } = this.population;
    const canonical = this.canonical(id);
    const device = devices.get(canonical as DeviceId);
    if (device !== undefined) {
      this.#lastSeen = { id, device, asOf: this.#revision.count };
      return device.see(time);
    }
    users.get(canonical as UserId)?.see(time);
    const workload = workloads.get(canonical as WorkloadId);
    if (workload !== undefined) widen(workload, time);
  }

  // Users

  /** The account's user, given its id at first sight; `null` for a machine's own account. */
  userOf(account: SealedAccount, site: SiteId, time: EpochMs): UserId | null {
    return this.population.users.meet(account, site, time)?.id ?? null;
  }

  /** The identity was active on this device: it weighs in the user's posture for 14 days. */
  noteActive(id: UserId, on: DeviceId, time: EpochMs): void {
    const { users } = this.population;
    users.noteActive(id, on, time);
    if (users.get(id)?.nature === 'person') this.#observations.sharing(on, 'many_people_sign_in', id, time);
  }

  /** Forgets strangers; what they were known by makes them anew when it is seen again, under the same ids. */
  forgetStrangers(ids: ReadonlySet<DeviceId>): void {
    forgetStrangers(this.population, ids, this.#revision);
  }

  /** Forgets users wherever they are named. */
  eraseUsers(ids: ReadonlySet<UserId>): void {
    this.population.users.erase(ids);
    this.population.sharing.forget(ids);
  }

  /** Those that were not seen since `time`. */
  usersUnseenSince(time: EpochMs): Iterable<UserId> {
    return this.population.users.unseenSince(time);
  }

  get userCount(): number {
    return this.population.users.size;
  }

  /** Since when there are any; `null` where there are none. */
  get usersSince(): EpochMs | null {
    return this.population.users.since;
  }

  // The keys under which accounts are known

  /** How far a change of the key is. */
  get accountEpoch(): Users['epoch'] {
    return this.population.users.epoch;
  }

  beginAccountEpoch({ epoch: number, at: since }: AccountEpochRecord): void {
    this.population.users.beginEpoch({ number, since });
  }

  rekeyAccounts({ pairs }: AccountsRekeyedRecord): void {
    for (const [before, after] of pairs) this.population.users.rekey(before, after);
  }

  endAccountEpoch(): void {
    this.population.users.endEpochBefore();
  }

  /** Known under the key of today. */
  isCurrentAccount(fingerprint: Fingerprint): boolean {
    return this.population.users.isCurrent(fingerprint);
  }

  // The operator's word

  applyInventory(record: InventoryRecord): InventoryOutcome {
    this.#revision.moveAll();
    return this.#inventory.apply(record);
  }

  enrol(record: EnrolRecord): EnrolOutcome {
    return this.#operator.enrol(record);
  }

  /** It holds a certificate whose key it proved: enrolled by that, since it was enrolled at all. */
  prove(id: DeviceId | WorkloadId, at: EpochMs): void {
    this.#operator.prove(id, at);
  }

  /** From now on, and looking back, `from` is `into`. What `from` was known by stays its own, so `split` undoes it. */
  merge(pair: Pick<MergeRecord, 'from' | 'into'>): IdentityChange {
    return this.#operator.merge(pair);
  }

  /** Takes back a merge of this pair, whoever made it. */
  split(pair: Pick<SplitRecord, 'from' | 'into'>): IdentityChange {
    return this.#operator.split(pair);
  }

  // Written down

  save(to: StateWriter): void {
    savePopulation(this.population, to);
  }

  load(from: StateReader): void {
    loadPopulation(this.population, from);
    this.#revision.moveAll();
  }

  /** Everything as plain data in a fixed order, for the state hash. */
  snapshot(): unknown {
    const state = new PlainState();
    this.save(state);
    return state.said;
  }

  /** Most addresses are the world's, and the answer to all of a site's is one; `null` for those of its own. */
  #elsewhere(site: SiteId, endpoint: Endpoint, time: EpochMs): Holding | null {
    const place = this.population.places.of(site);
    if (place.whereabouts(endpoint) === 'here') return null;
    const known = this.#worlds.get(place);
    if (known?.again(time)) return known;
    const made = holdingElsewhere(place, this.#revision, endpoint.address);
    this.#worlds.set(place, made);
    return made;
  }

  #holding(
    site: SiteId,
    endpoint: Endpoint,
    time: EpochMs,
    device: DeviceId | null,
    mac: SealedMac | null,
  ): Holding {
    const place = this.population.places.of(site);
    const { address } = endpoint;
    const proven = this.#identification.byMac(place, { address, mac, hostName: null });
    return holdingOf(place, this.#revision, endpoint, time, device, mac, proven);
  }
}
