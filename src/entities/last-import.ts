import { Table } from '../columns/index.ts';
import type {
  DeviceId,
  InventoryEntry,
  Stateful,
  StateReader,
  StateWriter,
  WorkloadId,
} from '../model/index.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';

/** The operator's inventory as it was last imported: which devices it names, by id. */
export class LastImport implements Stateful {
  readonly #devices: Devices;
  #rows = new Table();
  #device = this.#rows.u32('device');

  /** Follows from the entries; made when it is asked for, because few have any. */
  #bySpiffeId: ReadonlyMap<string, DeviceId | WorkloadId> | null = null;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  /** Entries; 0 where none was imported. */
  get size(): number {
    return this.#rows.size;
  }

  /** As the operator wrote them; an entry that is missing from it stays a device's own, and is not among these. */
  *entries(): Iterable<InventoryEntry> {
    for (let row = 0; row < this.#rows.end; row++) {
      const { entry } = this.#devices.at(this.#device.at(row));
      if (entry !== null) yield entry;
    }
  }

  /** Whom a SPIFFE ID names, letter by letter; the first of several. A machine is named by its device id. */
  namedBy(spiffeId: string): DeviceId | WorkloadId | null {
    this.#bySpiffeId ??= named(this.entries());
    return this.#bySpiffeId.get(spiffeId) ?? null;
  }

  /** All of these that name somebody. */
  *spiffeIdsOf(isMeant: (id: DeviceId | WorkloadId) => boolean): Iterable<string> {
    this.#bySpiffeId ??= named(this.entries());
    for (const [spiffeId, id] of this.#bySpiffeId) if (isMeant(id)) yield spiffeId;
  }

  note(devices: readonly Device[]): void {
    this.#bySpiffeId = null;
    this.#rows = new Table();
    this.#device = this.#rows.u32('device');
    for (const { number } of devices) this.#device.set(this.#rows.add(), number);
  }

  /** What a state of version 1 says beside the directory: each entry again. */
  restore(entries: Iterable<Pick<InventoryEntry, 'id'>>): void {
    const ids = [...entries].map(({ id }) => id).sort();
    this.note(ids.flatMap((id) => this.#devices.get(`dev_${id.slice(4)}`) ?? []));
  }

  save(to: StateWriter): void {
    this.#rows.save(to);
  }

  load(from: StateReader): void {
    this.#bySpiffeId = null;
    this.#rows.load(from);
  }
}

function named(entries: Iterable<InventoryEntry>): Map<string, DeviceId | WorkloadId> {
  const found = new Map<string, DeviceId | WorkloadId>();
  const name = (spiffeId: string | undefined, id: DeviceId | WorkloadId) => {
    if (spiffeId !== undefined && !found.has(spiffeId)) found.set(spiffeId, id);
  };
  for (const { id, spiffeId, workloads } of entries) {
    name(spiffeId, `dev_${id.slice(4)}`);
    for (const workload of workloads) name(workload.spiffeId, workload.id);
  }
  return found;
}
