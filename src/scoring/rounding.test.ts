import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apportion, divideHalfUp, quota } from './rounding.ts';

describe('division rounded half up', () => {
  test('is exact for all safe integers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (n, d) => {
        const expected = (2n * BigInt(n) + BigInt(d)) / (2n * BigInt(d));
        expect(BigInt(divideHalfUp(n, d))).toBe(expected);
      }),
    );
  });
});

describe('apportionment', () => {
  const values = fc.array(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 31 });

  test('sums to the total, and each part is its quota rounded down or up', () => {
    fc.assert(
      fc.property(values, (shares) => {
        const total = Math.floor(0.5 + shares.reduce((sum, share) => sum + share, 0));
        const parts = apportion(
          total,
          shares.map((share, index) => quota(`factor ${index}`, share)),
        );
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        for (const [index, part] of parts.entries()) {
          expect(Math.abs(part - (shares[index] ?? 0))).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });

  test('gives the odd one to the largest rest, at equal rests to the first name', () => {
    expect(apportion(10, [quota('a', 3.2), quota('b', 3.2), quota('c', 3.6)])).toEqual([3, 3, 4]);
    expect(apportion(3, [quota('b', 1.5), quota('a', 1.5)])).toEqual([1, 2]);
  });
});
