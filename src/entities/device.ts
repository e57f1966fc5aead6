import type {
  Address,
  DeviceId,
  Enrolment,
  EntityId,
  EpochMs,
  InventoryEntry,
  InventoryReport,
  InventoryWorkload,
  Sealed,
  SiteId,
  WorkloadId,
} from '../model/index.ts';
import type { Common } from './declarations.ts';
import type { DeviceColumns } from './device-columns.ts';
import { all, countOf, type Few, fewOf, withOne } from './few.ts';

/** What made a discovered device one: the clue its id was hashed from. */
export const DEVICE_ORIGINS = ['mac', 'host_name', 'address', 'inventory'] as const;
export type DeviceOrigin = (typeof DEVICE_ORIGINS)[number];

/** What is known of one MAC of a device. */
export interface KnownMac {
  readonly fingerprint: string;
  /** In the operator's inventory entry. */
  readonly listed: boolean;
  /** Shown by the device itself: in a lease, or in a report about it. */
  readonly seen: boolean;
  /** Locally administered (IEEE 802c); unknown until it is seen, for the inventory holds fingerprints only. */
  readonly randomised: boolean;
}

/** What an asset system reported; fills what the operator's inventory leaves open. */
export type ReportedFacts = Pick<
  InventoryReport<Sealed>,
  'deviceKind' | 'manufacturer' | 'model' | 'firmware'
>;

/** One machine, as the directory keeps it. Identities are joined by aliases; only a stranger is ever forgotten. */
export class Device {
  readonly id: DeviceId;
  /** Devices are counted from 0; the number of one that was forgotten is given again. */
  readonly number: number;
  /** What is known of it lies there, in its row: an object is only made of a device that somebody asks for. */
  readonly #columns: DeviceColumns;

  constructor(id: DeviceId, number: number, columns: DeviceColumns) {
    this.id = id;
    this.number = number;
    this.#columns = columns;
  }

  get site(): SiteId {
    return this.#columns.site(this.number) as SiteId;
  }

  set site(site: SiteId) {
    this.#columns.moveTo(this.number, site);
  }

  get origin(): DeviceOrigin {
    return DEVICE_ORIGINS[this.#columns.origin.at(this.number)] ?? 'address';
  }

  /** The address it was discovered at, where that was the only clue. */
  get address(): Address | null {
    return this.#columns.address.at(this.number) as Address | null;
  }

  get macs(): Few<KnownMac> {
    const macs = this.#columns.macs.at(this.number);
    return macs === null ? null : fewOf((JSON.parse(macs) as SaidMac[]).map(macSaid));
  }

  set macs(macs: Few<KnownMac>) {
    const said = all(macs).map(sayMac);
    this.#columns.macs.set(this.number, said.length === 0 ? null : JSON.stringify(said));
  }

  get hostNames(): Few<string> {
    return fewSaid(this.#columns.hostNames.at(this.number));
  }

  set hostNames(names: Few<string>) {
    this.#columns.hostNames.set(this.number, names === null ? null : JSON.stringify(names));
  }

  /** A MAC seen beside its address on connections: a hint, for it may be a router's. */
  get wireMac(): string | null {
    return this.#columns.wireMac.at(this.number);
  }

  set wireMac(mac: string | null) {
    this.#columns.wireMac.set(this.number, mac);
  }

  /** The randomised MAC that its host name joined last. */
  get joinedMac(): string | null {
    return this.#columns.joinedMac.at(this.number);
  }

  set joinedMac(mac: string | null) {
    this.#columns.joinedMac.set(this.number, mac);
  }

  /** The addresses that it ever claimed, the latest last. */
  get claimed(): Few<Address> {
    return fewSaid(this.#columns.claimed.at(this.number)) as Few<Address>;
  }

  set claimed(addresses: Few<Address>) {
    this.#columns.claimed.set(this.number, addresses === null ? null : JSON.stringify(addresses));
  }

  get reported(): ReportedFacts | null {
    const reported = this.#columns.reported.at(this.number);
    return reported === null ? null : (JSON.parse(reported) as ReportedFacts);
  }

  set reported(facts: ReportedFacts | null) {
    this.#columns.reported.set(this.number, facts === null ? null : JSON.stringify(facts));
  }

  get enrolment(): Enrolment {
    return this.#columns.enrolments.at(this.number);
  }

  set enrolment(enrolment: Enrolment) {
    this.#columns.enrolments.set(this.number, enrolment);
  }

  /** Why it seems to stand for many machines. */
  get suspicion(): SharingReason | null {
    return SHARING_REASONS[this.#columns.suspicion.at(this.number) - 1] ?? null;
  }

  set suspicion(reason: SharingReason | null) {
    this.#columns.suspicion.set(this.number, reason === null ? 0 : SHARING_REASONS.indexOf(reason) + 1);
  }

  /** What the operator's inventory says of it: to be asked for once, and not to be compared by identity. */
  get entry(): InventoryEntry | null {
    return this.#columns.declarations.of(this.number, this.id);
  }

  get isDeclared(): boolean {
    return this.#columns.declarations.has(this.number);
  }

  /** What its entry has in common with those of others, which costs less to ask than the whole. */
  get common(): Common | null {
    return this.isDeclared ? this.#columns.declarations.common(this.number) : null;
  }

  get isMachine(): boolean {
    return !this.#columns.declarations.isOfNoMachine(this.number);
  }

  declare(entry: InventoryEntry): void {
    this.#columns.declarations.declare(this.number, this.id, entry);
  }

  get firstSeen(): EpochMs | null {
    const first = this.#columns.first.at(this.number);
    return first === Infinity ? null : first;
  }

  get lastSeen(): EpochMs | null {
    const last = this.#columns.last.at(this.number);
    return last === -Infinity ? null : last;
  }

  /** Widens the span in which it was seen; a late event may move its beginning back. */
  see(time: EpochMs): void {
    const { first, last } = this.#columns;
    if (time < first.at(this.number)) first.set(this.number, time);
    if (time > last.at(this.number)) last.set(this.number, time);
  }

  mac(fingerprint: string): KnownMac | undefined {
    const { macs } = this;
    if (macs === null) return undefined;
    return 'fingerprint' in macs
      ? macs.fingerprint === fingerprint
        ? macs
        : undefined
      : macs.find((mac) => mac.fingerprint === fingerprint);
  }

  /** What is known of a MAC from now on; a known one keeps its place. */
  keepMac(mac: KnownMac): void {
    const known = this.mac(mac.fingerprint);
    this.macs =
      known === undefined
        ? withOne(this.macs, mac)
        : fewOf(all(this.macs).map((each) => (each.fingerprint === mac.fingerprint ? mac : each)));
  }

  dropMac(fingerprint: string): void {
    if (this.mac(fingerprint) === undefined) return;
    this.macs = fewOf(all(this.macs).filter((each) => each.fingerprint !== fingerprint));
  }
}

/** As it is written down: the fingerprint, and what is known of it as bits. */
type SaidMac = readonly [fingerprint: string, flags: number];

function sayMac({ fingerprint, listed, seen, randomised }: KnownMac): SaidMac {
  return [fingerprint, Number(listed) + 2 * Number(seen) + 4 * Number(randomised)];
}

function macSaid([fingerprint, flags]: SaidMac): KnownMac {
  return {
    fingerprint,
    listed: (flags & 1) !== 0,
    seen: (flags & 2) !== 0,
    randomised: (flags & 4) !== 0,
  };
}

function fewSaid(said: string | null): Few<string> {
  return said === null ? null : (JSON.parse(said) as string | string[]);
}

/** A workload that is not itself a machine on the network: a container, VM, function or service, on its host. */
export interface Workload {
  readonly id: WorkloadId;
  host: DeviceId;
  facts: InventoryWorkload;
  readonly enrolledAt: EpochMs;
  /** It proved a key of its own. */
  isProven?: true;
  firstSeen: EpochMs | null;
  lastSeen: EpochMs | null;
}

/** Signals that one address stands for many machines. Never volume: a busy machine is one machine. */
export const SHARING_REASONS = ['serves_as_proxy', 'many_people_sign_in', 'many_host_names'] as const;
export type SharingReason = (typeof SHARING_REASONS)[number];

/** Widens the span in which an entity was seen; a late event may move its beginning back. */
export function widen(entity: { firstSeen: EpochMs | null; lastSeen: EpochMs | null }, time: EpochMs): void {
  entity.firstSeen = Math.min(entity.firstSeen ?? time, time);
  entity.lastSeen = Math.max(entity.lastSeen ?? time, time);
}

/** Nothing but an address is known of it. */
export function isKnownByAddressOnly(device: Device): boolean {
  return (
    device.origin === 'address' &&
    device.enrolment.state === 'discovered' &&
    device.macs === null &&
    device.hostNames === null
  );
}

export function hasOwnMac(device: Device): boolean {
  return countOf(device.macs) > 0;
}

/** No globally unique MAC contradicts that this is a machine with randomised ones. */
export function showsOnlyRandomisedMacs(device: Device): boolean {
  return all(device.macs).every((mac) => mac.randomised || !mac.seen);
}

/** Whether a report says something that was not known. */
export function addsTo(before: ReportedFacts | null, now: ReportedFacts): boolean {
  if (before === null) return true;
  const after = filled(before, now);
  return (
    after.deviceKind !== before.deviceKind ||
    after.manufacturer !== before.manufacturer ||
    after.model !== before.model ||
    after.firmware !== before.firmware
  );
}

/** What was reported before, with what is reported now laid over it. */
export function filled(before: ReportedFacts | null, now: ReportedFacts): ReportedFacts {
  return {
    deviceKind: now.deviceKind ?? before?.deviceKind ?? null,
    manufacturer: now.manufacturer ?? before?.manufacturer ?? null,
    model: now.model ?? before?.model ?? null,
    firmware: now.firmware ?? before?.firmware ?? null,
  };
}

/** Two histories that became one, for the engine to fold. */
export interface Merge {
  readonly from: EntityId;
  readonly into: EntityId;
}
