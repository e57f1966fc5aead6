import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEVICE_FEATURES, featuresOf, RISK_LEVELS } from '../model/index.ts';
import { scoreOf, told } from './sums-told.ts';

const device = fc.record({
  weight: fc.integer({ min: 0, max: 1 }),
  score: fc.integer({ min: 0, max: 100 }),
  riskLevel: fc.constantFrom(...RISK_LEVELS),
  connections: fc.integer({ min: 0, max: 100_000 }),
});
type Device = typeof device extends fc.Arbitrary<infer T> ? T : never;
const fleet = fc.array(device, { minLength: 1, maxLength: 400, size: 'max' });

function sumsOf(devices: readonly Device[]): Float64Array {
  const sums = new Float64Array(DEVICE_FEATURES);
  for (const each of devices) {
    const dimensions = { identity: each.score, behavior: 50, policy: 0, threat: 100 };
    const rest = { dimensions, bytes: 0, destinations: 0, openAnomalies: 1 };
    for (const [at, value] of featuresOf({ ...each, ...rest }).entries()) sums[at] = (sums[at] ?? 0) + value;
  }
  return sums;
}

const near = (a: number | undefined, b: number) =>
  expect(Math.abs((a ?? Number.NaN) - b)).toBeLessThan(0.006);

describe('[FLEET-STAT-3] what the sums of a group say', () => {
  test('is its mean and variance, and quantiles within the error that they state', () => {
    fc.assert(
      fc.property(fleet, (devices) => {
        const {
          mean,
          variance,
          weighted_mean: weighted,
          quantiles,
          entities,
        } = told('all', sumsOf(devices), 'score', false);
        const scores = devices.map(({ score }) => score).sort((a, b) => a - b);
        const average = scores.reduce((sum, each) => sum + each, 0) / scores.length;
        expect(entities).toBe(devices.length);
        near(mean, average);
        near(variance, scores.reduce((sum, each) => sum + (each - average) ** 2, 0) / scores.length);
        const weight = devices.reduce((sum, each) => sum + each.weight, 0);
        const product = devices.reduce((sum, each) => sum + each.weight * each.score, 0);
        near(weighted, weight === 0 ? 0 : product / weight);
        const { p10, p50, p90, error } = quantiles ?? { p10: 0, p50: 0, p90: 0, error: 0 };
        for (const [p, value] of [
          [0.1, p10],
          [0.5, p50],
          [0.9, p90],
        ] as const) {
          const exact = scores[Math.max(1, Math.ceil(p * scores.length)) - 1] ?? Number.NaN;
          expect(Math.abs(value - exact)).toBeLessThan(error);
        }
        const points = Array.from({ length: 101 }, (_, at) => scores.filter((each) => each === at).length);
        const here = told('all', sumsOf(devices), 'score', false, points).quantiles;
        const ranked = (p: number) => scores[Math.ceil(p * scores.length) - 1];
        expect(here).toEqual({ p10: ranked(0.1), p50: ranked(0.5), p90: ranked(0.9), error: 1 });
      }),
    );
  });

  test('counts each in one band and one tenth', () => {
    fc.assert(
      fc.property(fleet, (devices) => {
        const sums = sumsOf(devices);
        for (const metric of ['bands', 'histogram'] as const) {
          const { counts = {} } = told('all', sums, metric, false);
          expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(devices.length);
        }
        expect(told('all', sums, 'bands', false).counts?.['high']).toBe(
          devices.filter(({ riskLevel }) => riskLevel === 'high').length,
        );
        expect(told('all', sums, 'histogram', false).counts?.['90-100']).toBe(
          devices.filter(({ score }) => score >= 90).length,
        );
      }),
    );
  });

  test('is a spread by order of magnitude, and shows the integers where all of it is asked for', () => {
    const alike = Array.from({ length: 30 }, () => ({
      weight: 1,
      score: 80,
      riskLevel: 'low' as const,
      connections: 15,
    }));
    const { spread, sums } = told('all', sumsOf(alike), 'connections', true);
    expect(spread).toEqual({ typical: 15, from: 15, to: 15 });
    expect(sums).toMatchObject({ devices: 30, score: 2_400, connections_steps: 480 });
    expect(sums).not.toHaveProperty('linear_check');
    expect(scoreOf(sumsOf(alike))).toBe(80);
    expect(scoreOf(sumsOf([]))).toBeNull();
  });
});
