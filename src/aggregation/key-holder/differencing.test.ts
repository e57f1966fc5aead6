import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteId } from '../../model/index.ts';
import { cohortsToTell, type Disclosure, givesAwayAtom, givesAwayCohort } from './differencing.ts';

const MINIMUM = 20;
const SITES = ['a', 'b', 'c', 'd'] as SiteId[];

function over(devices: readonly number[], members: readonly boolean[]): Disclosure {
  const sites = new Map(
    SITES.flatMap((site, at) => (members[at] === true ? [[site, devices[at] ?? 0] as const] : [])),
  );
  return { sites, devices: [...sites.values()].reduce((a, b) => a + b, 0), cohorts: new Map() };
}

/** Every whole-number combination of the sets with factors from −2 to 2, as how often each site is in it. */
function* combinations(sets: readonly (readonly boolean[])[]): Generator<readonly number[]> {
  const factors: readonly number[] = [-2, -1, 0, 1, 2];
  for (let nth = 0; nth < factors.length ** sets.length; nth++) {
    const each = sets.map((_, at) => factors[Math.floor(nth / factors.length ** at) % factors.length] ?? 0);
    yield SITES.map((_, site) =>
      sets.reduce<number>((sum, set, at) => sum + (set[site] === true ? (each[at] ?? 0) : 0), 0),
    );
  }
}

describe('[AGG-K-3] what releases over several sets of sites give away together', () => {
  it('is never a group of fewer devices than the minimum, however they are added and subtracted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 4, maxLength: 4 }),
        fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        (devices, sets) => {
          const released: (readonly boolean[])[] = [];
          for (const set of sets.filter((members) => members.some(Boolean))) {
            const before = released.map((members) => over(devices, members));
            if (!givesAwayAtom(over(devices, set).sites, before, MINIMUM)) released.push(set);
          }
          for (const counts of combinations(released)) {
            const isGroup =
              counts.every((count) => count === 0 || count === 1) && counts.some((count) => count === 1);
            if (!isGroup) continue;
            const size = counts.reduce<number>((sum, count, at) => sum + count * (devices[at] ?? 0), 0);
            expect(size === 0 || size >= MINIMUM).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('counts a site with the fewest devices that it had', () => {
    const before = [over([30, 30, 5, 0], [true, true, true, false])];
    expect(givesAwayAtom(over([30, 30, 0, 0], [true, true, false, false]).sites, before, MINIMUM)).toBe(true);
    const grown = [over([30, 30, 25, 0], [true, true, true, false])];
    expect(givesAwayAtom(over([30, 30, 0, 0], [true, true, false, false]).sites, grown, MINIMUM)).toBe(false);
  });

  const all = [true, true, true, false];
  const without = [true, true, false, false];
  const told = (
    members: readonly boolean[],
    devices: number,
    cohorts: Record<number, number>,
  ): Disclosure => ({
    ...over([100, 100, 100, 0], members),
    devices,
    cohorts: new Map(Object.entries(cohorts).map(([at, count]) => [Number(at), count])),
  });

  it.each<[string, boolean, Disclosure, Disclosure]>([
    [
      'the same sites, however counts moved',
      false,
      told(all, 300, { 0: 150, 1: 21 }),
      told(all, 300, { 0: 150 }),
    ],
    ['a cohort that shrank by enough', false, told(all, 300, { 0: 150 }), told(without, 200, { 0: 100 })],
    ['a cohort that shrank by one', true, told(all, 300, { 0: 150 }), told(without, 200, { 0: 149 })],
    ['a rest that shrank by one', true, told(all, 300, { 0: 150 }), told(without, 200, { 0: 51 })],
    ['other cohorts than before', true, told(all, 300, { 0: 150, 1: 60 }), told(without, 200, { 0: 100 })],
    [
      'sets that do not contain each other',
      true,
      told(all, 300, { 0: 150 }),
      told([true, true, false, true], 300, { 0: 100 }),
    ],
    ['an earlier release of the whole alone', false, told(all, 300, {}), told(without, 200, { 0: 149 })],
  ])('of cohorts: %s', (_what, isGivenAway, before, now) => {
    expect(givesAwayCohort(now, [before], MINIMUM)).toBe(isGivenAway);
  });
});

describe('[AGG-K-2] cohorts', () => {
  it('of fewer devices than the minimum are not told, nor so that they could be computed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }), (devices) => {
        const cohorts = cohortsToTell(devices, MINIMUM);
        for (const [at, count] of cohorts) {
          expect(count).toBe(devices[at]);
          expect(count).toBeGreaterThanOrEqual(MINIMUM);
        }
        const rest = devices.reduce((sum, count, at) => sum + (cohorts.has(at) ? 0 : count), 0);
        // Where all together are too few, nothing is told at all; the opener refuses that before.
        expect(cohorts.size === 0 || rest === 0 || rest >= MINIMUM).toBe(true);
      }),
    );
  });

  it('give way, the smallest first, to hide a few others', () => {
    expect([...cohortsToTell([100, 30, 25, 3, 0], MINIMUM).keys()]).toEqual([0, 1]);
    expect([...cohortsToTell([100, 30, 25, 0, 0], MINIMUM).keys()]).toEqual([0, 1, 2]);
    expect([...cohortsToTell([100, 30, 12, 13], MINIMUM).keys()]).toEqual([0, 1]);
  });
});
