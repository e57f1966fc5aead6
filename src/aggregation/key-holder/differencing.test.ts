import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteId } from '../../model/index.ts';
import { type Disclosure, givesAwayAtom, givesAwayCohort } from './differencing.ts';

const MINIMUM = 20;
const SITES = ['a', 'b', 'c', 'd'] as SiteId[];

function over(devices: readonly number[], members: readonly boolean[]): Disclosure {
  const sites = new Map(
    SITES.flatMap((site, at) => (members[at] === true ? [[site, devices[at] ?? 0] as const] : [])),
  );
  return { sites, counts: [], told: new Set() };
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
            const members = devices.filter((_, at) => counts[at] === 1);
            const size = members.reduce((sum, each) => sum + each, 0);
            expect(size === 0 || size >= MINIMUM).toBe(true);
            // Nor for a site of it, which subtracts itself.
            for (const own of members) expect(size === own || size - own >= MINIMUM || own === 0).toBe(true);
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

  it('takes a site without devices for none, and lets a site that is large enough join, leave and miss a round', () => {
    const before = [over([30, 30, 30, 0], [true, true, true, true])];
    const isGivenAway = (now: readonly number[]) =>
      givesAwayAtom(over(now, [true, true, true, true]).sites, before, MINIMUM);
    expect(isGivenAway([30, 30, 30, 19])).toBe(true);
    expect(isGivenAway([30, 30, 30, 20])).toBe(false);
    expect(isGivenAway([30, 30, 0, 0])).toBe(false);
  });

  it('counts two that join together without the larger: it would subtract itself', () => {
    const before = [over([30, 30, 0, 0], [true, true, false, false])];
    expect(givesAwayAtom(over([30, 30, 25, 1], [true, true, true, true]).sites, before, MINIMUM)).toBe(true);
    expect(givesAwayAtom(over([30, 30, 25, 20], [true, true, true, true]).sites, before, MINIMUM)).toBe(
      false,
    );
  });

  const all = [true, true, true, false];
  const without = [true, true, false, false];
  const told = (
    members: readonly boolean[],
    devices: number,
    cohorts: Record<number, number>,
  ): Disclosure => {
    const counts = [cohorts[0] ?? 0, cohorts[1] ?? 0];
    const rest = counts.reduce((left, count) => left - count, devices);
    return {
      ...over([100, 100, 100, 100], members),
      counts: [...counts, rest],
      told: new Set(Object.keys(cohorts).map(Number)),
    };
  };

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
