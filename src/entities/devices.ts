import type { Address, DeviceId, SiteId } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import type { Device, DeviceOrigin } from './device.ts';
import { newDevice } from './device.ts';

/** A keyed hash made outside: a discovered device's id, from the clue by which it is known. */
export type DeviceIdFrom = (kind: 'mac' | 'host_name' | 'address', site: SiteId, key: string) => DeviceId;

/** All devices by id, in the order in which they were first known. */
export class Devices {
  readonly #byId = new Map<DeviceId, Device>();
  readonly #deviceIdFrom: DeviceIdFrom;
  readonly #limit: number;
  #discovered = 0;
  #overflow = 0;

  constructor(deviceIdFrom: DeviceIdFrom, limit: number = LIMITS.discoveredEntities) {
    this.#deviceIdFrom = deviceIdFrom;
    this.#limit = limit;
  }

  /** How often a machine was seen that there was no room for. */
  get overflow(): number {
    return this.#overflow;
  }

  get(id: DeviceId): Device | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Device> {
    return this.#byId.values();
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
    return this.#add(newDevice(id, site, origin, origin === 'address' ? (key as Address) : null));
  }

  /** The operator's own device: not bounded by what traffic invents. */
  declare(id: DeviceId, site: SiteId): Device {
    return this.#byId.get(id) ?? this.#add(newDevice(id, site, 'inventory', null));
  }

  #add(device: Device): Device {
    this.#byId.set(device.id, device);
    return device;
  }
}
