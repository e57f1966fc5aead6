import { type MockInstance, vi } from 'vitest';
import { Engine } from '../engine/index.ts';
import type { JournalRecord } from '../model/index.ts';

/** What a defect says may quote what the record says. */
export const QUOTED = 'secret.example';

/** The engine of a release that applies some records and then fails on them, until it is mended (`mockRestore`). */
export function defectOn(concerns: (record: JournalRecord) => boolean): MockInstance {
  const sound = Object.getOwnPropertyDescriptor(Engine.prototype, 'applying')?.value as Engine['applying'];
  return vi.spyOn(Engine.prototype, 'applying').mockImplementation(function* (this: Engine, record) {
    yield* sound.call(this, record);
    if (concerns(record)) throw new TypeError(`${QUOTED} is not iterable`);
  });
}
