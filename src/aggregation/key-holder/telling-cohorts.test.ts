import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disclosure } from './differencing.ts';
import { cohortsToTell } from './telling-cohorts.ts';

const MINIMUM = 20;
const first = (counts: readonly number[]) =>
  [...cohortsToTell(counts, [], MINIMUM)].toSorted((a, b) => a - b);
const isFew = (count: number) => count > 0 && count < MINIMUM;

/** What is told of rounds over the same sites, each compared with those before it within a window. */
function releases(rounds: readonly (readonly number[])[], window: number): readonly Disclosure[] {
  const released: Disclosure[] = [];
  for (const [nth, counts] of rounds.entries()) {
    const before = released.slice(Math.max(0, nth - window));
    released.push({ sites: new Map(), counts, told: cohortsToTell(counts, before, MINIMUM) });
  }
  return released;
}

/**
 * The smallest groups that a reader can compute in a round by adding and subtracting what was told in these, if cohorts
 * stay as they are: those cohorts that are in the same of all the sets that are told.
 */
function groupsIn({ counts }: Disclosure, releasesTold: readonly Disclosure[]): readonly number[] {
  const groups = new Map<string, number>();
  for (const [cohort, count] of counts.entries()) {
    const key = releasesTold.map(({ told }) => (told.has(cohort) ? `${cohort}` : 'rest')).join();
    groups.set(key, (groups.get(key) ?? 0) + count);
  }
  return [...groups.values()];
}

describe('[AGG-K-2] cohorts', () => {
  it('of fewer devices than the minimum are not told, nor so that they could be computed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }), (counts) => {
        const told = cohortsToTell(counts, [], MINIMUM);
        for (const at of told) expect(counts[at]).toBeGreaterThanOrEqual(MINIMUM);
        const rest = counts.reduce((sum, count, at) => sum + (told.has(at) ? 0 : count), 0);
        expect(told.size > 0 && isFew(rest)).toBe(false);
      }),
    );
  });

  it('give way, the smallest first, to hide a few others', () => {
    expect(first([100, 30, 25, 3, 0])).toEqual([0, 1]);
    expect(first([100, 30, 25, 0, 0])).toEqual([0, 1, 2]);
    expect(first([100, 30, 12, 13])).toEqual([0, 1]);
  });
});

describe('[AGG-K-4] cohorts over rounds', () => {
  const told = (...rounds: (readonly number[])[]) =>
    releases(rounds, 100).map((each) => [...each.told].toSorted((a, b) => a - b));

  it.each<[string, readonly (readonly number[])[], readonly (readonly number[])[]]>([
    [
      'one that hides another stays hidden',
      [
        [1, 20, 21, 40],
        [1, 22, 21, 40],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    [
      'also where it has grown to the largest',
      [
        [1, 20, 21, 40],
        [1, 90, 21, 40],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ],
    [
      'one that was told is never hidden among few',
      [
        [0, 20, 21, 40],
        [1, 22, 21, 40],
      ],
      [[1, 2, 3], []],
    ],
    [
      'nor told of in part, once it has become too few',
      [
        [50, 20, 40],
        [50, 19, 40],
      ],
      [[0, 1, 2], []],
    ],
    [
      'nor told when it has grown out of what hid it',
      [
        [5, 30, 50],
        [25, 30, 50],
      ],
      [[2], [2]],
    ],
    [
      'one that is new, and enough, is told',
      [
        [0, 20, 40],
        [30, 20, 40],
      ],
      [
        [1, 2],
        [0, 1, 2],
      ],
    ],
    [
      'all are told again when they are enough again',
      [
        [50, 20],
        [50, 19],
        [50, 20],
      ],
      [[0, 1], [], [0, 1]],
    ],
    [
      'one that goes leaves no other behind',
      [
        [1, 25, 30, 40],
        [0, 25, 30, 40],
      ],
      [
        [2, 3],
        [2, 3],
      ],
    ],
  ])('%s', (_what, rounds, expected) => {
    expect(told(...rounds)).toEqual(expected);
  });

  it('never give a few devices away together, however releases of a window are added and subtracted', () => {
    const cohorts = 5;
    const few = fc.constantFrom(0, 0, 1, 5, 19, 20, 21, 22, 30, 45);
    const counts = fc.array(few, { minLength: cohorts, maxLength: cohorts });
    const moves = fc.array(fc.tuple(fc.nat(cohorts - 1), few), { minLength: 1, maxLength: 12, size: 'max' });
    let toldRounds = 0;
    fc.assert(
      fc.property(counts, moves, fc.integer({ min: 1, max: 6 }), (start, changes, window) => {
        const rounds = [start];
        for (const [cohort, count] of changes) {
          // One cohort at a time is another: all others stay as they were.
          rounds.push((rounds.at(-1) ?? start).with(cohort, count));
        }
        const released = releases(rounds, window);
        for (let from = 0; from < released.length; from++) {
          const together = released.slice(from, from + window + 1);
          for (const each of together.filter(({ told: cohortsTold }) => cohortsTold.size > 0)) {
            toldRounds += 1;
            expect(groupsIn(each, together).filter(isFew)).toEqual([]);
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(toldRounds).toBeGreaterThan(1_000);
  });
});
