import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, HOUR_MS } from '../model/index.ts';
import { contact } from './contact.fixture.ts';
import { OneBehavior } from './one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 17 * DAY_MS;

/** Deterministic, 0 ≤ x < 1, from a linear congruence. */
function chance(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lives hours at so many connections each; gives the volumes that were told. */
function live(behavior: OneBehavior, from: number, hours: number, perHour: (hour: number) => number) {
  const told: Detection[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const count = Math.round(perHour(hour));
    for (let i = 0; i < count; i++) {
      const at = from + hour * HOUR_MS + Math.floor((i * HOUR_MS) / count);
      told.push(...behavior.observe(contact(at, { prevalence: 8 })).detections);
    }
  }
  return told.filter(({ type }) => type === 'volume_anomaly');
}

/** A server of 20 to 60 connections an hour. */
function server(seed: number) {
  const next = chance(seed);
  const busy = () => 20 + 40 * next();
  const behavior = new OneBehavior();
  live(behavior, START, 17 * 24, busy);
  return { behavior, busy };
}

describe('[ACCEPT-1] a change that was accepted is normal from then on', () => {
  test.each([
    ['six times as much, after a day', 6, 24],
    ['twelve times, after three hours', 12, 3],
    ['six times, after four days', 6, 96],
  ])('%s', (_, times, hours) => {
    const { behavior, busy } = server(5);
    expect(live(behavior, NOW, hours, () => times * busy()).length).toBeGreaterThan(0);
    behavior.accept();
    const since = NOW + hours * HOUR_MS;
    const after = live(behavior, since, 10 * 24, () => times * busy());
    expect(after).toEqual([]);
    expect(behavior.baseline.deviation).toBeLessThan(0.5);
  });

  test('and what goes beyond it is told again', () => {
    const { behavior, busy } = server(7);
    live(behavior, NOW, 24, () => 6 * busy());
    behavior.accept();
    live(behavior, NOW + DAY_MS, 2 * 24, () => 6 * busy());
    expect(live(behavior, NOW + 3 * DAY_MS, 3, () => 100 * busy()).length).toBeGreaterThan(0);
  });

  test('an ordinary hour is accepted without a change', () => {
    const { behavior } = server(9);
    live(behavior, NOW, 24, () => 40);
    const before = behavior.baseline.connectionsPerHour;
    behavior.accept();
    expect(behavior.baseline.connectionsPerHour).toBeLessThan(1.2 * before);
  });
});

describe('[ACCEPT-2] taken back, all is as if it had not been said', () => {
  test('to the last bit, hour by hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 30 }), (seed, hours) => {
        const [said, unsaid] = [server(seed), server(seed)];
        for (const { behavior, busy } of [said, unsaid]) live(behavior, NOW, hours, () => 9 * busy());
        said.behavior.revert(said.behavior.accept());
        const since = NOW + hours * HOUR_MS;
        // The hours that were accepted are passed; those to come are judged as ever.
        for (const { behavior, busy } of [said, unsaid]) live(behavior, since, 2, () => 3 * busy());
        const { connectionsPerHour, hourSurprise } = said.behavior.baseline;
        expect([connectionsPerHour, hourSurprise]).toEqual([
          unsaid.behavior.baseline.connectionsPerHour,
          unsaid.behavior.baseline.hourSurprise,
        ]);
      }),
      { numRuns: 12 },
    );
  });

  test('what was learnt in between is taken back as well', () => {
    const { behavior, busy } = server(3);
    live(behavior, NOW, 5, () => 8 * busy());
    const before = behavior.baseline.connectionsPerHour;
    const kept = behavior.accept();
    live(behavior, NOW + 5 * HOUR_MS, 48, () => 8 * busy());
    expect(behavior.baseline.connectionsPerHour).toBeGreaterThan(4 * before);
    behavior.revert(kept);
    expect(behavior.baseline.connectionsPerHour).toBe(before);
  });

  test('an acceptance of an older release gives its anchor back', () => {
    const { behavior } = server(3);
    const before = behavior.baseline.connectionsPerHour;
    behavior.revert({ connections: 12, volume: 9 });
    expect(behavior.baseline.connectionsPerHour).toBe(before);
  });
});
