import fc from 'fast-check';
import { expect } from 'vitest';
import type { Stateful } from '../model/index.ts';
import { WrittenState } from './memory-state.fixture.ts';

/**
 * Where it is not so, `undefined` else: a state that was written down and read back after any steps says and writes for all further steps what the one
 * that never stopped does. What it writes can be said in JSON.
 */
export function firstDifference<S extends Stateful, Step>(
  make: () => S,
  step: fc.Arbitrary<Step>,
  take: (state: S, step: Step) => unknown,
  { maxLength = 120, numRuns = 60 } = {},
): string | undefined {
  const steps = fc.array(step, { maxLength, size: 'max' });
  const run = fc.check(
    fc.property(steps, steps, (before, after) => {
      const whole = make();
      for (const each of before) take(whole, each);
      const resumed = make();
      resumed.load(WrittenState.of(whole));
      expectSameWriting(resumed, whole);
      for (const each of after) expect(take(resumed, each)).toEqual(take(whole, each));
      expectSameWriting(resumed, whole);
    }),
    { numRuns },
  );
  return fc.defaultReportMessage(run);
}

function expectSameWriting(a: Stateful, b: Stateful): void {
  const said = JSON.stringify(WrittenState.of(b).said());
  expect(JSON.stringify(WrittenState.of(a).said())).toBe(said);
  expect(JSON.parse(said)).toEqual(WrittenState.of(b).said());
}
