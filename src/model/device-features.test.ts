import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cohortsOf,
  DEVICE_COHORTS,
  DEVICE_FEATURES,
  type DeviceFeatures,
  FEATURE,
  FEATURES,
  featuresOf,
  MOST_STEPS,
  NAME_PATTERN,
  quantityAt,
  RISK_LEVELS,
  stepsOf,
} from './index.ts';

const points = fc.integer({ min: -5, max: 130 });
const quantity = fc.oneof(
  fc.double({ min: 0, max: 1e15, noNaN: true }),
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(-1, 0, Number.POSITIVE_INFINITY, Number.MAX_VALUE),
);
const device: fc.Arbitrary<Omit<DeviceFeatures, 'cohort'>> = fc.record({
  weight: fc.integer({ min: 0, max: 1_000 }),
  score: points,
  dimensions: fc.record({
    identity: fc.double({ min: 0, max: 100, noNaN: true }),
    behavior: points,
    policy: points,
    threat: points,
  }),
  riskLevel: fc.constantFrom(...RISK_LEVELS),
  connections: quantity,
  bytes: quantity,
  destinations: quantity,
  openAnomalies: fc.integer({ min: 0, max: 500 }),
});

/** By the words of research §6, feature by feature. */
function naively(of: Omit<DeviceFeatures, 'cohort'>): number[] {
  const clip = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)));
  const steps = (value: number) => {
    let step = 0;
    // ⌊4 · log₂(1 + ⌊x⌋)⌋ by comparing fourth powers, as integers.
    const reached = BigInt(Math.min(2 ** 60, Math.floor(Math.max(0, value)))) + 1n;
    while (step < 184 && reached ** 4n >= 2n ** BigInt(step + 1)) step++;
    return step;
  };
  const score = clip(of.score, 100);
  const weight = clip(of.weight, 1);
  const [c, b, d] = [steps(of.connections), steps(of.bytes), steps(of.destinations)];
  const { identity, behavior, policy, threat } = of.dimensions;
  return [
    1,
    weight,
    weight * score,
    score,
    score * score,
    ...[identity, behavior, policy, threat].map((each) => clip(each, 100)),
    ...RISK_LEVELS.map((level) => (level === of.riskLevel ? 1 : 0)),
    c,
    b,
    d,
    ...Array.from({ length: 10 }, (_, tenth) => (Math.min(9, Math.floor(score / 10)) === tenth ? 1 : 0)),
    c * c,
    b * b,
    d * d,
    clip(of.openAnomalies, 64),
  ];
}

describe('[FLEET-STAT-1] what a device gives to the sums', () => {
  test('is what a naive reading of the list of features gives, in whole numbers within their bounds', () => {
    fc.assert(
      fc.property(device, (each) => {
        const features = [...featuresOf(each)];
        expect(features).toEqual(naively(each));
        for (const [at, value] of features.entries()) {
          expect(Number.isSafeInteger(value)).toBe(true);
          expect(value).toBeLessThanOrEqual(FEATURES[at]?.most ?? -1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is nothing of what is no number', () => {
    const one = { ...fc.sample(device, 1)[0]!, bytes: Number.NaN };
    expect(() => featuresOf(one)).toThrow(/bytes is not a number/);
    expect(DEVICE_FEATURES).toBe(FEATURE.contributions);
  });
});

describe('steps', () => {
  test('begin where their quantity says, up to the last', () => {
    expect([0, 1, 2, 3, 7, 15].map(stepsOf)).toEqual([0, 4, 6, 8, 12, 16]);
    expect(stepsOf(2 ** 60)).toBe(MOST_STEPS);
    for (let step = 0; step < MOST_STEPS; step++) {
      const begins = Math.ceil(quantityAt(step) - 1e-9);
      expect(stepsOf(begins)).toBeGreaterThanOrEqual(step);
    }
  });
});

describe('[FLEET-STAT-2] the cohorts', () => {
  test('are names, each once, at most 128, and the first is for all others', () => {
    const { names } = DEVICE_COHORTS;
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(128);
    for (const name of names) expect(name).toMatch(NAME_PATTERN);
    const cohortOf = cohortsOf(names);
    expect(cohortOf(null)).toBe(0);
    expect(cohortOf('acme_secret_project')).toBe(0);
    expect(names[cohortOf('camera')]).toBe('ip_camera');
    for (const [place, name] of names.entries()) expect(cohortOf(name)).toBe(place);
    expect(() => cohortsOf([])).toThrow(/1 to 128/);
  });
});
