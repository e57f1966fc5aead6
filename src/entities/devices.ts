import { Table } from '../columns/index.ts';
import type { Address, DeviceId, SiteId, StateReader, StateWriter } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import { Declarations } from './declarations.ts';
import { Device, type DeviceColumns, type DeviceOrigin } from './device.ts';
import { loadDevices, loadFirstForm, saveDevices } from './devices-state.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';

/** A keyed hash made outside: a discovered device's id, from the clue by which it is known. */
export type DeviceIdFrom = (kind: 'mac' | 'host_name' | 'address', site: SiteId, key: string) => DeviceId;

/** All devices by id, in the order in which they were first known. */
export class Devices {
  readonly #byId = new Map<DeviceId, Device>();
  readonly #all: Device[] = [];
  readonly #rows = new Table();
  readonly #columns: DeviceColumns = {
    first: this.#rows.f64('first'),
    last: this.#rows.f64('last'),
    declarations: new Declarations(this.#rows),
  };
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

  get(id: DeviceId): Device | undefined {
    return this.#byId.get(id);
  }

  /** The device of a number that one has. */
  at(number: number): Device {
    return this.#all[number] as Device;
  }

  all(): readonly Device[] {
    return this.#all;
  }

  /** The device that this clue makes, new or known; `null` once the bound is reached. */
  discover(origin: Exclude<DeviceOrigin, 'inventory'>, site: SiteId, key: string): Device | null {
    const id = this.#deviceIdFrom(origin, site, key);
    const known = this.#byId.get(id);
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
    return this.#byId.get(id) ?? this.#add(id, site, 'inventory', null);
  }

  save(to: StateWriter, texts: TextPool): void {
    to.plain('counts', [this.#discovered, this.#overflow]);
    saveDevices(this.#all, to, texts);
    this.#rows.save(to.part('seen'));
    this.#columns.declarations.save(to.part('declarations'));
  }

  load(from: StateReader, texts: PooledTexts): void {
    const [discovered, overflow] = from.plain('counts') as [number, number];
    loadDevices(from, texts, (id, site, origin, address) => this.#add(id, site, origin, address));
    this.#discovered = discovered;
    this.#overflow = overflow;
    this.#rows.load(from.part('seen'));
    if (from.has('declarations')) this.#columns.declarations.load(from.part('declarations'));
    else loadFirstForm(from, this.#all);
  }

  #add(id: DeviceId, site: SiteId, origin: DeviceOrigin, address: Address | null): Device {
    const number = this.#rows.add();
    this.#columns.first.set(number, Infinity);
    this.#columns.last.set(number, -Infinity);
    const device = new Device(id, number, site, origin, address, this.#columns);
    this.#byId.set(id, device);
    this.#all.push(device);
    this.#revision.move();
    return device;
  }
}
