import { type Disclosure, without } from './differencing.ts';

/**
 * The cohorts that may be told beside the sum over all, and beside what was told `before`. A reader takes what a cohort was
 * in one release from what it is a part of in another, as if it had stayed as it was. So over all releases together there
 * is one division: each cohort that is told in any of them for itself, and those told in none as one group. In a release
 * that tells cohorts each of these has none or at least `minimum` devices. A cohort that hides another therefore stays
 * hidden while releases are compared; where one that was told became too small, or a new one is, the whole is told alone.
 */
export function cohortsToTell(
  counts: readonly number[],
  before: readonly Disclosure[],
  minimum: number,
): ReadonlySet<number> {
  const toldBefore = new Set(before.flatMap(({ told }) => [...told]));
  const enough = [...counts.keys()].filter((at) => (counts[at] ?? 0) >= minimum);
  const isSafe = (told: ReadonlySet<number>): boolean => {
    const ever = toldBefore.union(told);
    const anew = [...told.difference(toldBefore)];
    return (
      divides(counts, ever, minimum) &&
      before.every((earlier) => addsNothingTo(earlier.counts, anew, ever, minimum))
    );
  };
  const all = new Set(enough);
  if (isSafe(all)) return all;
  const told = all.intersection(toldBefore);
  if (!isSafe(told)) return new Set();
  const bySize = enough.toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  // The smallest give way.
  for (const cohort of bySize) if (isSafe(new Set([...told, cohort]))) told.add(cohort);
  return told;
}

/** Whether each of these cohorts, and all others together, are none or enough. */
function divides(counts: readonly number[], cohorts: ReadonlySet<number>, minimum: number): boolean {
  const groups = [...cohorts].map((at) => counts[at] ?? 0);
  return [...groups, without(counts, cohorts)].every((count) => count === 0 || count >= minimum);
}

/** Whether cohorts that are told for the first time could be subtracted from an earlier sum without leaving a few. */
function addsNothingTo(
  counts: readonly number[],
  anew: readonly number[],
  ever: ReadonlySet<number>,
  minimum: number,
): boolean {
  const parts = anew.map((at) => counts[at] ?? 0).filter((count) => count > 0);
  const rest = without(counts, ever);
  return parts.length === 0 || [...parts, rest].every((count) => count === 0 || count >= minimum);
}
