import { Table } from '../columns/index.ts';
import type { InventoryEntry, Stateful, StateReader, StateWriter } from '../model/index.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';

/** The operator's inventory as it was last imported: which devices it names, by id. */
export class LastImport implements Stateful {
  readonly #devices: Devices;
  #rows = new Table();
  #device = this.#rows.u32('device');

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

  note(devices: readonly Device[]): void {
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
    this.#rows.load(from);
  }
}
