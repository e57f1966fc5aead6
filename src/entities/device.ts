import type { Float64Column } from '../columns/index.ts';
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
import type { Declarations } from './declarations.ts';
import { all, countOf, type Few, fewOf, withOne, without } from './few.ts';

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

/** What is kept of all devices side by side, by their number. */
export interface DeviceColumns {
  /** When it was seen first and last; infinities where it never was. */
  readonly first: Float64Column;
  readonly last: Float64Column;
  /** The operator's inventory. */
  readonly declarations: Declarations;
}

/** What most devices are. */
export const DISCOVERED: Enrolment = Object.freeze({ state: 'discovered' });

/** One machine, as the directory keeps it. Devices are never removed: identities are joined by aliases. */
export class Device {
  readonly id: DeviceId;
  /** Devices are counted from 0 in the order in which they were first known. */
  readonly number: number;
  site: SiteId;
  readonly origin: DeviceOrigin;
  /** The address it was discovered at, where that was the only clue. */
  readonly address: Address | null;
  macs: Few<KnownMac> = null;
  hostNames: Few<string> = null;
  /** A MAC seen beside its address on connections: a hint, for it may be a router's. */
  wireMac: string | null = null;
  /** The randomised MAC that its host name joined last. */
  joinedMac: string | null = null;
  reported: ReportedFacts | null = null;
  enrolment: Enrolment = DISCOVERED;
  /** Why it seems to stand for many machines. */
  suspicion: SharingReason | null = null;
  readonly #columns: DeviceColumns;

  constructor(
    id: DeviceId,
    number: number,
    site: SiteId,
    origin: DeviceOrigin,
    address: Address | null,
    columns: DeviceColumns,
  ) {
    this.id = id;
    this.number = number;
    this.site = site;
    this.origin = origin;
    this.address = address;
    this.#columns = columns;
  }

  /** What the operator's inventory says of it: to be asked for once, and not to be compared by identity. */
  get entry(): InventoryEntry | null {
    return this.#columns.declarations.of(this.number);
  }

  get isDeclared(): boolean {
    return this.#columns.declarations.has(this.number);
  }

  /** What the operator calls it, which costs less to ask than the whole entry. */
  get declaredKind(): string | null {
    return this.isDeclared ? this.#columns.declarations.common(this.number).kind : null;
  }

  get isMachine(): boolean {
    return !this.#columns.declarations.isOfNoMachine(this.number);
  }

  declare(entry: InventoryEntry): void {
    this.#columns.declarations.declare(this.number, entry);
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
        : fewOf(all(this.macs).map((each) => (each === known ? mac : each)));
  }

  dropMac(fingerprint: string): void {
    const known = this.mac(fingerprint);
    if (known !== undefined) this.macs = without(this.macs, known);
  }
}

/** A workload that is not itself a machine on the network: a container, VM, function or service, on its host. */
export interface Workload {
  readonly id: WorkloadId;
  host: DeviceId;
  facts: InventoryWorkload;
  readonly enrolledAt: EpochMs;
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
