/** On how many days something happened, and the last of them. */
export interface Share {
  readonly days: number;
  readonly lastDay: number;
}

/** Before anything is known, a day of use in twenty. */
const PRIOR_DAYS = 10;

export function newShare(): Share {
  return { days: 0, lastDay: 0 };
}

/** However long it never happened, by itself it is not more surprising than this: laptops are replaced. */
const LEAST = 0.005;

/** Counts a day once. */
export function taught({ days, lastDay }: Share, day: number): Share {
  return day > lastDay ? { days: days + 1, lastDay: day } : { days, lastDay };
}

/**
 * How probable it is on a day of use: the mean of a beta-binomial, of which the prior weighs as ten days.
 * @param prior days of those ten
 */
export function shareOf({ days }: Share, ofDays: number, prior: number): number {
  return Math.min(1, Math.max(LEAST, (prior + days) / (PRIOR_DAYS + Math.max(ofDays, days))));
}
