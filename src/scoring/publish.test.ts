import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FactorName, FACTOR_NAMES } from '../model/index.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';
import { anomalyImpact, publish } from './publish.ts';

const stepsOf = (factor: FactorName) => profile.factors[factor].steps;
const factors = fc.constantFrom(...FACTOR_NAMES);
const deviation = (raw: number, previous: number) => publish(profile, 'behavior_deviation', raw, previous);
/** A measurement somewhere from nothing to twice the last step, often at a boundary. */
const measured = (factor: FactorName) => {
  const boundaries = stepsOf(factor).map(({ from }) => from);
  return fc.oneof(
    fc.double({ min: 0, max: 2 * Math.max(...boundaries), noNaN: true }),
    fc.constantFrom(...boundaries),
  );
};
const published = (factor: FactorName) => fc.constantFrom(0, ...stepsOf(factor).map(({ p }) => p));
const cases = factors.chain((factor) =>
  fc.record({
    factor: fc.constant(factor),
    raw: measured(factor),
    other: measured(factor),
    previous: published(factor),
  }),
);

describe('what is published', () => {
  test('[SCORE-7] is always a step of the profile, or nothing', () => {
    fc.assert(
      fc.property(cases, ({ factor, raw, previous }) => {
        const steps = stepsOf(factor).map(({ p }) => p);
        expect([0, ...steps]).toContain(publish(profile, factor, raw, previous));
      }),
    );
  });

  test('[SCORE-7] never falls when the measurement rises', () => {
    fc.assert(
      fc.property(cases, ({ factor, raw, other, previous }) => {
        const less = publish(profile, factor, Math.min(raw, other), previous);
        const more = publish(profile, factor, Math.max(raw, other), previous);
        expect(less).toBeLessThanOrEqual(more);
      }),
    );
  });

  test('[SCORE-7] stays the same when the measurement does', () => {
    fc.assert(
      fc.property(cases, ({ factor, raw, previous }) => {
        const once = publish(profile, factor, raw, previous);
        expect(publish(profile, factor, raw, once)).toBe(once);
      }),
    );
  });

  test('[SCORE-8] does not flap when the measurement trembles around a step', () => {
    const trembling = factors.chain((factor) =>
      fc.tuple(
        fc.constant(factor),
        fc.constantFrom(...stepsOf(factor)),
        fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 2, maxLength: 20 }),
      ),
    );
    fc.assert(
      fc.property(trembling, ([factor, { from, p }, tremors]) => {
        const { hysteresis } = profile.factors[factor];
        let now = publish(profile, factor, from, 0);
        for (const tremor of tremors) now = publish(profile, factor, from * (1 - hysteresis * tremor), now);
        expect(now).toBe(p);
      }),
    );
  });

  test('[SCORE-8] rises at the step and falls only under it by the margin', () => {
    // Deviation: 0.12 from 0.4, left under 0.4 · 0.9 = 0.36.
    expect(deviation(0.399, 0.05)).toBe(0.05);
    expect(deviation(0.4, 0.05)).toBe(0.12);
    expect(deviation(0.37, 0.12)).toBe(0.12);
    expect(deviation(0.35, 0.12)).toBe(0.05);
  });

  test('[SCORE-8] never rises while it holds a step, however wide the margin', () => {
    const rule = { ...profile.factors.port_scan, hysteresis: 0.5 };
    const wide = { ...profile, factors: { ...profile.factors, port_scan: rule } };
    // 0.44 holds 0.4 (from 0.45) and would hold the steps from 0.6 and 0.75, had they been published.
    expect(publish(wide, 'port_scan', 0.44, 0.4)).toBe(0.4);
    expect(publish(wide, 'port_scan', 0.44, 0.6)).toBe(0.6);
  });

  test('is nothing once nothing is measured, whatever was published before', () => {
    fc.assert(
      fc.property(cases, ({ factor, previous }) => {
        expect(publish(profile, factor, 0, previous)).toBe(0);
      }),
    );
  });

  test('refuses what is no measurement, by the factor’s name', () => {
    expect(() => publish(profile, 'port_scan', Number.NaN, 0)).toThrow(/port_scan.*NaN/);
    expect(() => publish(profile, 'port_scan', -1, 0)).toThrow(/port_scan.*-1/);
  });

  test('is 0.85 for a critical lateral movement at confidence 0.97', () => {
    const impact = anomalyImpact(profile, 'critical', 0.97);
    expect(publish(profile, 'lateral_movement_attempt', impact, 0)).toBe(0.85);
  });
});
