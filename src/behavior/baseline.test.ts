import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type EpochMs, HOUR_MS, LIMITS, MINUTE_MS } from '../model/index.ts';
import { Table, PackedTexts } from '../columns/index.ts';
import { ALWAYS_WORKING } from './clock.fixture.ts';
import { contact } from './contact.fixture.ts';
import { Destinations } from './destinations.ts';
import { OneBehavior } from './one-behavior.fixture.ts';

const ENROLLED = Date.UTC(2025, 10, 4, 14, 22);

function lived(days: readonly number[], from: EpochMs = ENROLLED): OneBehavior {
  const behavior = new OneBehavior();
  for (const day of days) behavior.observe(contact(from + day * DAY_MS));
  return behavior;
}

/** Deterministic and ordinary: a Poisson hour by inversion, from a linear congruence. */
function poissonHours(mean: number, seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => {
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count++;
    return count;
  };
}

function spend(behavior: OneBehavior, hour: EpochMs, connections: number, to = '203.0.113.1'): void {
  for (let i = 0; i < connections; i++) {
    behavior.observe(contact(hour + Math.floor((i * HOUR_MS) / connections), { peer: to }));
  }
}

describe('when a baseline is established', () => {
  test('[BEHAV-2] enrolled 2025-11-04T14:22Z with data on seven days: 2025-11-18T00:00Z', () => {
    const { baseline } = lived([0, 1, 2, 3, 4, 5, 6]);
    const at = Date.UTC(2025, 10, 18);
    expect(baseline.establishedAt(ENROLLED, at - 1)).toBeNull();
    expect(baseline.establishedAt(ENROLLED, at)).toBe(at);
    expect(baseline.maturity(ENROLLED, at)).toBe(1);
  });

  test('days without data do not count: the seventh day with data decides where it is later', () => {
    const { baseline } = lived([0, 3, 6, 9, 12, 15, 18]);
    const seventh = Date.UTC(2025, 10, 23);
    expect(baseline.establishedAt(ENROLLED, seventh - 1)).toBeNull();
    expect(baseline.establishedAt(ENROLLED, seventh)).toBe(seventh);
    expect(lived([0, 1, 2, 3, 4, 5]).baseline.establishedAt(ENROLLED, ENROLLED + 90 * DAY_MS)).toBeNull();
  });

  test('imported history counts: the days run from the first event where that is earlier', () => {
    const { baseline } = lived([0, 1, 2, 3, 4, 5, 6], ENROLLED - 30 * DAY_MS);
    expect(baseline.establishedAt(ENROLLED, ENROLLED)).toBe(Date.UTC(2025, 9, 19));
  });

  test('maturity rises from 0 to 1 with the days and with the data', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(20), { maxLength: 12 }),
        fc.nat(30),
        fc.nat(30),
        (days, now, more) => {
          const { baseline } = lived([...days].sort((a, b) => a - b));
          const [early, later] = [now, now + more].map((day) =>
            baseline.maturity(ENROLLED, ENROLLED + day * DAY_MS),
          );
          expect(early).toBeGreaterThanOrEqual(0);
          expect(later).toBeGreaterThanOrEqual(early ?? 0);
          expect(later).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('deviation', () => {
  test('[BEHAV-3] is 0 in ordinary life, and seldom more by chance', () => {
    const next = poissonHours(8, 1);
    const behavior = new OneBehavior();
    let unusual = 0;
    let telling = 0;
    const hours = 60 * 24;
    for (let hour = 0; hour < hours; hour++) {
      spend(behavior, ENROLLED + hour * HOUR_MS, next());
      if (behavior.baseline.deviation > 0) unusual++;
      if (behavior.baseline.deviation >= 0.4) telling++;
    }
    // 0.4 is what happens once in a thousand hours; each judged hour is looked at during the next one too.
    expect(telling / hours).toBeLessThan(0.006);
    expect(unusual / hours).toBeLessThan(0.25);
  });

  test('[BEHAV-4] grows with the departure, up to one in a million', () => {
    const after = (connections: number) => {
      const next = poissonHours(8, 2);
      const behavior = new OneBehavior();
      for (let hour = 0; hour < 21 * 24; hour++) spend(behavior, ENROLLED + hour * HOUR_MS, next());
      spend(behavior, ENROLLED + 21 * DAY_MS, connections);
      return behavior.baseline.deviation;
    };
    const deviations = [8, 16, 24, 40, 200].map(after);
    expect(deviations[0]).toBe(0);
    expect(deviations[4]).toBe(1);
    expect(deviations).toEqual([...deviations].sort((a, b) => a - b));
    expect(deviations[3]).toBeGreaterThan(0.5);
  });

  test('[BEHAV-7] what others do to a machine that serves nobody is not its own departure', () => {
    const [victim, server] = [0, 6].map((answeredPerHour) => {
      const behavior = new OneBehavior();
      const answer = (at: EpochMs, count: number): void => {
        for (let i = 0; i < count; i++) behavior.observe(contact(at + i, { direction: 'inbound' }));
      };
      for (let at = ENROLLED; at < ENROLLED + 14 * DAY_MS; at += HOUR_MS) {
        spend(behavior, at, 1);
        answer(at, answeredPerHour);
      }
      answer(ENROLLED + 14 * DAY_MS, 200);
      return behavior;
    });
    expect(victim?.baseline.deviation).toBe(0);
    expect(server?.baseline.deviation).toBeGreaterThan(0.5);
    expect(server?.baseline.departure(ALWAYS_WORKING)).toMatchObject({
      connections: 200,
      newDestinations: 0,
    });
    expect(server?.baseline.departure(ALWAYS_WORKING).usualConnections).toBeCloseTo(7, 1);
  });

  test('a flood does not teach: what it adds to the mean is bounded', () => {
    const behavior = new OneBehavior();
    for (let hour = 0; hour < 14 * 24; hour++) spend(behavior, ENROLLED + hour * HOUR_MS, 4);
    spend(behavior, ENROLLED + 14 * DAY_MS, 20_000);
    behavior.advance(ENROLLED + 14 * DAY_MS + HOUR_MS);
    expect(behavior.baseline.connectionsPerHour).toBeLessThan(4.5);
  });

  test('what one broken clock put ahead is not lived by the hours before it', () => {
    const behavior = new OneBehavior();
    const until = ENROLLED + 14 * DAY_MS;
    for (let at = ENROLLED; at < until; at += HOUR_MS) spend(behavior, at, 4);
    behavior.observe(contact(until + 23 * HOUR_MS));
    for (let at = until; at < until + 20 * HOUR_MS; at += HOUR_MS) {
      spend(behavior, at, 4);
      expect(behavior.baseline.deviation).toBe(0);
    }
  });

  test('an entity that was away for years is up to date in bounded steps', () => {
    const behavior = new OneBehavior();
    behavior.observe(contact(ENROLLED));
    for (const ms of [0, 1]) behavior.observe(contact(ENROLLED + 10_000 * DAY_MS + ms));
    expect(behavior.baseline.occupancy).toBeCloseTo(1 / (1 + 14 * 24), 5);
  });
});

function newDestinations() {
  const rows = new Table();
  const destinations = new Destinations(rows, new PackedTexts());
  const row = rows.add();
  return {
    observe: (key: string, display: string, time: EpochMs) => destinations.observe(row, key, display, time),
    firstSeen: (key: string) => destinations.firstSeen(destinations.find(row, key)),
    known: () => destinations.known(row),
    size: () => destinations.size(row),
  };
}

describe('destinations', () => {
  test('[BEHAV-5] a flood of one-off destinations displaces no old one', () => {
    const destinations = newDestinations();
    const old = Array.from({ length: LIMITS.destinationsPerEntity / 2 }, (_, i) => `old-${i}`);
    for (const day of [0, 1, 2]) for (const key of old) destinations.observe(key, key, day * DAY_MS);
    for (let i = 0; i < 10_000; i++) destinations.observe(`new-${i}`, `new-${i}`, 2 * DAY_MS + i);
    expect(destinations.size()).toBe(LIMITS.destinationsPerEntity);
    for (const key of old) expect(destinations.firstSeen(key)).toBe(0);
    expect(
      destinations
        .known()
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...old].sort());
  });

  test('what was seen on several days is known, most used first', () => {
    const destinations = newDestinations();
    destinations.observe('once', 'once', 0);
    for (const at of [0, DAY_MS]) destinations.observe('twice', 'twice', at);
    for (const at of [0, DAY_MS, DAY_MS + MINUTE_MS]) destinations.observe('often', 'often', at);
    expect(destinations.known().map(({ key }) => key)).toEqual(['often', 'twice']);
  });
});
