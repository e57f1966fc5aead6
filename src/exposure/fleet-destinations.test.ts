import { expect, test } from 'vitest';
import { type EntityId, LIMITS } from '../model/index.ts';
import { FleetDestinations } from './fleet-destinations.ts';

const device = (n: number): EntityId => `dev_${n}`;

test('[THREAT-SEEN-1] tells who talked to a destination, also when no feed lists it', () => {
  const fleet = new FleetDestinations();
  fleet.observe('8.8.8.8', device(1), 2_000, false);
  fleet.observe('8.8.8.8', device(2), 1_000, true);
  fleet.observe('8.8.8.8', device(1), 3_000, false);
  expect(fleet.seen('8.8.8.8')).toEqual({
    entities: [device(1), device(2)],
    approximate: false,
    first: 1_000,
    last: 3_000,
    count: 3,
    blocked: 1,
  });
  expect(fleet.seen('9.9.9.9')).toMatchObject({ entities: [], first: null, last: null, count: 0 });
});

test('[THREAT-SEEN-2] what several sensors say of one connection counts once, and as blocked if one of them says so', () => {
  const fleet = new FleetDestinations();
  fleet.observe('8.8.8.8', device(1), 1_000, false, '1:first');
  fleet.observe('8.8.8.8', device(1), 1_000, true, '1:first');
  fleet.observe('8.8.8.8', device(1), 1_001, true, '1:first');
  expect(fleet.seen('8.8.8.8')).toMatchObject({ count: 1, blocked: 1 });
  fleet.observe('8.8.8.8', device(1), 2_000, false, '1:second');
  expect(fleet.seen('8.8.8.8')).toMatchObject({ count: 2, blocked: 1, last: 2_000 });
});

test('beyond its bound of entities it counts on and says that it is approximate', () => {
  const fleet = new FleetDestinations();
  for (let n = 0; n <= LIMITS.entitiesPerDestination; n++) fleet.observe('8.8.8.8', device(n), n, false);
  const seen = fleet.seen('8.8.8.8');
  expect(seen).toMatchObject({ approximate: true, count: LIMITS.entitiesPerDestination + 1 });
  expect(seen.entities).toHaveLength(LIMITS.entitiesPerDestination);
});

test('beyond its bound of destinations it forgets the one seen longest ago', () => {
  const fleet = new FleetDestinations(2);
  fleet.observe('a', device(1), 1, false);
  fleet.observe('b', device(1), 2, false);
  fleet.observe('a', device(1), 3, false);
  fleet.observe('c', device(1), 4, false);
  expect(['a', 'b', 'c'].map((key) => fleet.seen(key).count)).toEqual([2, 0, 1]);
  expect(fleet.size).toBe(2);
});
