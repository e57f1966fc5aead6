import type { SiteId } from '../../model/index.ts';

/** What somebody who read a release knows the sizes of. */
export interface Disclosure {
  /** With their devices. */
  readonly sites: ReadonlyMap<SiteId, number>;
  /** All devices of the sum. */
  readonly devices: number;
  /** Devices by cohort, of the cohorts whose sums are in it; the rest can be computed as one. */
  readonly cohorts: ReadonlyMap<number, number>;
}

/**
 * Whether a sum over these sites, beside those over other sets that were released, gives away a group of fewer than
 * `minimum` devices. Whoever has the sums over some sets can compute by adding and subtracting exactly the sums over
 * unions of their atoms (the sites that are in the same of these sets), and nothing smaller: so each atom must have the
 * minimum. A site counts with the fewest devices that it had.
 */
export function givesAwayAtom(
  sites: Disclosure['sites'],
  before: readonly Disclosure[],
  minimum: number,
): boolean {
  const sets = [sites, ...before.map((each) => each.sites)];
  const atoms = new Map<string, { fewest: number; most: number }>();
  for (const site of new Set(sets.flatMap((set) => [...set.keys()]))) {
    const memberOf = sets.map((set) => (set.has(site) ? '1' : '0')).join('');
    const devices = sets.flatMap((set) => set.get(site) ?? []);
    const atom = atoms.get(memberOf) ?? { fewest: 0, most: 0 };
    atom.fewest += Math.min(...devices);
    atom.most += Math.max(...devices);
    atoms.set(memberOf, atom);
  }
  // Sites without devices may come and go.
  return atoms.values().some(({ fewest, most }) => most > 0 && fewest < minimum);
}

/**
 * Whether the cohorts of a sum, beside those of sums over other sets, give away a group of fewer than `minimum`. How many
 * devices of a cohort a site has is known to the site alone, so only what can be told from the counts is let out: sets
 * that contain each other, with the same cohorts told, each of them and all others together grown by none or by enough.
 */
export function givesAwayCohort(told: Disclosure, before: readonly Disclosure[], minimum: number): boolean {
  return before.some((earlier) => {
    if (earlier.cohorts.size === 0 || isSameSet(earlier.sites, told.sites)) return false;
    if (!contains(earlier.sites, told.sites) && !contains(told.sites, earlier.sites)) return true;
    if (!isSameSet(earlier.cohorts, told.cohorts)) return true;
    const grown = told.cohorts.entries().map(([at, devices]) => devices - (earlier.cohorts.get(at) ?? 0));
    return [...grown, restOf(told) - restOf(earlier)].some((by) => by !== 0 && Math.abs(by) < minimum);
  });
}

/**
 * The cohorts that may be told beside the sum over all: those with enough devices, but not so that what is left is a
 * group of fewer, which could then be computed. The smallest gives way.
 */
export function cohortsToTell(devices: readonly number[], minimum: number): ReadonlyMap<number, number> {
  const enough = [...devices.entries()].filter(([, count]) => count >= minimum);
  const bySize = enough.toSorted(([, a], [, b]) => a - b);
  let left = devices.reduce((sum, count) => sum + (count >= minimum ? 0 : count), 0);
  while (left > 0 && left < minimum && bySize.length > 0) left += bySize.shift()?.[1] ?? 0;
  return new Map(bySize.toSorted(([a], [b]) => a - b));
}

function restOf({ devices, cohorts }: Disclosure): number {
  return cohorts.values().reduce((rest, count) => rest - count, devices);
}

function contains<K>(larger: ReadonlyMap<K, unknown>, smaller: ReadonlyMap<K, unknown>): boolean {
  return smaller.keys().every((key) => larger.has(key));
}

function isSameSet<K>(a: ReadonlyMap<K, unknown>, b: ReadonlyMap<K, unknown>): boolean {
  return a.size === b.size && contains(a, b);
}
