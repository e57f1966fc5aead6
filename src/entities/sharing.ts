import type { DeviceId, EpochMs, StateReader, StateWriter } from '../model/index.ts';
import type { Device, SharingReason } from './device.ts';
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
  readonly #signals = new Map<string, DistinctInDay>();

  /** Notes one client, person or host name (`key`) of a device; true when that made the suspicion. The first stands. */
  note(device: Device, reason: SharingReason, key: string, time: EpochMs): boolean {
    if (device.suspicion !== null) return false;
    const signal = signalOf(device.id, reason);
    const distinct = this.#signals.get(signal) ?? new DistinctInDay(THRESHOLDS[reason]);
    this.#signals.set(signal, distinct);
    if (!distinct.note(key, time)) return false;
    device.suspicion = reason;
    this.#signals.delete(signal);
    return true;
  }

  save(to: StateWriter): void {
    to.records('signals', this.#said());
  }

  load(from: StateReader): void {
    for (const [id, reason, entries] of from.records('signals') as Iterable<SavedSignal>) {
      const distinct = new DistinctInDay(THRESHOLDS[reason]);
      distinct.restore(entries);
      this.#signals.set(signalOf(id, reason), distinct);
    }
  }

  *#said(): Iterable<SavedSignal> {
    for (const [signal, distinct] of this.#signals) {
      const [reason, id] = signal.split(' ') as [SharingReason, DeviceId];
      yield [id, reason, distinct.entries()];
    }
  }
}

type SavedSignal = readonly [DeviceId, SharingReason, ReturnType<DistinctInDay['entries']>];

function signalOf(id: DeviceId, reason: SharingReason): string {
  return `${reason} ${id}`;
}
