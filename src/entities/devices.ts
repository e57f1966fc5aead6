import { PackedTexts } from '../columns/index.ts';
import type { Address, DeviceId, SiteId, StateReader, StateWriter } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import { DEVICE_ORIGINS, Device, type DeviceOrigin } from './device.ts';
import { DeviceColumns } from './device-columns.ts';
import { loadFirstForm } from './devices-first-form.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts } from './text-pool.ts';

/** A keyed hash made outside: a discovered device's id, from the clue by which it is known. */
export type DeviceIdFrom = (kind: 'mac' | 'host_name' | 'address', site: SiteId, key: string) => DeviceId;

/** All devices by id, in the order in which they were first known. */
export class Devices {
  readonly #columns = new DeviceColumns();
  /** A device's number is that of its id, from 1. */
  readonly #ids = new PackedTexts();
  /** Those that somebody asked for. */
  readonly #made: Device[] = [];
  readonly #deviceIdFrom: DeviceIdFrom;
  readonly #revision: Revision;
  readonly #limit: number;
  #discovered = 0;
  #overflow = 0;

  constructor(deviceIdFrom: DeviceIdFrom, revision: Revision, limit: number = LIMITS.discoveredEntities) {
    this.#deviceIdFrom = deviceIdFrom;
    this.#revision = revision;
    this.#limit = limit;
  }

  /** How often a machine was seen that there was no room for. */
  get overflow(): number {
    return this.#overflow;
  }

  get size(): number {
    return this.#ids.end - 1;
  }

  get(id: DeviceId): Device | undefined {
    const number = this.#ids.find(id);
    return number === 0 ? undefined : this.at(number - 1);
  }

  /** The device of a number that one has: always the same object. */
  at(number: number): Device {
    return (this.#made[number] ??= new Device(this.#ids.at(number + 1) as DeviceId, number, this.#columns));
  }

  /** In the order in which they were first known; no object is made of any of them. */
  *ids(): Iterable<DeviceId> {
    for (let number = 1; number < this.#ids.end; number++) yield this.#ids.at(number) as DeviceId;
  }

  /** Ids of those that the operator's inventory ever named. */
  *declared(): Iterable<DeviceId> {
    const { declarations } = this.#columns;
    let device = 0;
    for (const id of this.ids()) if (declarations.has(device++)) yield id;
  }

  /** Tags that the operator's inventory gives to anybody. */
  tags(): ReadonlySet<string> {
    return this.#columns.declarations.tags();
  }

  /** The device that this clue makes, new or known; `null` once the bound is reached. */
  discover(origin: Exclude<DeviceOrigin, 'inventory'>, site: SiteId, key: string): Device | null {
    const id = this.#deviceIdFrom(origin, site, key);
    const known = this.get(id);
    if (known !== undefined) return known;
    if (this.#discovered >= this.#limit) {
      this.#overflow += 1;
      return null;
    }
    this.#discovered += 1;
    return this.#add(id, site, origin, origin === 'address' ? (key as Address) : null);
  }

  /** The operator's own device: not bounded by what traffic invents. */
  declare(id: DeviceId, site: SiteId): Device {
    return this.get(id) ?? this.#add(id, site, 'inventory', null);
  }

  save(to: StateWriter): void {
    to.plain('counts', [this.#discovered, this.#overflow]);
    this.#ids.save(to.part('ids'));
    this.#columns.save(to.part('columns'));
  }

  load(from: StateReader, texts: PooledTexts): void {
    const [discovered, overflow] = from.plain('counts') as [number, number];
    this.#discovered = discovered;
    this.#overflow = overflow;
    if (!from.has('columns')) {
      loadFirstForm(from, texts, this.#columns, (...device) => this.#add(...device));
      return;
    }
    this.#ids.load(from.part('ids'));
    this.#columns.load(from.part('columns'));
  }

  #add(id: DeviceId, site: SiteId, origin: DeviceOrigin, address: Address | null): Device {
    const number = this.#columns.add();
    if (this.#ids.hold(id) !== number + 1) throw new Error(`devices: ${id} is not device ${number}`);
    this.#columns.moveTo(number, site);
    this.#columns.origin.set(number, DEVICE_ORIGINS.indexOf(origin));
    this.#columns.address.set(number, address);
    this.#revision.move();
    return this.at(number);
  }
}
