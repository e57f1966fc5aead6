import type { SiteId } from '../../model/index.ts';
import { hasFewBesidesLargest } from './group-size.ts';

/** What of a sum was told, and what it was over. */
export interface Disclosure {
  /** With their devices. */
  readonly sites: ReadonlyMap<SiteId, number>;
  /** Devices by cohort, told or not; none where that is not known any more. */
  readonly counts: readonly number[];
  /** The cohorts whose sums are in it; the others can be computed as one, the rest. */
  readonly told: ReadonlySet<number>;
}

/**
 * Whether a sum over these sites, beside those over other sets that were released, gives away a group of fewer than
 * `minimum` devices. Whoever has the sums over some sets can compute by adding and subtracting exactly the sums over
 * unions of their atoms (the sites that are in the same of these sets), and nothing smaller: so each atom must have the
 * minimum, also for one of its sites, which subtracts itself. A site counts with the fewest devices that it had, and is
 * in a set only where it has any.
 */
export function givesAwayAtom(
  sites: Disclosure['sites'],
  before: readonly Disclosure[],
  minimum: number,
): boolean {
  const sets = [sites, ...before.map((each) => each.sites)].map(withDevices);
  const atoms = new Map<string, number[]>();
  for (const site of new Set(sets.flatMap((set) => [...set.keys()]))) {
    const memberOf = sets.map((set) => (set.has(site) ? '1' : '0')).join('');
    const fewest = Math.min(...sets.flatMap((set) => set.get(site) ?? []));
    const atom = atoms.get(memberOf);
    if (atom === undefined) atoms.set(memberOf, [fewest]);
    else atom.push(fewest);
  }
  return atoms
    .values()
    .some((counts) =>
      counts.length === 1 ? (counts[0] ?? 0) < minimum : hasFewBesidesLargest(counts, minimum),
    );
}

/**
 * Whether the cohorts of a sum, beside those of sums over other sets, give away a group of fewer than `minimum`. How many
 * devices of a cohort a site has is known to the site alone, so only what can be told from the counts is let out: sets
 * that contain each other, with the same cohorts told, each of them and all others together grown by none or by enough.
 */
export function givesAwayCohort(now: Disclosure, before: readonly Disclosure[], minimum: number): boolean {
  const sites = withDevices(now.sites);
  return before.some((earlier) => {
    const others = withDevices(earlier.sites);
    if (earlier.told.size === 0 || isSameSet(others, sites)) return false;
    if (!contains(others, sites) && !contains(sites, others)) return true;
    if (!isSameSet(earlier.told, now.told)) return true;
    const grown = [...now.told].map((at) => (now.counts[at] ?? 0) - (earlier.counts[at] ?? 0));
    return [...grown, without(now.counts, now.told) - without(earlier.counts, earlier.told)].some(
      (by) => by !== 0 && Math.abs(by) < minimum,
    );
  });
}

function withDevices(sites: Disclosure['sites']): Disclosure['sites'] {
  return new Map([...sites].filter(([, count]) => count > 0));
}

/** Devices of the cohorts that are not among these. */
export function without(counts: readonly number[], cohorts: { has(cohort: number): boolean }): number {
  return counts.reduce((sum, count, at) => (cohorts.has(at) ? sum : sum + count), 0);
}

interface Keys<K> {
  readonly size: number;
  has(key: K): boolean;
  keys(): Iterable<K>;
}

function contains<K>(larger: Keys<K>, smaller: Keys<K>): boolean {
  return [...smaller.keys()].every((key) => larger.has(key));
}

function isSameSet<K>(a: Keys<K>, b: Keys<K>): boolean {
  return a.size === b.size && contains(a, b);
}
