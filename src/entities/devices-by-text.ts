import { NumbersByText } from '../columns/index.ts';
import type { Stateful, StateReader, StateWriter } from '../model/index.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';

/** Which device is known by a text: a MAC, a host name or a certificate, each by its fingerprint. */
export class DevicesByText implements Stateful {
  readonly #numbers = new NumbersByText();
  readonly #devices: Devices;

  constructor(devices: Devices) {
    this.#devices = devices;
  }

  get(text: string): Device | undefined {
    const number = this.#numbers.get(text);
    return number === undefined ? undefined : this.#devices.at(number);
  }

  set(text: string, { number }: Device): void {
    this.#numbers.set(text, number);
  }

  delete(text: string): void {
    this.#numbers.delete(text);
  }

  /** Where it is this device that is known by it. */
  deleteOf(text: string, { number }: Device): void {
    if (this.#numbers.get(text) === number) this.#numbers.delete(text);
  }

  save(to: StateWriter): void {
    this.#numbers.save(to);
  }

  load(from: StateReader): void {
    this.#numbers.load(from);
  }
}
