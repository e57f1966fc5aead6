import { describe, expect, it } from 'vitest';
import type { Talk } from '../telemetry/talk.ts';
import { countOf, hourCounts, type HourCount } from './hour-counts.ts';
import { averagePath, isolationForest } from './isolation-forest.ts';
import { negativeBinomial, upperTail } from './negative-binomial.ts';
import { pairsOf } from './pairs.ts';
import { regularity, regularNovelUnique } from './regularity.ts';
import { ritaScore, spreadScore } from './rita.ts';
import { FIXED_SCAN_ALARM, fixedScan, RANDOM_WALK_ALARM, randomWalk } from './scans.ts';
import { normalUpperTail, sumOfSurprises } from './sum-of-surprises.ts';
import { zScore } from './z-score.ts';

const HOUR = 3_600_000;

function hour(connections: number, facts: Partial<HourCount> = {}): HourCount {
  return { hour: 0, connections, bytesOut: 1_000, failed: 0, destinations: 3, ports: 2, ...facts };
}

function talk(time: number, facts: Partial<Talk> = {}): Talk {
  return {
    time,
    from: '10.0.0.1',
    to: '192.0.2.1',
    destination: '192.0.2.1',
    port: 443,
    protocol: 'tcp',
    outcome: 'established',
    bytesOut: 100,
    ...facts,
  };
}

describe('peers of hours', () => {
  it('[EVAL-5] count deviations from the trained mean', () => {
    // Mean 4, variance 4 of the sample.
    const score = zScore([hour(2), hour(4), hour(6)]);
    expect(score(hour(10))).toBeCloseTo(3, 12);
    expect(score(hour(4))).toBe(0);
  });

  it('[EVAL-5] know the tail of a negative binomial', () => {
    // r = 1 is geometric: mean q/p, variance q/p², P(X ≥ k) = qᵏ. q = ½: mean 1, variance 2.
    expect(upperTail(0, 1, 2)).toBe(1);
    expect(upperTail(1, 1, 2)).toBeCloseTo(1 / 2, 12);
    expect(upperTail(10, 1, 2)).toBeCloseTo(2 ** -10, 12);
    expect(Math.log2(upperTail(60, 1, 2))).toBeCloseTo(-60, 6);
    expect(negativeBinomial([hour(1), hour(1), hour(1)])(hour(0))).toBeCloseTo(0, 12);
  });

  it('[EVAL-5] know the tail of a normal', () => {
    expect(normalUpperTail(0)).toBeCloseTo(0.5, 6);
    expect(normalUpperTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(Math.log10(normalUpperTail(6))).toBeCloseTo(Math.log10(9.866e-10), 2);
  });

  it('[EVAL-5] add the surprises of count, size and failures', () => {
    const trained = Array.from({ length: 12 }, (_, i) => hour(8 + (i % 3)));
    const score = sumOfSurprises(trained);
    const ordinary = score(hour(9));
    expect(score(hour(9, { failed: 9 }))).toBeGreaterThan(ordinary + 3);
    expect(score(hour(9, { bytesOut: 1e9 }))).toBeGreaterThan(ordinary + 3);
    expect(score(hour(90))).toBeGreaterThan(ordinary + 3);
  });

  it('[EVAL-5] isolate what lies apart', () => {
    expect(averagePath(1)).toBe(0);
    expect(averagePath(2)).toBe(1);
    // c(256) = 2 (ln 255 + γ) − 2·255/256.
    expect(averagePath(256)).toBeCloseTo(10.2448, 3);
    const ordinary = Array.from({ length: 24 }, (_, i) =>
      hour(10 + (i % 5), { failed: i % 3, destinations: 3 + (i % 4) }),
    );
    const score = isolationForest(ordinary);
    const odd = score(hour(5_000, { destinations: 900, failed: 4_000 }));
    expect(odd).toBeGreaterThan(score(hour(12, { failed: 1, destinations: 4 })) + 0.05);
    expect(odd).toBeLessThan(1);
  });

  it('count what a host opened, hour by hour, empty hours too', () => {
    const talks = [
      talk(0),
      talk(1, { outcome: 'rejected', port: 22 }),
      talk(2 * HOUR),
      talk(3, { from: '10.0.0.2' }),
    ];
    const counts = hourCounts(talks, '10.0.0.1', 0, 2);
    expect(counts.map(({ connections }) => connections)).toEqual([2, 0, 1]);
    expect(counts[0]).toEqual({
      hour: 0,
      connections: 2,
      bytesOut: 200,
      failed: 1,
      destinations: 1,
      ports: 2,
    });
    expect(countOf(7, [])).toEqual({
      hour: 7,
      connections: 0,
      bytesOut: 0,
      failed: 0,
      destinations: 0,
      ports: 0,
    });
  });
});

describe('peers of beacons', () => {
  const beacon = (count: number, every: number, from = 0) =>
    Array.from({ length: count }, (_, i) => talk(from + i * every));
  const pairOf = (talks: readonly Talk[]) => {
    const [pair] = pairsOf(talks, () => true);
    if (pair === undefined) throw new Error('no pair');
    return pair;
  };

  it("[EVAL-6] give RITA's 1.0 to what comes every half hour all day with one size", () => {
    expect(ritaScore(pairOf(beacon(48, HOUR / 2)), 24 * HOUR)).toBe(1);
  });

  it("[EVAL-6] give RITA's half of a beacon that lived an hour: no duration, one bar", () => {
    // Timestamps 1, sizes 1, duration 0, histogram 1 (one bar does not vary).
    expect(ritaScore(pairOf(beacon(50, 60_000)), 24 * HOUR)).toBe(0.75);
  });

  it('[EVAL-6] give nothing where RITA gives nothing', () => {
    expect(ritaScore(pairOf(beacon(3, HOUR)), 24 * HOUR)).toBe(0);
    expect(ritaScore(pairOf(beacon(10, 0)), 24 * HOUR)).toBe(0);
  });

  it('[EVAL-6] halve skewness and deviation as RITA does', () => {
    // Quartiles 20, 40, 100: skewness (20 + 100 − 80)/80 = ½; deviations 40, 20, 0, 60, 100, median 40: 0 of 40.
    expect(spreadScore([0, 20, 40, 100, 140], 1)).toBeCloseTo((0.5 + 0) / 2, 12);
    expect(spreadScore([0, 0, 0, 0], 0)).toBeCloseTo(0.5, 12);
    expect(spreadScore([0, 0, 0, 0], 1)).toBeCloseTo(1, 12);
  });

  it('[EVAL-6] need eight intervals, a new destination and one user', () => {
    expect(regularity(pairOf(beacon(8, 1_000)))).toBe(0);
    expect(regularity(pairOf(beacon(9, 1_000)))).toBe(1);
    const late = pairOf(beacon(9, 1_000, 7 * HOUR));
    expect(regularNovelUnique(late, 0, 1)).toBe(1);
    expect(regularNovelUnique(late, 0, 2)).toBe(0);
    expect(regularNovelUnique(late, 2 * HOUR, 1)).toBe(0);
  });
});

describe('peers of scans', () => {
  const probes = (count: number, outcome: Talk['outcome']) =>
    Array.from({ length: count }, (_, i) => talk(i, { port: 1_000 + i, outcome }));

  it('[EVAL-7] walk: four failed first contacts alarm, three do not, repeats count for nothing', () => {
    expect(randomWalk(probes(3, 'unanswered'))).toBeCloseTo(3 * Math.log(4), 12);
    expect(randomWalk(probes(3, 'unanswered'))).toBeLessThan(RANDOM_WALK_ALARM);
    expect(randomWalk(probes(4, 'unanswered'))).toBeGreaterThan(RANDOM_WALK_ALARM);
    expect(randomWalk([...probes(3, 'unanswered'), ...probes(3, 'unanswered')])).toBeLessThan(
      RANDOM_WALK_ALARM,
    );
    expect(randomWalk(probes(9, 'established'))).toBe(0);
  });

  it('[EVAL-7] hold the hourly rule to more than five targets', () => {
    expect(fixedScan(probes(5, 'rejected'))).toBeLessThanOrEqual(FIXED_SCAN_ALARM);
    expect(fixedScan(probes(6, 'rejected'))).toBeGreaterThan(FIXED_SCAN_ALARM);
    const slow = Array.from({ length: 20 }, (_, i) => talk(i * HOUR, { port: i, outcome: 'rejected' }));
    expect(fixedScan(slow)).toBe(1);
  });
});
