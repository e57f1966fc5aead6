import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';
import { gapOf, inBytes, intervalOf } from './stream.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + DAY_MS;
const MACHINES = 24;
const FAILING = { outcome: 'unanswered', bytesSent: 0, bytesReceived: 0 } as const;

type Chance = () => number;
/** Milliseconds until the next call. */
type Gaps = (next: Chance) => number;

/** Deterministic, 0 ≤ x < 1, from a linear congruence. */
function chance(seed: number): Chance {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const exponential = (next: Chance, mean: number) => -mean * Math.log(1 - next());
const normal = (next: Chance) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

const atRandom =
  (mean: number): Gaps =>
  (next) =>
    exponential(next, mean);
const logNormal =
  (median: number, sigma: number): Gaps =>
  (next) =>
    median * Math.exp(sigma * normal(next));
const inBursts =
  (mean: number): Gaps =>
  (next) =>
    next() < 0.75 ? exponential(next, 0.15 * mean) : exponential(next, 3.5 * mean);
const evenly =
  (pace: number, jitter: number): Gaps =>
  (next) =>
    pace * (1 - jitter + 2 * jitter * next());

/** A machine that has browsed by name for a day. */
function browsed(fleet: number): OneBehavior {
  const behavior = new OneBehavior();
  for (let at = START; at < NOW; at += 9 * MINUTE_MS)
    behavior.observe(contact(at, { peer: `site-${(at / MINUTE_MS) % 25}.com`, prevalence: fleet, fleet }));
  return behavior;
}

/** For each machine, after how many calls it is told; infinite for never. */
function callsOf(gaps: Gaps, lastsMs: number, facts: Partial<Contact> = {}): number[] {
  return Array.from({ length: MACHINES }, (_, machine) => {
    const behavior = browsed(facts.fleet ?? 10);
    const next = chance(machine + 1);
    let at = 0;
    for (let call = 1; at <= lastsMs; call++) {
      const bytesSent = Math.round(300 * Math.exp(0.4 * normal(next)));
      const seen = { peer: 'new-service.com', bytesSent, bytesReceived: 200, durationMs: 60, ...facts };
      const { detections } = behavior.observe(contact(NOW + at, seen));
      if (detections.some(({ type }) => type === 'beaconing')) return call;
      at += Math.max(1, Math.round(gaps(next)));
    }
    return Number.POSITIVE_INFINITY;
  }).sort((a, b) => a - b);
}

const toldOf = (...call: Parameters<typeof callsOf>) => callsOf(...call).filter(Number.isFinite).length;

describe('[BEACON-14] a stream of calls, of which one a second is kept', () => {
  /** How many times as long its gaps are where next to none is within a second. */
  const streams: readonly (readonly [string, number, Gaps])[] = [
    ['at random, five a second', 100, atRandom(200)],
    ['at random, two a second', 40, atRandom(500)],
    ['at random, one a second', 20, atRandom(1_000)],
    ['at random, one in two seconds', 10, atRandom(2_000)],
    ['in bursts', 100, inBursts(200)],
    ['in slower bursts', 20, inBursts(1_000)],
    ['of lognormal gaps', 40, logNormal(500, 1)],
    ['of longer lognormal gaps', 20, logNormal(1_500, 1)],
  ];

  test.each(streams)('%s, is told no more often than if it were too slow to be merged', (_, times, gaps) => {
    const slower: Gaps = (next) => times * gaps(next);
    for (const lastsMs of [MINUTE_MS / 2, 2 * MINUTE_MS, 10 * MINUTE_MS]) {
      const asSlow = toldOf(slower, times * lastsMs);
      expect(toldOf(gaps, lastsMs)).toBeLessThanOrEqual(asSlow + MACHINES / 4);
    }
  });

  test.each([300, 1_000, 3_000])(
    'of what is down and is tried at random, each %s ms, is seldom told',
    (mean) => {
      expect(toldOf(atRandom(mean), 5 * MINUTE_MS, FAILING)).toBeLessThanOrEqual(MACHINES / 3);
    },
  );

  test.each([700, 850, 1_000, 1_200])('is told where its own gaps are even: %s ms', (pace) => {
    for (const jitter of [0.02, 0.1, 0.3]) {
      const calls = callsOf(evenly(pace, jitter), 2 * MINUTE_MS);
      expect(calls.at(-1)).toBeLessThanOrEqual(36);
    }
  });
});

describe('[BEACON-14] a beacon is told as early', () => {
  test('whose check-ins are two calls within a second', () => {
    const pairs = (pace: number): Gaps => {
      let rest = 0;
      return (next) => {
        const isSecond = rest > 0;
        const gap = isSecond ? rest : 100 + 800 * next();
        rest = isSecond ? 0 : evenly(pace, 0.1)(next) - gap;
        return gap;
      };
    };
    for (const pace of [2_000, 5_000, MINUTE_MS])
      expect(callsOf(pairs(pace), HOUR_MS)[MACHINES / 2]).toBeLessThanOrEqual(25);
  });

  test('that fails, and tries again after three seconds, at times of its own', () => {
    for (const pace of [11_000, 20_000, MINUTE_MS]) {
      let isRetry = false;
      const gaps: Gaps = (next) => {
        isRetry = !isRetry;
        return isRetry ? 3_000 : evenly(pace, 0.1)(next) - 3_000;
      };
      expect(callsOf(gaps, HOUR_MS, FAILING)[MACHINES / 2]).toBeLessThanOrEqual(15);
    }
  });
});

describe('[BEACON-14] two bytes of an interval', () => {
  test('say how much of it had calls within, as exactly as a pace needs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 50_000 }),
        fc.double({ min: 0.002, max: 0.999, noNaN: true }),
        (interval, share) => {
          const bytes = inBytes(interval, interval * (1 - share));
          expect(Math.abs(intervalOf(bytes) / interval - 1)).toBeLessThan(0.011);
          expect(Math.abs(gapOf(bytes) / (interval * share) - 1)).toBeLessThan(0.07);
        },
      ),
    );
  });

  test('are those of the interval alone where nothing was merged, or it is long', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 30 * DAY_MS }),
        fc.integer({ min: 0, max: 999 }),
        (interval, within) => {
          const bytes = inBytes(interval, interval > 50_000 ? within : 0);
          expect(bytes).toBe(inSteps(interval));
          expect([intervalOf(bytes), gapOf(bytes)]).toEqual([outOfSteps(bytes), outOfSteps(bytes)]);
        },
      ),
    );
  });
});
