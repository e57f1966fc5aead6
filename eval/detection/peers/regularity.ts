import type { Pair } from './pairs.ts';
import { percentile } from './percentile.ts';

const LEAST_INTERVALS = 8;
/** A destination that was met in the first hours is nothing new. */
const WARM_UP_MS = 6 * 3_600_000;

/**
 * How even the intervals of a pair are: (1 − MAD/median) · (1 − |Bowley's skewness|/2), 0…1; 0 for fewer than eight
 * intervals.
 */
export function regularity({ times }: Pick<Pair, 'times'>): number {
  const intervals = times.slice(1).map((each, index) => each - (times[index] ?? 0));
  if (intervals.length < LEAST_INTERVALS) return 0;
  const [q1, q2, q3] = [percentile(intervals, 25), percentile(intervals, 50), percentile(intervals, 75)];
  if (q2 <= 0) return 0;
  const deviation = percentile(
    intervals.map((each) => Math.abs(each - q2)),
    50,
  );
  const skew = q3 > q1 ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0;
  return Math.max(0, 1 - deviation / q2) * (1 - Math.abs(skew) / 2);
}

/** Regularity of a destination that is new after six hours and used by one entity only; 0 for any other. */
export function regularNovelUnique(pair: Pair, begin: number, users: number): number {
  return users === 1 && (pair.times[0] ?? begin) - begin >= WARM_UP_MS ? regularity(pair) : 0;
}
