import type {
  Address,
  DeviceId,
  EntityId,
  EpochMs,
  InventoryEntry,
  InventoryRecord,
  InventoryWorkload,
  WorkloadId,
} from '../model/index.ts';
import type { Aliases } from './aliases.ts';
import type { Device, Merge, Workload } from './device.ts';
import { hasOwnMac } from './device.ts';
import { all, withOne } from './few.ts';
import { diffEntry } from './inventory-diff.ts';
import type { Devices } from './devices.ts';
import type { Identification } from './identification.ts';
import type { LastImport } from './last-import.ts';
import type { Place } from './place.ts';
import type { Places } from './places.ts';
import type { Population } from './population.ts';

/** What an import did. A missing entry stays enrolled: it is reported, not deleted. */
export interface InventoryOutcome {
  readonly enrolled: readonly EntityId[];
  readonly updated: readonly EntityId[];
  readonly missing: readonly EntityId[];
  readonly merged: readonly Merge[];
}

/** The machine that an entry is about: a workload that is its own machine has a device id of the same name. */
function machineOf(entry: Pick<InventoryEntry, 'id'>): DeviceId {
  return `dev_${entry.id.slice(4)}`;
}

/** A server's other id (contract §1): the one that the entry names, or the device's own name as a workload. */
function serverWorkloadOf(entry: InventoryEntry): WorkloadId | null {
  if (isWorkloadId(entry.id)) return entry.id;
  const named = entry.workloads.find((workload) => workload.kind === 'server');
  if (named !== undefined) return named.id;
  return entry.kind === 'server' ? `wkl_${entry.id.slice(4)}` : null;
}

function isWorkloadId(id: string): id is WorkloadId {
  return id.startsWith('wkl_');
}

interface Outcome {
  readonly enrolled: EntityId[];
  readonly updated: EntityId[];
  readonly merged: Merge[];
}

/** Brings the operator's inventory into the directory. Entries are taken by id, so a file's order does not matter. */
export class InventoryImport {
  readonly #devices: Devices;
  readonly #aliases: Aliases;
  readonly #identification: Identification;
  readonly #workloads: Map<WorkloadId, Workload>;
  readonly #places: Places;
  readonly #lastImport: LastImport;

  constructor(population: Population, identification: Identification) {
    const { devices, aliases, workloads, places, lastImport } = population;
    this.#lastImport = lastImport;
    this.#devices = devices;
    this.#aliases = aliases;
    this.#workloads = workloads;
    this.#places = places;
    this.#identification = identification;
  }

  apply(record: InventoryRecord): InventoryOutcome {
    const outcome: Outcome = { enrolled: [], updated: [], merged: [] };
    const entries = [...record.entries].sort((a, b) => (a.id < b.id ? -1 : 1));
    const missing = this.#missing(entries);
    for (const entry of entries) {
      const device = this.#devices.get(machineOf(entry));
      const before = device?.entry;
      if (device && before && before.site !== entry.site)
        release(this.#places.of(before.site), device, before, record.at);
      this.#applyEntry(this.#places.of(entry.site), entry, record.at, outcome);
    }
    this.#lastImport.note(entries.flatMap((entry) => this.#devices.get(machineOf(entry)) ?? []));
    return { ...outcome, missing };
  }

  #missing(entries: readonly InventoryEntry[]): EntityId[] {
    const named = new Set<EntityId>(entries.flatMap((e) => [machineOf(e), ...e.workloads.map((w) => w.id)]));
    const declared = this.#devices.declared();
    return [...declared, ...this.#workloads.keys()].filter((id) => !named.has(id)).sort();
  }

  #applyEntry(place: Place, entry: InventoryEntry, at: EpochMs, outcome: Outcome): void {
    const device = this.#devices.declare(machineOf(entry), entry.site);
    const before = device.entry;
    if (device.enrolment.state === 'discovered') {
      device.enrolment = { state: 'enrolled', at, by: 'inventory' };
      outcome.enrolled.push(device.id);
    } else if (before === null || diffEntry(before, entry).length > 0) {
      outcome.updated.push(device.id);
    }
    const strays =
      before === null || diffEntry(before, entry).length > 0 ? this.#matches(place, entry, at) : [];
    device.site = entry.site;
    device.declare(entry);
    for (const dropped of before?.certificates ?? []) place.certificates.delete(dropped);
    this.#claimNames(place, device, entry);
    claimAddresses(place, device, before, entry, at);
    this.#applyWorkloads(device, entry, at, outcome);
    for (const stray of strays) this.#mergeStray(stray, device, outcome);
  }

  /** Discovered devices that are this entry: by MAC, by host name, or at its address. */
  #matches(place: Place, entry: InventoryEntry, at: EpochMs): readonly Device[] {
    const byMac = entry.macs.flatMap((mac) => [place.macs.get(mac), place.wire.holder(mac)]);
    const byName = entry.hostNames.map((name) => place.hostNames.get(name));
    const atAddress = entry.addresses.map((address) => this.#identification.holder(place, address, at));
    const certain = new Set([...byName, ...atAddress]);
    const found = [...byMac, ...byName, ...atAddress].flatMap((device) => device ?? []);
    return [...new Set(found)].filter((device) => {
      if (device.enrolment.state === 'enrolled' || hasOtherMac(device, entry)) return false;
      return certain.has(device) || !isRandomisedOnly(device);
    });
  }

  #mergeStray(stray: Device, device: Device, outcome: Outcome): void {
    const from = this.#aliases.device(stray.id);
    const into = this.#aliases.device(device.id);
    if (from === into || this.#devices.get(from)?.enrolment.state === 'enrolled') return;
    this.#aliases.merge(from, into);
    outcome.merged.push({ from, into });
  }

  #claimNames(place: Place, device: Device, entry: InventoryEntry): void {
    for (const mac of entry.macs) {
      const shown = device.mac(mac) ?? place.macs.get(mac)?.mac(mac);
      const seen = shown !== undefined && shown.seen && !shown.randomised;
      device.keepMac({ fingerprint: mac, listed: true, seen, randomised: shown?.randomised ?? false });
      place.macs.set(mac, device);
    }
    for (const certificate of entry.certificates ?? []) place.certificates.set(certificate, device);
    for (const name of entry.hostNames) {
      place.commonHostNames.delete(name);
      device.hostNames = withOne(device.hostNames, name);
      place.hostNames.set(name, device);
    }
  }

  #applyWorkloads(device: Device, entry: InventoryEntry, at: EpochMs, outcome: Outcome): void {
    const server = serverWorkloadOf(entry);
    if (server !== null && !this.#workloads.has(server)) this.#aliases.nameServer(device.id, server);
    for (const facts of entry.workloads) {
      if (facts.id === server) continue;
      this.#applyWorkload(device, facts, at, outcome);
    }
  }

  #applyWorkload(device: Device, facts: InventoryWorkload, at: EpochMs, outcome: Outcome): void {
    const known = this.#workloads.get(facts.id);
    if (known === undefined) {
      const made = { id: facts.id, host: device.id, facts, enrolledAt: at, firstSeen: null, lastSeen: null };
      this.#workloads.set(facts.id, made);
      outcome.enrolled.push(facts.id);
      return;
    }
    if (known.host !== device.id || JSON.stringify(known.facts) !== JSON.stringify(facts))
      outcome.updated.push(facts.id);
    known.host = device.id;
    known.facts = facts;
  }
}

/** An address that an entry names from the start was its own all along; one added later, from then on. */
function claimAddresses(
  place: Place,
  device: Device,
  before: InventoryEntry | null,
  entry: InventoryEntry,
  at: EpochMs,
): void {
  const had = before !== null && before.site === entry.site ? before.addresses : [];
  for (const address of had.filter((a) => !entry.addresses.includes(a)))
    releaseAddress(place, device, address, at);
  for (const address of entry.addresses.filter((a) => !had.includes(a))) {
    place.claim(address, device, 'inventory', before === null ? 0 : at, null);
    place.inventory(address, 1);
  }
}

function release(place: Place, device: Device, entry: InventoryEntry, at: EpochMs): void {
  for (const address of entry.addresses) releaseAddress(place, device, address, at);
  for (const mac of entry.macs) place.macs.delete(mac);
  for (const name of entry.hostNames) place.hostNames.delete(name);
  for (const certificate of entry.certificates ?? []) place.certificates.delete(certificate);
}

function releaseAddress(place: Place, device: Device, address: Address, at: EpochMs): void {
  place.bindings.end(address, device, 'inventory', at);
  place.inventory(address, -1);
}

function hasOtherMac(device: Device, entry: InventoryEntry): boolean {
  if (!hasOwnMac(device) || entry.macs.length === 0) return false;
  return !all(device.macs).some(({ fingerprint }) => entry.macs.includes(fingerprint));
}

/** A randomised MAC alone never makes an enrolled device. */
function isRandomisedOnly(device: Device): boolean {
  return hasOwnMac(device) && all(device.macs).every((mac) => mac.randomised);
}
