import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc } from './auc.ts';
import { clusterInterval } from './bootstrap.ts';
import { brier, calibrationError, calibrationErrorBound, type Claim } from './calibration.ts';
import { allowedAlarms, bestF1, recallAtPrecision, recallByAttack } from './f1.ts';
import { median, quantile } from './median.ts';
import { checkInsIn } from './check-ins.ts';
import type { Unit } from './unit.ts';

/** Few scores, so that ties are common. */
const unit = fc.record<Unit>({
  entity: fc.constantFrom('a', 'b', 'c'),
  what: fc.constant('x'),
  isPositive: fc.boolean(),
  score: fc.constantFrom(-Infinity, 0, 0.5, 1, 2, 7),
  weight: fc.constant(1),
});
const units = fc.array(unit, { maxLength: 30 });
const claims = fc.array(
  fc.record<Claim>({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), isTrue: fc.boolean() }),
  { minLength: 1, maxLength: 40 },
);

function of(isPositive: boolean, ...scores: readonly number[]): Unit[] {
  return scores.map((score) => ({ entity: 'a', what: 'x', isPositive, score, weight: 1 }));
}

describe('AUC', () => {
  it('[EVAL-1] is the share of pairs that are in the right order, a tie a half', () => {
    fc.assert(
      fc.property(units, (all) => {
        const positives = all.filter(({ isPositive }) => isPositive);
        const benign = all.filter(({ isPositive }) => !isPositive);
        const won = positives.flatMap(({ score: a }) =>
          benign.map(({ score: b }): number => (a > b ? 1 : a === b ? 0.5 : 0)),
        );
        const expected = won.length === 0 ? null : won.reduce((sum, each) => sum + each, 0) / won.length;
        const measured = auc(all);
        expect(measured === null).toBe(expected === null);
        expect(measured ?? 0).toBeCloseTo(expected ?? 0, 12);
      }),
    );
  });

  it('[EVAL-1] counts one attack once, however long it is', () => {
    const long = Array.from(
      { length: 10 },
      (): Unit => ({ entity: 'a', what: 'x', isPositive: true, score: 3, weight: 0.1 }),
    );
    expect(auc([...of(true, 0), ...long, ...of(false, 1, 1)])).toBeCloseTo(0.5, 12);
  });
});

describe('F1 at a budget of false alarms', () => {
  it('[EVAL-2] is the best of all thresholds that keep to the budget', () => {
    fc.assert(
      fc.property(units, fc.nat(5), (all, allowed) => {
        const positives = all.filter(({ isPositive }) => isPositive).length;
        const scores = [...new Set(all.map(({ score }) => score))].filter((each) => each > -Infinity);
        const figures = scores.map((threshold) => {
          const flagged = all.filter(({ score }) => score >= threshold);
          const hits = flagged.filter(({ isPositive }) => isPositive).length;
          return { falseAlarms: flagged.length - hits, f1: (2 * hits) / (flagged.length + positives) };
        });
        const best = Math.max(
          0,
          ...figures.filter((each) => each.falseAlarms <= allowed).map(({ f1 }) => f1),
        );
        const measured = bestF1(all, allowed);
        expect(measured === null).toBe(positives === 0);
        expect(measured?.f1 ?? best).toBeCloseTo(best, 12);
      }),
    );
  });

  it('[EVAL-2] never falls when more is allowed', () => {
    fc.assert(
      fc.property(units, fc.nat(5), (all, allowed) => {
        expect(bestF1(all, allowed + 1)?.f1 ?? 0).toBeGreaterThanOrEqual(bestF1(all, allowed)?.f1 ?? 0);
      }),
    );
  });

  it('rounds a budget to whole alarms', () => {
    // 231 benign hours are 9.6 entity-days: 200 per 1,000 of them is two.
    expect(allowedAlarms(200, 231 / 24)).toBe(2);
    expect(allowedAlarms(200, 1)).toBe(0);
  });

  it('tells which attacks reach the threshold', () => {
    const [one, other] = [of(true, 1, 3), of(true, 2).map((each) => ({ ...each, what: 'y' }))];
    expect(recallByAttack([[...one, ...other, ...of(false, 9)]], [3])).toEqual({ x: 0.5, y: 0 });
    expect(recallByAttack([one, other], [2, 2])).toEqual({ x: 0.5, y: 1 });
  });

  it('finds the recall at a precision', () => {
    expect(recallAtPrecision([...of(true, 9, 8, 1), ...of(false, 2)], 0.99)).toBeCloseTo(2 / 3, 12);
    expect(recallAtPrecision([...of(true, 1), ...of(false, 2)], 0.99)).toBe(0);
    expect(recallAtPrecision(of(false, 2), 0.99)).toBeNull();
  });
});

describe('calibration', () => {
  it('[EVAL-3] errors lie between 0 and 1, and confidence that is truth has none', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const error = calibrationError(all) ?? -1;
        expect(error).toBeGreaterThanOrEqual(0);
        expect(error).toBeLessThanOrEqual(1);
        const sure = all.map(({ isTrue }) => ({ isTrue, confidence: isTrue ? 1 : 0 }));
        expect(calibrationError(sure)).toBe(0);
        expect(brier(sure)).toBe(0);
        expect(brier(sure.map((each) => ({ ...each, confidence: 1 - each.confidence })))).toBe(1);
      }),
    );
  });

  it('[EVAL-3] weighs five bins of equal mass', () => {
    const said = [0.1, 0.1, 0.3, 0.3, 0.5, 0.5, 0.7, 0.7, 0.9, 0.9];
    const were = [false, false, false, true, true, false, true, true, true, true];
    const all = said.map((confidence, index) => ({ confidence, isTrue: were[index] === true }));
    // Per bin |2c − true|: 0.2, 0.4, 0, 0.6, 0.2.
    expect(calibrationError(all)).toBeCloseTo(1.4 / 10, 12);
  });

  it('[EVAL-3] bounds what chance alone does to a calibrated detector, the less the more is said', () => {
    const some = (n: number) => Array.from({ length: n }, () => ({ confidence: 0.7, isTrue: true }));
    const [few, many] = [calibrationErrorBound(some(10)) ?? 0, calibrationErrorBound(some(1_000)) ?? 0];
    expect(many).toBeLessThan(few);
    expect(many).toBeGreaterThan(0);
    expect(calibrationErrorBound([])).toBeNull();
  });
});

describe('bootstrap', () => {
  it('[EVAL-4] draws whole entities, and the same each time', () => {
    const each = (entity: string, score: number): Unit[] => [
      { entity, what: 'x', isPositive: true, score, weight: 1 },
      { entity, what: 'x', isPositive: false, score: 1, weight: 1 },
    ];
    const all = [...each('a', 2), ...each('b', 0), ...each('c', 2)];
    const interval = clusterInterval([all], auc, 'test');
    expect(interval).toEqual(clusterInterval([all], auc, 'test'));
    expect(interval?.[0]).toBeLessThan(interval?.[1] ?? 0);
    // Within one entity nothing varies.
    expect(clusterInterval([each('a', 2)], auc, 'test')).toBeNull();
    expect(clusterInterval([[...each('a', 2), ...each('b', 2)]], auc, 'test')).toEqual([1, 1]);
  });

  it('takes misses for infinite', () => {
    expect(median([1, Infinity, Infinity])).toBe(Infinity);
    expect(median([1, 2, Infinity])).toBe(2);
    expect(median([1, Infinity])).toBe(Infinity);
    expect(median([])).toBeNull();
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5, 12);
  });
});

describe('check-ins', () => {
  it('[EVAL-19] are calls, what comes within a second of the first of one being that one', () => {
    expect(checkInsIn([])).toBe(0);
    // A burst; a stream, of which each second begins another; single calls.
    expect(checkInsIn(Array.from({ length: 30 }, (_, i) => i * 33))).toBe(1);
    expect(checkInsIn([0, 600, 1_200, 1_800, 2_400])).toBe(3);
    expect(checkInsIn([0, 1_000, 2_000])).toBe(3);
  });

  it('[EVAL-19] are never more than calls, and as many where calls are seconds apart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1 }), (gaps) => {
        let at = 0;
        const times = gaps.map((gap) => (at += gap));
        const count = checkInsIn(times);
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(times.length);
        expect(checkInsIn(times.map((_, i) => i * 1_000))).toBe(times.length);
      }),
    );
  });
});
