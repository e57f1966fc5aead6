import { LazyRecords } from '../columns/index.ts';
import type { DeviceId, EpochMs, StateReader, StateWriter } from '../model/index.ts';
import type { Device, SharingReason } from './device.ts';
import type { Devices } from './devices.ts';
import { DistinctInDay } from './distinct.ts';

/**
 * How many distinct ones within a day make a suspicion: two clients ask a proxy, eight people sign in from one machine
 * (a family or a shift on a shared workstation is fewer), four names stand at one address that no lease moved.
 */
const THRESHOLDS: Readonly<Record<SharingReason, number>> = {
  serves_as_proxy: 2,
  many_people_sign_in: 8,
  many_host_names: 4,
};

/** Suspects addresses that stand for many machines, from signals that only sharing explains. */
export class Sharing {
  /** By the device's number. */
  readonly #signals = new LazyRecords<Signals>({ say: saySignals, of: signalsSaid });

  /** Notes one client, person or host name (`key`) of a device; true when that made the suspicion. The first stands. */
  note(device: Device, reason: SharingReason, key: string, time: EpochMs): boolean {
    if (device.suspicion !== null) return false;
    const signals = this.#signals.get(device.number) ?? new Map<SharingReason, DistinctInDay>();
    const distinct = signals.get(reason) ?? new DistinctInDay(THRESHOLDS[reason]);
    signals.set(reason, distinct);
    this.#signals.set(device.number, signals);
    if (!distinct.note(key, time)) return false;
    device.suspicion = reason;
    this.#signals.delete(device.number);
    return true;
  }

  /** Nobody was met under these keys; what was suspected stays, it names nobody. */
  forget(keys: ReadonlySet<string>): void {
    for (const [number, signals] of this.#signals.all()) {
      for (const [reason, distinct] of signals) {
        for (const key of keys) distinct.forget(key);
        if (distinct.entries().length === 0) signals.delete(reason);
      }
      if (signals.size === 0) this.#signals.delete(number);
    }
  }

  /** The device of this number is gone. */
  end(number: number): void {
    this.#signals.delete(number);
  }

  save(to: StateWriter): void {
    this.#signals.save(to);
  }

  load(from: StateReader, devices: Devices): void {
    if (from.has('texts')) return this.#signals.load(from);
    for (const [id, reason, entries] of from.records('signals') as Iterable<FirstForm>) {
      const number = devices.get(id)?.number;
      if (number === undefined) continue;
      const signals = this.#signals.get(number) ?? new Map<SharingReason, DistinctInDay>();
      for (const [name, distinct] of signalsSaid([[reason, entries]])) signals.set(name, distinct);
      this.#signals.set(number, signals);
    }
  }
}

type Signals = Map<SharingReason, DistinctInDay>;
type SaidSignal = readonly [SharingReason, ReturnType<DistinctInDay['entries']>];
/** As a state of version 1 writes it down. */
type FirstForm = readonly [DeviceId, ...SaidSignal];

function saySignals(signals: Signals): readonly SaidSignal[] {
  return [...signals].map(([reason, distinct]) => [reason, distinct.entries()]);
}

function signalsSaid(said: unknown): Signals {
  const signals: Signals = new Map();
  for (const [reason, entries] of said as readonly SaidSignal[]) {
    const distinct = new DistinctInDay(THRESHOLDS[reason]);
    distinct.restore(entries);
    signals.set(reason, distinct);
  }
  return signals;
}
