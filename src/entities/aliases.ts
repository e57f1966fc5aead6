import type { DeviceId, EntityId, StateReader, StateWriter, WorkloadId } from '../model/index.ts';
import type { Revision } from './revision.ts';

/**
 * Which ids mean the same entity: a server's workload id, and devices that were found or declared to be one.
 * Claims, MACs and host names stay with the id that earned them, so taking an alias away restores both identities.
 */
export class Aliases {
  /** Server workload → its device. */
  readonly #servers = new Map<EntityId, DeviceId>();
  readonly #workloads = new Map<DeviceId, WorkloadId>();
  /** Merged device → the one it was all along. */
  readonly #into = new Map<DeviceId, DeviceId>();
  readonly #members = new Map<EntityId, Set<DeviceId>>();
  readonly #revision: Revision;

  constructor(revision: Revision) {
    this.#revision = revision;
  }

  /** The id under which state is kept; an unknown id is its own. */
  canonical(id: EntityId): EntityId {
    // Only devices are merged; for another id the search ends at once.
    return this.device((this.#servers.get(id) ?? id) as DeviceId);
  }

  device(id: DeviceId): DeviceId {
    let current = id;
    for (let next = this.#into.get(current); next !== undefined; next = this.#into.get(current))
      current = next;
    return current;
  }

  /** `from` must be canonical, and not what `into` already is. */
  merge(from: DeviceId, into: DeviceId): void {
    this.#revision.moveAll();
    this.#into.set(from, into);
    this.#members.set(into, (this.#members.get(into) ?? new Set()).add(from));
  }

  /** Takes one merge back; false where there is none of this pair. */
  split(from: DeviceId, into: DeviceId): boolean {
    if (this.#into.get(from) !== into) return false;
    this.#revision.moveAll();
    this.#into.delete(from);
    const members = this.#members.get(into);
    members?.delete(from);
    if (members?.size === 0) this.#members.delete(into);
    return true;
  }

  /** Nobody else is it, it is nobody else, and it has no other name. */
  isAlone(id: DeviceId): boolean {
    return !this.#into.has(id) && !this.#members.has(id) && !this.#workloads.has(id);
  }

  /** Every device that is `id`, itself first. */
  members(id: DeviceId): readonly [DeviceId, ...DeviceId[]] {
    const found: [DeviceId, ...DeviceId[]] = [id];
    for (const member of this.#members.get(id) ?? []) found.push(...this.members(member));
    return found;
  }

  nameServer(device: DeviceId, workload: WorkloadId): void {
    const before = this.#workloads.get(device);
    if (before !== undefined) this.#servers.delete(before);
    this.#workloads.set(device, workload);
    this.#servers.set(workload, device);
  }

  serverOf(device: DeviceId): WorkloadId | null {
    return this.#workloads.get(device) ?? null;
  }

  save(to: StateWriter): void {
    to.records('servers', this.#servers);
    to.records('workloads', this.#workloads);
    to.records('merged', this.#into);
  }

  load(from: StateReader): void {
    for (const [id, device] of from.records('servers') as Iterable<[EntityId, DeviceId]>)
      this.#servers.set(id, device);
    for (const [device, id] of from.records('workloads') as Iterable<[DeviceId, WorkloadId]>)
      this.#workloads.set(device, id);
    for (const [member, into] of from.records('merged') as Iterable<[DeviceId, DeviceId]>)
      this.merge(member, into);
  }
}
