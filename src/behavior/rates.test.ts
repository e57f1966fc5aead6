import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Table } from '../columns/index.ts';
import { Habits } from './habits/habits.ts';
import { PortsOfKinds } from './habits/ports-of-kinds.ts';
import { HourlyLife } from './hourly-life.ts';
import { Learning } from './learning.ts';
import { Judgement } from './judgement.ts';
import { negativeBinomialUpperTail } from './negative-binomial.ts';
import { HourlyRates } from './rates.ts';

/** Exact by rational arithmetic: r whole and p = a/b, so that every probability is a fraction. */
const WORKING = { hours: 'work', ofDay: null } as const;

function exactUpperTail(k: number, r: number, a: bigint, b: bigint): number {
  // P(i) = C(i + r − 1, i) · pʳ · (1 − p)ⁱ; over the common denominator b^(r + k).
  let below = 0n;
  let choose = 1n;
  for (let i = 0; i < k; i++) {
    below += choose * a ** BigInt(r) * (b - a) ** BigInt(i) * b ** BigInt(k - i);
    choose = (choose * BigInt(i + r)) / BigInt(i + 1);
  }
  const all = b ** BigInt(r + k);
  const scale = 10n ** 30n;
  return Number(((all - below) * scale) / all) / 1e30;
}

describe('the tail of a negative binomial', () => {
  test('[BEHAV-1] agrees with exact arithmetic', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 19 }),
        (k, r, a) => {
          const p = a / 20;
          const mean = (r * (1 - p)) / p;
          const exact = Math.max(1e-10, exactUpperTail(k, r, BigInt(a), 20n));
          const tail = negativeBinomialUpperTail(k, mean, mean / p);
          expect(Math.abs(tail - exact) / exact).toBeLessThan(1e-4);
        },
      ),
    );
  });

  test('[BEHAV-1] is the same whatever was asked before', () => {
    const distribution = fc.tuple(
      fc.double({ min: 0.01, max: 300, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
    );
    fc.assert(
      fc.property(fc.array(distribution, { minLength: 1, maxLength: 20 }), fc.nat(2_000), (asked, k) => {
        const tails = () =>
          asked.map(([mean, wider]) => negativeBinomialUpperTail(k, mean, mean * (1 + wider)));
        const first = tails();
        expect(tails()).toEqual(first);
        expect(tails().toReversed()).toEqual(first.toReversed());
      }),
      { numRuns: 50 },
    );
  });

  test('a very busy hour is as ordinary as it is, and a busier one is not', () => {
    expect(negativeBinomialUpperTail(3_000, 3_000, 3_300)).toBeCloseTo(0.5, 1);
    expect(negativeBinomialUpperTail(3_400, 3_000, 3_300)).toBeLessThan(1e-6);
    expect(negativeBinomialUpperTail(1_000_000, 2, 3)).toBe(1e-10);
    // No mean to speak of: the least of numbers, none, and what is no number.
    for (const mean of [5e-324, 0, Number.NaN]) expect(negativeBinomialUpperTail(1, mean, 0)).toBe(1e-10);
  });

  test('is a probability that never rises with the count, whatever the moments', () => {
    const moment = fc.double({ min: 1e-3, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(1_000), moment, moment, (k, more, mean, variance) => {
        const [tail, further] = [k, k + more].map((each) => negativeBinomialUpperTail(each, mean, variance));
        expect(tail).toBeGreaterThan(0);
        expect(tail).toBeLessThanOrEqual(1);
        expect(further).toBeLessThanOrEqual(tail ?? 0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an hourly rate', () => {
  test('learns mean and variance, and forgets with its half-life of two weeks', () => {
    const rows = new Table();
    const rates = new HourlyRates(rows, 'rates', ['work_hours', 'rest_hours'], ['opened', 'answered']);
    const row = rows.add();
    const learn = (opened: number) => rates.learn(row, 'work', { opened, answered: 0 });
    for (let hour = 0; hour < 10_000; hour++) learn(hour % 2 === 0 ? 2 : 6);
    expect(rates.mean(row, 'work', 'opened')).toBeCloseTo(4, 1);
    expect(rates.variance(row, 'work', 'opened')).toBeGreaterThan(4);
    const before = rates.mean(row, 'work', 'opened');
    for (let hour = 0; hour < 14 * 24; hour++) learn(20);
    expect(rates.mean(row, 'work', 'opened')).toBeCloseTo((before + 20) / 2, 0);
    expect(rates.mean(row, 'work', 'answered')).toBe(0);
    expect(rates.weight(row, 'rest')).toBe(0);
  });
});

test('[BEHAV-12] a state of an older release, which counted no ventures, does not deviate for them', () => {
  const rows = new Table();
  const life = new HourlyLife(rows);
  const judgement = new Judgement(rows, life, new Habits(rows, new PortsOfKinds(), new Learning(rows)));
  const row = rows.add();
  const hour = {
    opened: 60,
    answered: 0,
    volume: 20,
    newDestinations: 0,
    failed: 12,
    novel: 4,
    reached: 0,
    occupied: 1,
  };
  for (let i = 0; i < 300; i++) life.doings.learn(row, 'work', hour);
  expect(judgement.tail(row, WORKING, hour)).toBeGreaterThan(0.05);
});
