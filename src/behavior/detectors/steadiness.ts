import { quantile } from './quantiles.ts';

/**
 * Mean absolute deviation of the logarithms of intervals from their median: what is as even as this speaks neither way.
 * Half of the pace more or less, drawn evenly, has 0.25; calls at random (exponential intervals) have 0.9, and the sums of two of
 * them 0.6.
 */
const UNDECIDED = 0.35;
/** No clock is more even than that. */
const EVENEST = 0.03;
/** One night's silence is no more than that. */
const MOST_DEVIATION = 1.2;
/** A call that was missed makes an interval of twice the pace; of so many times at most. */
const MOST_MISSED = 4;
/** Each such interval that is taken for several deviates by at least so much: with it, much looks even. */
const COST_OF_MISSED = 0.2;

/**
 * How much intervals speak for a pace of their own, as a logarithm of odds that grows with their number: the logarithm of the
 * likelihood ratio of two Laplace distributions of the logarithms, that of the intervals and one that is undecided.
 */
export function steadiness(intervals: readonly number[]): number {
  const logarithms = intervals.map((each) => Math.log(Math.max(0.1, each))).sort((a, b) => a - b);
  const pace = quantile(logarithms, 0.5);
  const deviation = logarithms.reduce((sum, each) => sum + deviationFrom(pace, each), 0) / intervals.length;
  return (intervals.length - 1) * Math.log(UNDECIDED / Math.max(EVENEST, deviation));
}

function deviationFrom(pace: number, logarithm: number): number {
  const deviation = Math.abs(logarithm - pace);
  const times = Math.min(MOST_MISSED, Math.round(Math.exp(logarithm - pace)));
  if (times < 2) return Math.min(MOST_DEVIATION, deviation);
  const ofSeveral = Math.abs(logarithm - pace - Math.log(times)) + COST_OF_MISSED;
  return Math.min(MOST_DEVIATION, deviation, ofSeveral);
}
