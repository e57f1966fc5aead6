import type { DeviceId, EntityId, WorkloadId } from '../model/index.ts';

/**
 * Which ids mean the same entity: a server's workload id, and devices that were found or declared to be one.
 * Claims, MACs and host names stay with the id that earned them, so taking an alias away restores both identities.
 */
export class Aliases {
  /** Server workload → its device. */
  readonly #servers = new Map<EntityId, DeviceId>();
  readonly #workloads = new Map<DeviceId, WorkloadId>();
  /** Merged device → the one it was all along. */
  readonly #into = new Map<EntityId, DeviceId>();
  readonly #members = new Map<EntityId, Set<DeviceId>>();

  /** The id under which state is kept; an unknown id is its own. */
  canonical(id: EntityId): EntityId {
    let current: EntityId = this.#servers.get(id) ?? id;
    for (let next = this.#into.get(current); next !== undefined; next = this.#into.get(current))
      current = next;
    return current;
  }

  device(id: DeviceId): DeviceId {
    let current = id;
    for (let next = this.#into.get(current); next !== undefined; next = this.#into.get(current))
      current = next;
    return current;
  }

  /** `from` must be canonical, and not what `into` already is. */
  merge(from: DeviceId, into: DeviceId): void {
    this.#into.set(from, into);
    this.#members.set(into, (this.#members.get(into) ?? new Set()).add(from));
  }

  /** Takes one merge back; false where there is none of this pair. */
  split(from: DeviceId, into: DeviceId): boolean {
    if (this.#into.get(from) !== into) return false;
    this.#into.delete(from);
    const members = this.#members.get(into);
    members?.delete(from);
    if (members?.size === 0) this.#members.delete(into);
    return true;
  }

  /** Every device that is `id`, itself first. */
  members(id: DeviceId): readonly DeviceId[] {
    const found = [id];
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

  snapshot(): unknown {
    return { servers: sorted(this.#servers), merged: sorted(this.#into) };
  }
}

function sorted(map: ReadonlyMap<EntityId, EntityId>): readonly (readonly [EntityId, EntityId])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
