import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashFilter } from './hash-filter.ts';

const hashes = fc.uniqueArray(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), {
  size: 'max',
  maxLength: 3_000,
});

test('[THREAT-TABLE-5] a filter holds every hash that was added, and lets few others pass', () => {
  fc.assert(
    fc.property(hashes, (added) => {
      const filter = HashFilter.for(added.length);
      for (const hash of added) filter.add(hash);
      expect(added.filter((hash) => !filter.mayHold(hash))).toEqual([]);
    }),
  );
  const filter = HashFilter.for(100_000);
  for (let i = 0; i < 100_000; i++) filter.add(scattered(i));
  let passed = 0;
  for (let i = 100_000; i < 200_000; i++) if (filter.mayHold(scattered(i))) passed++;
  expect(passed).toBeLessThan(10_000);
});

test('[THREAT-TABLE-5] a filter of nothing holds nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (hash) => {
      expect(HashFilter.for(0).mayHold(hash)).toBe(false);
    }),
  );
});

/** The finalizer of MurmurHash3: one hash of each number. */
function scattered(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
