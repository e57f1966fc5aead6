import { expect, test, vi } from 'vitest';
import type { EntityId } from '../model/index.ts';
import type { AtRisk, Past } from '../store/index.ts';
import { pastFleet } from './past-fleet.ts';

const idOf = (entity: number): EntityId => `dev_${String(9_999 - entity)}` as EntityId;

function pastWith(devicesAtRisk: readonly AtRisk[]) {
  const lookedUp = vi.fn<typeof idOf>(idOf);
  const past = {
    at: 0,
    fleet: { basis: 'none', devicesAtRisk },
    hour: () => null,
    circumstance: () => null,
    idOf: lookedUp,
    firstIds: (entities: readonly number[], count: number) =>
      Array.from(entities, idOf).sort().slice(0, count),
  } as unknown as Past;
  return { past, lookedUp };
}

test('[PRESS-17] of thousands of devices at the same risk, the worst are found without looking each up', () => {
  const alike = (entity: number, level: number): AtRisk => ({
    entity,
    level,
    scoreExact: 70_000,
    isEnrolled: true,
  });
  const devices = Array.from({ length: 5_000 }, (_, index) => alike(index, index < 2 ? 3 : 1));
  const { past, lookedUp } = pastWith(devices);
  const shown: EntityId[] = [];
  pastFleet(past, [], (id) => {
    shown.push(id);
    return null;
  }).devicesAtRisk(5);
  expect(shown).toEqual(['dev_9998', 'dev_9999', 'dev_5000', 'dev_5001', 'dev_5002']);
  expect(lookedUp).toHaveBeenCalledTimes(2);
  pastFleet(past, [], () => null).devicesAtRisk(9_000);
  expect(lookedUp.mock.calls.length).toBeLessThan(10);
});
