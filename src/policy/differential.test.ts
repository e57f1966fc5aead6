import { expect, test } from 'vitest';
import { comparePolicies } from './differential.fixture.ts';

test.each([
  [1_000, 1_000, 1],
  [33, 3_000, 2],
  [1, 500, 3],
  [0, 50, 4],
])(
  '[POLICY-TABLE-1] tables of %d policies decide %d connections as the rules read, seed %d',
  (policies, connections, seed) => {
    const { difference, decided } = comparePolicies(policies, connections, seed);
    expect(difference).toBeNull();
    expect(decided).toBeGreaterThanOrEqual(policies > 1 ? connections / 20 : 0);
  },
);

test('[POLICY-TABLE-1] few rules, so that each of them decides something', () => {
  for (let seed = 10; seed < 60; seed++) expect(comparePolicies(4, 100, seed).difference).toBeNull();
});
