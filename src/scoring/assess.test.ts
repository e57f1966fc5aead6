import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FACTOR_NAMES, FACTORS } from '../model/index.ts';
import { factorSets, severities } from './arbitraries.test.ts';
import { type Assessment, assess, bandOf } from './assess.ts';
import type { PublishedFactor } from './dimension.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';

const lost = ({ factors }: Assessment) => factors.reduce((sum, { milliPoints }) => sum + milliPoints, 0);

describe('an assessment, by hand', () => {
  test('of nothing wrong and everything known is 100', () => {
    expect(assess([], profile)).toEqual({
      dimensions: { identity: 100, behavior: 100, policy: 100, threat: 100 },
      scoreExact: 100_000,
      score: 100,
      riskScore: 0,
      band: 'healthy',
      findingsScore: 100,
      factors: [],
    });
  });

  test('of an expired certificate on a device that is not enrolled', () => {
    // identity D = 100 · 0.5 · 0.65 = 32.5; score = 30 % · 32.5 + 70 = 79.750; lost 20.250.
    // −ln 0.5 = 0.693147181, −ln 0.65 = 0.430782916, together 1.123930097.
    // expired: 20250 · 0.693147181 / 1.123930097 = 12488.507…; not enrolled: 20250 − that = 7761.492….
    // Down: 12488 + 7761 = 20249, so that one is left; the larger rest is .507: 12489.
    // Regained: 30 % · (65 − 32.5) = 9.750 and 30 % · (50 − 32.5) = 5.250.
    const assessment = assess(
      [
        { name: 'not_enrolled', p: 0.35 },
        { name: 'certificate_expired', p: 0.5 },
      ],
      profile,
    );
    expect(assessment).toMatchObject({ scoreExact: 79_750, score: 80, riskScore: 20 });
    expect(assessment.dimensions.identity).toBe(32.5);
    expect(assessment.factors).toEqual([
      { name: 'certificate_expired', p: 0.5, milliPoints: 12_489, regainedMilliPoints: 9_750 },
      { name: 'not_enrolled', p: 0.35, milliPoints: 7_761, regainedMilliPoints: 5_250 },
    ]);
  });

  test('of two equal factors at half a milli-point', () => {
    // policy D = 100 · 0.95 · 0.95 = 90.25; 25 % of it 22.5625; score = 97.5625, half up 97.563; lost 2.437.
    // Each holds 2437.5 / 2 = 1218.75: both down 2436, one is left; equal rests, so the first name has it.
    // Mending either leaves 25 % · 95 + 75 = 98.750: 1.187 more.
    const assessment = assess(
      [
        { name: 'policy_violation', p: 0.05 },
        { name: 'policy_monitor_only', p: 0.05 },
      ],
      profile,
    );
    expect(assessment.scoreExact).toBe(97_563);
    expect(assessment.factors).toEqual([
      { name: 'policy_monitor_only', p: 0.05, milliPoints: 1_219, regainedMilliPoints: 1_187 },
      { name: 'policy_violation', p: 0.05, milliPoints: 1_218, regainedMilliPoints: 1_187 },
    ]);
  });

  test('of lateral movement beside a gap, in two dimensions', () => {
    // behavior D = 100 · 0.15 = 15, loses 30 % · 85 = 25.5; threat D = 70, loses 15 % · 30 = 4.5; score 70.000.
    // Without the gap 74.5, which is 75 in whole points.
    const assessment = assess(
      [
        { name: 'threat_not_assessed', p: 0.3 },
        { name: 'lateral_movement_attempt', p: 0.85 },
      ],
      profile,
    );
    expect(assessment).toMatchObject({ scoreExact: 70_000, band: 'moderate', findingsScore: 75 });
    expect(assessment.factors).toEqual([
      { name: 'lateral_movement_attempt', p: 0.85, milliPoints: 25_500, regainedMilliPoints: 25_500 },
      { name: 'threat_not_assessed', p: 0.3, milliPoints: 4_500, regainedMilliPoints: 4_500 },
    ]);
  });

  test('[SCORE-2] of three dimensions that nobody assesses is close to the page’s 72', () => {
    const gaps = (['identity', 'behavior', 'policy'] as const).map(
      (dimension): PublishedFactor => ({
        name: `${dimension}_not_assessed`,
        p: 0.3,
      }),
    );
    expect(assess(gaps, profile)).toMatchObject({ scoreExact: 74_500, band: 'healthy', findingsScore: 100 });
  });

  test('[SCORE-2] stands in the band of the whole points', () => {
    expect([0, 40, 41, 70, 71, 100].map(bandOf)).toEqual([
      'high_risk',
      'high_risk',
      'moderate',
      'moderate',
      'healthy',
      'healthy',
    ]);
  });
});

describe('the laws of an assessment', () => {
  test('[SCORE-3] contributions sum to exactly what is lost', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const assessment = assess(factors, profile);
        expect(lost(assessment)).toBe(100_000 - assessment.scoreExact);
        expect(assessment.factors.every(({ milliPoints }) => Number.isInteger(milliPoints))).toBe(true);
      }),
    );
  });

  test('[SCORE-3] each contribution is its share of its dimension’s loss, to a milli-point', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        for (const { name, p, milliPoints } of assess(factors, profile).factors) {
          const { dimension } = FACTORS[name];
          const peers = factors.filter((factor) => FACTORS[factor.name].dimension === dimension);
          const left = peers.reduce((product, peer) => product * (1 - peer.p), 1);
          const share = Math.log(1 - p) / peers.reduce((sum, peer) => sum + Math.log(1 - peer.p), 0);
          const quota = profile.dimensions[dimension] * 1_000 * (1 - left) * share;
          expect(Math.abs(milliPoints - quota)).toBeLessThan(1.001);
        }
      }),
    );
  });

  test('[SCORE-4] the score stays within 0 and 100 points', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const { scoreExact, score, riskScore } = assess(factors, profile);
        expect(scoreExact).toBeGreaterThanOrEqual(0);
        expect(scoreExact).toBeLessThanOrEqual(100_000);
        expect(score + riskScore).toBe(100);
      }),
    );
  });

  test('[SCORE-4] a worse or an added factor never raises the score or a dimension', () => {
    fc.assert(
      fc.property(factorSets, fc.constantFrom(...FACTOR_NAMES), severities, (factors, name, p) => {
        const others = factors.filter((factor) => factor.name !== name);
        const was = factors.find((factor) => factor.name === name)?.p ?? 0;
        const better = assess([...others, { name, p: Math.min(was, p) }], profile);
        const worse = assess([...others, { name, p: Math.max(was, p) }], profile);
        expect(worse.scoreExact).toBeLessThanOrEqual(better.scoreExact);
        expect(worse.findingsScore).toBeLessThanOrEqual(better.findingsScore);
        const { dimension } = FACTORS[name];
        expect(worse.dimensions[dimension]).toBeLessThanOrEqual(better.dimensions[dimension]);
      }),
    );
  });

  test('[SCORE-5] what mending regains is what the assessment without the factor gains', () => {
    fc.assert(
      fc.property(factorSets, (factors) => {
        const { scoreExact, dimensions, factors: shares } = assess(factors, profile);
        for (const { name, p, regainedMilliPoints } of shares) {
          const mended = assess(
            factors.filter((factor) => factor.name !== name),
            profile,
          );
          expect(regainedMilliPoints).toBe(mended.scoreExact - scoreExact);
          const left = dimensions[FACTORS[name].dimension];
          const weight = profile.dimensions[FACTORS[name].dimension] * 10;
          expect(Math.abs(regainedMilliPoints - weight * (left / (1 - p) - left))).toBeLessThan(1.001);
        }
      }),
    );
  });

  test('[SCORE-1] the order of the factors is of no consequence', () => {
    const shuffled = factorSets.chain((factors) =>
      fc.tuple(
        fc.constant(factors),
        fc.shuffledSubarray(factors, { minLength: factors.length, maxLength: factors.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([factors, others]) => {
        expect(assess(others, profile)).toEqual(assess(factors, profile));
      }),
    );
  });

  test('a factor of severity 0 does not exist', () => {
    expect(assess([{ name: 'port_scan', p: 0 }], profile)).toEqual(assess([], profile));
  });

  test('a factor that appears twice is a fault', () => {
    const twice: PublishedFactor = { name: 'port_scan', p: 0.1 };
    expect(() => assess([twice, twice], profile)).toThrow('factor port_scan appears twice');
  });
});
