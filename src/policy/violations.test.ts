import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeviceId, HOUR_MS, LIMITS, type PolicyId } from '../model/index.ts';
import { VIOLATION_WINDOW_MS, Violations } from './violations.ts';

const DEVICE: DeviceId = 'dev_a';
const POLICY: PolicyId = 'pol_a';

test('[POLICY-VIOLATION-1] the same again is one violation and one more event', () => {
  const violations = new Violations();
  violations.observe(DEVICE, POLICY, '45.9.148.1', HOUR_MS, true);
  violations.observe(DEVICE, POLICY, '45.9.148.1', 2 * HOUR_MS, false);
  violations.observe(DEVICE, POLICY, '45.9.148.2', 2 * HOUR_MS, false);
  violations.observe(DEVICE, 'pol_b', '45.9.148.1', 2 * HOUR_MS, false);
  expect(violations.countFor(DEVICE)).toEqual({ distinct: 3, events: 4, denied: 1, capped: false });
  expect(violations.count(2 * HOUR_MS)).toBe(3);
  expect(violations.of(DEVICE)[0]).toEqual({
    policy: POLICY,
    destination: '45.9.148.1',
    first: HOUR_MS,
    last: 2 * HOUR_MS,
    events: 2,
    denied: 1,
  });
});

describe('[POLICY-VIOLATION-2] the window of 24 hours is exact', () => {
  test('a violation leaves it 24 hours after its last event, to the millisecond', () => {
    const violations = new Violations();
    violations.observe(DEVICE, POLICY, 'x', 1_000, false);
    violations.observe(DEVICE, POLICY, 'x', 5_000, false);
    expect(violations.nextExpiry()).toBe(5_000 + VIOLATION_WINDOW_MS);
    expect(violations.expire(5_000 + VIOLATION_WINDOW_MS - 1)).toEqual([]);
    expect(violations.expire(5_000 + VIOLATION_WINDOW_MS)).toEqual([DEVICE]);
    expect(violations.nextExpiry()).toBeNull();
    expect(violations.snapshot()).toEqual([]);
  });

  test('counts equal a recomputation from all events, in whatever order they came', () => {
    const event = fc.record({
      entity: fc.constantFrom<DeviceId>('dev_a', 'dev_b', 'dev_c'),
      policy: fc.constantFrom<PolicyId>('pol_a', 'pol_b'),
      destination: fc.constantFrom('x', 'y', 'z'),
      time: fc.integer({ min: 0, max: 60 }).map((hours) => hours * HOUR_MS),
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: event },
      { weight: 1, arbitrary: fc.constant('expire' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(90), (steps, hours) => {
        const violations = new Violations();
        const now = hours * HOUR_MS;
        const last = new Map<string, number>();
        for (const each of steps) {
          if (each === 'expire') {
            violations.expire(now);
            continue;
          }
          violations.observe(each.entity, each.policy, each.destination, each.time, false);
          const key = `${each.entity} ${each.policy} ${each.destination}`;
          last.set(key, Math.max(last.get(key) ?? 0, each.time));
        }
        const inWindow = [...last].filter(([, time]) => time + VIOLATION_WINDOW_MS > now);
        expect(violations.count(now)).toBe(inWindow.length);
        violations.expire(now);
        expect(violations.count(now)).toBe(inWindow.length);
        for (const entity of ['dev_a', 'dev_b', 'dev_c'] as const) {
          const own = inWindow.filter(([key]) => key.startsWith(entity));
          expect(violations.countFor(entity).distinct).toBe(own.length);
        }
        const expected =
          inWindow.length === 0 ? null : Math.min(...inWindow.map(([, time]) => time)) + VIOLATION_WINDOW_MS;
        expect(violations.nextExpiry()).toBe(expected);
      }),
    );
  });
});

test('[POLICY-VIOLATION-3] a device that forbids itself nothing costs bounded memory, and the answer says so', () => {
  const violations = new Violations();
  for (let n = 0; n < LIMITS.violationsPerEntity + 10; n++)
    violations.observe(DEVICE, POLICY, String(n), n, true);
  violations.observe('dev_b', POLICY, 'x', 5, true);
  expect(violations.countFor(DEVICE)).toMatchObject({ distinct: LIMITS.violationsPerEntity, capped: true });
  expect(violations.countFor('dev_b')).toMatchObject({ distinct: 1, capped: false });
});

test('what one identity did moves with it, and comes back', () => {
  const violations = new Violations();
  violations.observe(DEVICE, POLICY, 'x', 1_000, false);
  violations.observe('dev_b', POLICY, 'x', 2_000, false);
  const released = violations.release(DEVICE);
  expect(violations.count(2_000)).toBe(1);
  expect(violations.nextExpiry()).toBe(2_000 + VIOLATION_WINDOW_MS);
  violations.observe('dev_c', POLICY, 'y', 2_000, false);
  const adopted = violations.adopt('dev_c', released);
  expect(violations.countFor('dev_c').distinct).toBe(2);
  expect(violations.count(2_000)).toBe(3);
  violations.disown('dev_c', adopted);
  expect(violations.countFor('dev_c').distinct).toBe(1);
  expect(violations.count(2_000)).toBe(2);
});
