import { expect, test } from 'vitest';
import type { FactorName } from '../model/index.ts';
import { assess, DEFAULT_PROFILE } from '../scoring/index.ts';
import { assessed } from './assessments.ts';

const factors = [
  { name: 'policy_violation', p: 0.12 },
  { name: 'not_enrolled', p: 0.3 },
] as const satisfies readonly { name: FactorName; p: number }[];

test('what is remembered is what assessing anew would give', () => {
  for (let turn = 0; turn < 2; turn++) {
    expect(assessed(factors, DEFAULT_PROFILE)).toEqual(assess(factors, DEFAULT_PROFILE));
  }
  const [violation, stranger] = factors;
  const worse = [violation, { ...stranger, p: 0.31 }];
  expect(assessed(worse, DEFAULT_PROFILE)).toEqual(assess(worse, DEFAULT_PROFILE));
});

test('another profile has its own', () => {
  const dimensions = { ...DEFAULT_PROFILE.dimensions, identity: 40, behavior: 20 };
  const other = { ...DEFAULT_PROFILE, dimensions };
  expect(assessed(factors, other)).toEqual(assess(factors, other));
  expect(assessed(factors, other)).not.toEqual(assessed(factors, DEFAULT_PROFILE));
});
