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

/** What made a discovered device one: the clue its id was hashed from. */
export type DeviceOrigin = 'mac' | 'host_name' | 'address' | 'inventory';

/** What is known of one MAC of a device. */
interface KnownMac {
  /** In the operator's inventory entry. */
  listed: boolean;
  /** Shown by the device itself: in a lease, or in a report about it. */
  seen: boolean;
  /** Locally administered (IEEE 802c); unknown until it is seen, for the inventory holds fingerprints only. */
  randomised: boolean;
}

/** What an asset system reported; fills what the operator's inventory leaves open. */
export type ReportedFacts = Pick<
  InventoryReport<Sealed>,
  'deviceKind' | 'manufacturer' | 'model' | 'firmware'
>;

/** One machine, as the directory keeps it. Devices are never removed: identities are joined by aliases. */
export interface Device {
  readonly id: DeviceId;
  site: SiteId;
  readonly origin: DeviceOrigin;
  /** The address it was discovered at, where that was the only clue. */
  readonly address: Address | null;
  readonly macs: Map<string, KnownMac>;
  readonly hostNames: Set<string>;
  /** A MAC seen beside its address on connections: a hint, for it may be a router's. */
  wireMac: string | null;
  /** The randomised MAC that its host name joined last. */
  joinedMac: string | null;
  entry: InventoryEntry | null;
  reported: ReportedFacts | null;
  enrolment: Enrolment;
  firstSeen: EpochMs | null;
  lastSeen: EpochMs | null;
  /** Why it seems to stand for many machines. */
  suspicion: SharingReason | null;
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
export type SharingReason = 'serves_as_proxy' | 'many_people_sign_in' | 'many_host_names';

export function newDevice(id: DeviceId, site: SiteId, origin: DeviceOrigin, address: Address | null): Device {
  return {
    id,
    site,
    origin,
    address,
    macs: new Map(),
    hostNames: new Set(),
    wireMac: null,
    joinedMac: null,
    entry: null,
    reported: null,
    enrolment: { state: 'discovered' },
    firstSeen: null,
    lastSeen: null,
    suspicion: null,
  };
}

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
    device.macs.size === 0 &&
    device.hostNames.size === 0
  );
}

export function hasOwnMac(device: Device): boolean {
  return device.macs.size > 0;
}

/** No globally unique MAC contradicts that this is a machine with randomised ones. */
export function showsOnlyRandomisedMacs(device: Device): boolean {
  return [...device.macs.values()].every((mac) => mac.randomised || !mac.seen);
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

/** A device as plain data, for the state hash. */
export function deviceSnapshot(device: Device): unknown {
  return { ...device, macs: [...device.macs], hostNames: [...device.hostNames] };
}

/** Two histories that became one, for the engine to fold. */
export interface Merge {
  readonly from: EntityId;
  readonly into: EntityId;
}
