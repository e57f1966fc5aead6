import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FACTORS } from '../model/index.ts';
import { factorSets, publishedSeverities } from './arbitraries.test.ts';
import { assess } from './assess.ts';
import { compare, type FactorTerm } from './compare.ts';
import type { PublishedFactor } from './dimension.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';

/** Two instants: independent sets, or the same one with a few factors published anew. */
const instants = fc.oneof(
  fc.tuple(factorSets, factorSets),
  factorSets.chain((factors) =>
    fc.tuple(
      fc.constant(factors),
      fc.tuple(
        ...factors.map((factor) =>
          fc.oneof(
            { weight: 4, arbitrary: fc.constant(factor) },
            {
              weight: 1,
              arbitrary: publishedSeverities(factor.name).map(
                (p): PublishedFactor => ({ name: factor.name, p }),
              ),
            },
          ),
        ),
      ),
    ),
  ),
);
const sum = (terms: readonly FactorTerm[]) =>
  terms.reduce((total, { milliPoints }) => total + milliPoints, 0);
const severityIn = (factors: readonly PublishedFactor[], name: string) =>
  factors.find((factor) => factor.name === name)?.p ?? 0;

describe('a comparison', () => {
  test('[SCORE-6] sums to exactly the difference of the scores', () => {
    fc.assert(
      fc.property(instants, ([before, after]) => {
        const comparison = compare(before, after, profile);
        expect(comparison.before).toBe(assess(before, profile).scoreExact);
        expect(comparison.after).toBe(assess(after, profile).scoreExact);
        expect(sum(comparison.terms)).toBe(comparison.after - comparison.before);
      }),
    );
  });

  test('[SCORE-6] names exactly the factors that changed', () => {
    fc.assert(
      fc.property(instants, ([before, after]) => {
        const { terms } = compare(before, after, profile);
        const names = [...new Set([...before, ...after].map(({ name }) => name))].sort();
        const changed = names.filter((name) => severityIn(before, name) !== severityIn(after, name));
        expect(terms.map(({ name }) => name)).toEqual(changed);
      }),
    );
  });

  test('[SCORE-6] each term is L(D₂, D₁) · Δ ln(1 − p), to a milli-point', () => {
    fc.assert(
      fc.property(instants, ([before, after]) => {
        for (const { name, milliPoints, ...change } of compare(before, after, profile).terms) {
          const { dimension } = FACTORS[name];
          const left = (factors: readonly PublishedFactor[]) =>
            factors
              .filter((factor) => FACTORS[factor.name].dimension === dimension)
              .reduce((product, { p }) => product * (1 - p), 1);
          const [d1, d2] = [left(before), left(after)];
          const near = Math.abs(d2 - d1) < 1e-6 * d1;
          const mean = near ? (d1 + d2) / 2 : (d2 - d1) / Math.log(d2 / d1);
          const logarithm = Math.log((1 - change.after) / (1 - change.before));
          const term = profile.dimensions[dimension] * 1_000 * mean * logarithm;
          expect(Math.abs(milliPoints - term)).toBeLessThan(1.02);
        }
      }),
    );
  });

  test('[SCORE-6] seen from the other end is its exact negative', () => {
    fc.assert(
      fc.property(instants, ([before, after]) => {
        const there = compare(before, after, profile).terms;
        const back = compare(after, before, profile).terms;
        expect(back).toEqual(
          there.map(({ name, milliPoints, ...change }) => ({
            name,
            before: change.after,
            after: change.before,
            milliPoints: 0 - milliPoints,
          })),
        );
      }),
    );
  });

  test('holds where two factors outweigh each other and the score stands', () => {
    // 0.5 · 0.5 before, 1 − 0.75 after: D stays 25, L(25, 25) = 25, and 30 % of that are 7500 milli-points.
    // Enrolling regains 7500 · ln 2 = 5198.6…; expiry costs 7500 · (ln 0.5 − ln 0.25), the same.
    const { terms } = compare(
      [
        { name: 'not_enrolled', p: 0.5 },
        { name: 'certificate_expired', p: 0.5 },
      ],
      [{ name: 'certificate_expired', p: 0.75 }],
      profile,
    );
    expect(terms).toEqual([
      { name: 'certificate_expired', before: 0.5, after: 0.75, milliPoints: -5_199 },
      { name: 'not_enrolled', before: 0.5, after: 0, milliPoints: 5_199 },
    ]);
  });

  test('of an instant with itself is empty', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        expect(compare(factors, factors, profile).terms).toEqual([]);
      }),
    );
  });
});
