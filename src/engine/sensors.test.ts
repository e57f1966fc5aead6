import { expect, test } from 'vitest';
import { HOUR_MS, LIMITS, MINUTE_MS, type SensorId, type SiteId } from '../model/index.ts';
import { isSilent, Sensors } from './sensors.ts';

const PROVENANCE = { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null };
const T = Date.UTC(2026, 2, 2);

function heard(...times: readonly number[]) {
  const sensors = new Sensors();
  const states = times.map((time) => sensors.hear(PROVENANCE, time, true));
  return states[0] ?? sensors.hear(PROVENANCE, T, true);
}

test('one event of tomorrow does not make a sensor seem heard until tomorrow', () => {
  const state = heard(T, T + MINUTE_MS, T + 23 * HOUR_MS, T + 2 * MINUTE_MS);
  expect(state).toMatchObject({ lastEvent: T + 2 * MINUTE_MS, steadySince: T });
  expect(isSilent(state, T + 2 * HOUR_MS)).toBe(true);
});

test('after a gap it is steady from its first word on, once there is a second', () => {
  const back = T + 5 * HOUR_MS;
  const state = heard(T, T + MINUTE_MS, back, back + MINUTE_MS);
  expect(state).toMatchObject({ lastEvent: back + MINUTE_MS, steadySince: back });
});

test('a sensor that seldom speaks is not taken for silent between two words', () => {
  const state = heard(...[0, 3, 6, 9, 12].map((hours) => T + hours * HOUR_MS));
  expect(isSilent(state, T + 14 * HOUR_MS)).toBe(false);
});

test('[SENSOR-RETIRED-2] where there are too many, the one silent longest gives way', () => {
  const sensors = new Sensors();
  const hear = (name: string, time: number) =>
    sensors.hear({ ...PROVENANCE, sensor: name as SensorId }, time, true);
  hear('first', T);
  for (let i = 1; i < LIMITS.sensors; i++) hear(`other ${i}`, T + i);
  hear('first', T + 10_000);
  hear('one more', T + 10_001);
  expect(sensors.all()).toHaveLength(LIMITS.sensors);
  expect([sensors.of('hq first'), sensors.of('hq other 1')]).toMatchObject([{ sensor: 'first' }, null]);
});
