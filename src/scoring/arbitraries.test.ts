import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FactorName, FACTOR_NAMES } from '../model/index.ts';
import type { PublishedFactor } from './dimension.ts';
import { DEFAULT_PROFILE } from './profile.ts';

/** Any severity that a profile could publish. */
export const severities = fc.integer({ min: 1, max: 990 }).map((thousandths) => thousandths / 1_000);

/** A severity that the default profile publishes for this factor. */
export function publishedSeverities(name: FactorName): fc.Arbitrary<number> {
  return fc.constantFrom(...DEFAULT_PROFILE.factors[name].steps.map(({ p }) => p));
}

/** Any set of factors, in any order. */
export const factorSets: fc.Arbitrary<PublishedFactor[]> = fc
  .shuffledSubarray(FACTOR_NAMES)
  .chain((names) => fc.tuple(...names.map((name) => factorOf(name))));

function factorOf(name: FactorName): fc.Arbitrary<PublishedFactor> {
  return fc.oneof(severities, publishedSeverities(name)).map((p) => ({ name, p }));
}

describe('the sets of factors that the laws are tried on', () => {
  test('reach from none to all', () => {
    const sizes = fc.sample(factorSets, { numRuns: 500, seed: 1 }).map((factors) => factors.length);
    expect(Math.min(...sizes)).toBe(0);
    expect(Math.max(...sizes)).toBe(FACTOR_NAMES.length);
  });
});
