import { betweenCheckIns } from './check-ins.ts';
import { ascending, quantile } from './quantiles.ts';
import { BURST_MS, RETRY_MS } from './stream.ts';

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

/** What comes within a second of a call is merged with it, and what comes within 10 s of one that failed. */
const [BURST_S, RETRY_S] = [BURST_MS / 1_000, RETRY_MS / 1_000];
/** Lengths are kept inexactly. */
const SURELY_BURST_S = 1.25;
/** So much longer than the calls before it is the silence that ends a check-in. */
const LEAST_SILENCE = 4;
/** Of an interval that is hardly longer than what is dead of it, what is left is known too inexactly. */
const MOSTLY_SILENT = 1.5;
/** What is left of an interval is at least that. */
const LEAST_S = 0.005;

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

/**
 * The pace of single calls, or that of check-ins of several calls each.
 * @param silences of each interval, what had no call within it: less than all of it where several calls were merged into one
 */
export function paceOf(intervals: readonly number[], silences: readonly number[]): Pace {
  const single = paceOfCalls(intervals, silences);
  const between = betweenCheckIns(intervals);
  if (between === null) return single;
  const several = steadiness(between) - COST_OF_CHECK_INS;
  return several > single.steadiness
    ? { steadiness: several, intervals: between, areCheckIns: true }
    : single;
}

/**
 * Of a stream one call a second is kept, and that is even by itself. So a stream is as even as its own gaps are, with the shorter ones that
 * were merged; or, where each second is followed by silence, as that is.
 */
function paceOfCalls(intervals: readonly number[], silences: readonly number[]): Pace {
  const merged = intervals.map((each, i) => each - (silences[i] ?? each));
  // What is followed by a long silence is one check-in of several calls, whose interval is from its beginning.
  const gaps = intervals.map((each, i) => {
    const within = merged[i] ?? 0;
    return each - within >= LEAST_SILENCE * within ? each : each - within;
  });
  const single = { intervals, areCheckIns: false };
  if (gaps.every((each, i) => each === intervals[i])) return { ...single, steadiness: steadiness(intervals) };
  // What failed is tried again by timers, whose pace is none of the stream's.
  const bursts = merged.filter((each) => each > 0 && each <= SURELY_BURST_S);
  const dead = merged.every((each) => each <= SURELY_BURST_S) ? BURST_S : RETRY_S;
  const ofGaps = { intervals: gaps, areCheckIns: false, steadiness: steadiness(gaps, bursts) };
  if (quantile(ascending(intervals), 0.5) < MOSTLY_SILENT * dead) return ofGaps;
  const beyond = steadiness(intervals.map((each) => each - dead));
  return beyond > ofGaps.steadiness ? { ...single, steadiness: beyond } : ofGaps;
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
 *
 * @param merged within so long there were one or more others: where that is less than the pace, one at least was as short
 */
function steadiness(intervals: readonly number[], merged: readonly number[] = []): number {
  const logarithms = ascending(intervals.map((each) => Math.log(Math.max(LEAST_S, each))));
  const pace = quantile(logarithms, 0.5);
  const shorter = merged.map(Math.log).filter((each) => each < pace);
  return oddsOf(
    [...logarithms, ...shorter].map((each) => deviationFrom(pace, each)),
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
