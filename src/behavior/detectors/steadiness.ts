import { betweenCheckIns } from './check-ins.ts';
import { ascending, quantile } from './quantiles.ts';

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

/** That calls are parted in check-ins is a second chance to look even, and is so much less evidence. */
const COST_OF_CHECK_INS = 1.5;
/** Sizes of requests speak for a machine at most, and for people at most, by so much: programs of all kinds ask alike. */
const MOST_FOR_SIZES = 1.5;
const MOST_AGAINST_SIZES = 1;

/** Calls at their own pace, and how much they speak for having one. */
export interface Pace {
  readonly steadiness: number;
  /** Seconds from call to call, or from check-in to check-in where that is more even. */
  readonly intervals: readonly number[];
  readonly areCheckIns: boolean;
}

/** The pace of single calls, or that of check-ins of several calls each. */
export function paceOf(intervals: readonly number[]): Pace {
  const single = { steadiness: steadiness(intervals), intervals, areCheckIns: false };
  const between = betweenCheckIns(intervals);
  if (between === null) return single;
  const several = steadiness(between) - COST_OF_CHECK_INS;
  return several > single.steadiness
    ? { steadiness: several, intervals: between, areCheckIns: true }
    : single;
}

/** How much the sizes of requests speak for a machine: as intervals do, by the logarithms' deviation from their median. */
export function sameness(sizes: readonly number[]): number {
  const logarithms = ascending(sizes.map((each) => Math.log(Math.max(1, each))));
  const usual = quantile(logarithms, 0.5);
  // That nothing is sent is not the same request.
  if (usual === 0) return 0;
  const deviations = logarithms.map((each) => Math.min(MOST_DEVIATION, Math.abs(each - usual)));
  const odds = oddsOf(deviations, sizes.length - 1);
  return Math.max(-MOST_AGAINST_SIZES, Math.min(MOST_FOR_SIZES, odds));
}

/**
 * How much intervals speak for a pace of their own, as a logarithm of odds that grows with their number: the logarithm of the
 * likelihood ratio of two Laplace distributions of the logarithms, that of the intervals and one that is undecided.
 */
function steadiness(intervals: readonly number[]): number {
  const logarithms = ascending(intervals.map((each) => Math.log(Math.max(0.1, each))));
  const pace = quantile(logarithms, 0.5);
  return oddsOf(
    logarithms.map((each) => deviationFrom(pace, each)),
    intervals.length - 1,
  );
}

/** @param chances deviations that were free: the median is one of them */
function oddsOf(deviations: readonly number[], chances: number): number {
  const deviation = deviations.reduce((sum, each) => sum + each, 0) / deviations.length;
  return chances * Math.log(UNDECIDED / Math.max(EVENEST, deviation));
}

function deviationFrom(pace: number, logarithm: number): number {
  const deviation = Math.abs(logarithm - pace);
  const times = Math.min(MOST_MISSED, Math.round(Math.exp(logarithm - pace)));
  if (times < 2) return Math.min(MOST_DEVIATION, deviation);
  const ofSeveral = Math.abs(logarithm - pace - Math.log(times)) + COST_OF_MISSED;
  return Math.min(MOST_DEVIATION, deviation, ofSeveral);
}
