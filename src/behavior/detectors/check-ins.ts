import { ascending } from './quantiles.ts';

/** So many at least make a pace. */
const LEAST_CHECK_INS = 5;
/** So much of the calls at least belongs to a check-in that is under way: fewer short intervals are chance. */
const LEAST_WITHIN = 0.25;
/** The shortest interval between check-ins is so many times as long as the longest within one. */
const LEAST_GAP = 4;
const SHORTEST_S = 1;

/**
 * Intervals from the beginning of one check-in to that of the next, where calls come in check-ins: several requests close
 * together, then nothing for much longer. `null` where they don't. The calls are parted at the widest gap between the
 * lengths of their intervals.
 */
export function betweenCheckIns(intervals: readonly number[]): readonly number[] | null {
  const shortest = shortestBetween(ascending(intervals));
  if (shortest === null) return null;
  const between: number[] = [];
  let since = 0;
  for (const each of intervals) {
    since += each;
    if (each < shortest) continue;
    between.push(since);
    since = 0;
  }
  return between;
}

/** The shortest interval that parts check-ins; `null` where there is no such gap. */
function shortestBetween(sorted: readonly number[]): number | null {
  let [widest, shortest] = [0, 0];
  const first = Math.max(1, Math.ceil(LEAST_WITHIN * sorted.length));
  for (let i = first; i <= sorted.length - LEAST_CHECK_INS; i++) {
    const [below = 0, here = 0] = [sorted[i - 1], sorted[i]];
    const gap = here / Math.max(SHORTEST_S, below);
    if (gap > widest) [widest, shortest] = [gap, here];
  }
  return widest < LEAST_GAP ? null : shortest;
}
