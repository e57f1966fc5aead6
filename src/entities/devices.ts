import { PackedTexts } from '../columns/index.ts';
import type { Address, DeviceId, EpochMs, SiteId, StateReader, StateWriter } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import { DEVICE_ORIGINS, Device, type DeviceOrigin } from './device.ts';
import { DeviceColumns } from './device-columns.ts';
import { loadFirstForm } from './devices-first-form.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts } from './text-pool.ts';

/** A keyed hash made outside: a discovered device's id, from the clue by which it is known. */
export type DeviceIdFrom = (kind: 'mac' | 'host_name' | 'address', site: SiteId, key: string) => DeviceId;

/** All devices by id. */
export class Devices {
  readonly #columns = new DeviceColumns();
  /** A device's number is that of its id, from 1. */
  readonly #ids = new PackedTexts();
  /** Those that somebody asked for. */
  readonly #made: (Device | undefined)[] = [];
  readonly #deviceIdFrom: DeviceIdFrom;
  readonly #revision: Revision;
  readonly #limit: number;
  #discovered = 0;
  #overflow = 0;
  #forgotten = 0;

  constructor(deviceIdFrom: DeviceIdFrom, revision: Revision, limit: number = LIMITS.discoveredEntities) {
    this.#deviceIdFrom = deviceIdFrom;
    this.#revision = revision;
    this.#limit = limit;
  }

  /** How often a machine was seen that there was no room for, since there was some last. */
  get overflow(): number {
    return this.#overflow;
  }

  /** No machine is discovered any more until others are forgotten. */
  get isFull(): boolean {
    return this.#discovered >= this.#limit;
  }

  /** How many were ever forgotten. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#ids.size;
  }

  get(id: DeviceId): Device | undefined {
    const number = this.#ids.find(id);
    return number === 0 ? undefined : this.at(number - 1);
  }

  /** The device of a number that one has: always the same object. */
  at(number: number): Device {
    return (this.#made[number] ??= new Device(this.#ids.at(number + 1) as DeviceId, number, this.#columns));
  }

  /**
   * In the order in which they were first known, but that one may stand where another was forgotten; no object is made
   * of any of them.
   */
  *ids(): Iterable<DeviceId> {
    for (let number = 1; number < this.#ids.end; number++) {
      if (this.#ids.isHeld(number)) yield this.#ids.at(number) as DeviceId;
    }
  }

  /** Ids of those that the operator's inventory ever named. */
  *declared(): Iterable<DeviceId> {
    const { declarations } = this.#columns;
    for (let device = 0; device + 1 < this.#ids.end; device++) {
      if (declarations.has(device)) yield this.#ids.at(device + 1) as DeviceId;
    }
  }

  /** Those that were discovered and seen, and that nobody adopted; no object is made of any of them. */
  *discovered(
    isMeant: (first: EpochMs, last: EpochMs) => boolean,
  ): Iterable<{ readonly id: DeviceId; readonly number: number; readonly last: EpochMs }> {
    const { first, last, enrolments, declarations } = this.#columns;
    for (let number = 0; number + 1 < this.#ids.end; number++) {
      const seen = last.at(number);
      if (seen === -Infinity || !isMeant(first.at(number), seen) || !this.#ids.isHeld(number + 1)) continue;
      if (enrolments.at(number).state !== 'discovered' || declarations.has(number)) continue;
      yield { id: this.#ids.at(number + 1) as DeviceId, number, last: seen };
    }
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
    if (this.isFull) {
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

  /** Discovered ones, of whom nothing names the number any more. */
  remove(gone: readonly Device[]): void {
    for (const { number } of gone) {
      this.#ids.release(number + 1);
      this.#columns.remove(number);
      this.#made[number] = undefined;
    }
    this.#discovered -= gone.length;
    this.#forgotten += gone.length;
    this.#overflow = 0;
  }

  save(to: StateWriter): void {
    const counts = [this.#discovered, this.#overflow];
    to.plain('counts', this.#forgotten === 0 ? counts : [...counts, this.#forgotten]);
    this.#ids.save(to.part('ids'));
    this.#columns.save(to.part('columns'));
  }

  load(from: StateReader, texts: PooledTexts): void {
    const [discovered, overflow, forgotten = 0] = from.plain('counts') as [number, number, number?];
    this.#discovered = discovered;
    this.#overflow = overflow;
    this.#forgotten = forgotten;
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
