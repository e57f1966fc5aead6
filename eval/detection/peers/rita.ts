import type { Pair } from './pairs.ts';
import { percentile } from './percentile.ts';

const BARS = 24;
const DAY_S = 86_400;
const LEAST_TIMES = 4;
const LEAST_INTERVALS = 3;
/** Fewer bars than this give a duration of nothing; fewer than the other are no two groups. */
const LEAST_BARS_OF_DURATION = 6;
const LEAST_BARS_OF_MODES = 11;
const IDEAL_RUN_OF_BARS = 12;

/**
 * The beacon score of RITA v5 (activecm/rita, analysis/beacon.go): a quarter each for timestamps, sizes, duration and
 * histogram, rounded to three decimals. 0 for what it does not score.
 * @param end of the window of 24 h, epoch ms; what is older is left out
 */
export function ritaScore({ times, bytes }: Pair, end: number): number {
  const since = end - DAY_S * 1_000;
  const kept = times.flatMap((time, index) => (time >= since ? [{ time, bytes: bytes[index] ?? 0 }] : []));
  const seconds = [...new Set(kept.map(({ time }) => Math.floor(time / 1_000)))].sort((a, b) => a - b);
  if (seconds.length < LEAST_TIMES || kept.length >= DAY_S) return 0;
  const intervals = seconds.slice(1).map((each, index) => each - (seconds[index] ?? 0));
  if (intervals.length < LEAST_INTERVALS) return 0;
  const bars = barsOf(
    kept.map(({ time }) => time),
    since,
  );
  const score =
    (spreadScore(intervals, 1) +
      spreadScore(
        kept.map((each) => each.bytes),
        0,
      ) +
      durationScore(bars, seconds) +
      histogramScore(bars)) /
    4;
  return Math.round(score * 1_000) / 1_000;
}

/** Half for Bowley's skewness, half for the median absolute deviation about the median. */
export function spreadScore(values: readonly number[], belowOne: 0 | 1): number {
  const [q1, q2, q3] = [percentile(values, 25), percentile(values, 50), percentile(values, 75)];
  const isFlat = q3 - q1 < 10 || q2 === q1 || q2 === q3;
  const skew = isFlat ? 0 : (q1 + q3 - 2 * q2) / (q3 - q1);
  const deviation = percentile(
    values.map((each) => Math.abs(each - q2)),
    50,
  );
  const regular = q2 < 1 ? belowOne : Math.max(0, (q2 - deviation) / q2);
  return (1 - Math.abs(skew) + regular) / 2;
}

/** Connections per hour of the window. */
function barsOf(times: readonly number[], since: number): readonly number[] {
  const bars = new Array<number>(BARS).fill(0);
  for (const time of times) {
    const bar = Math.min(BARS - 1, Math.floor((time - since) / 3_600_000));
    bars[bar] = (bars[bar] ?? 0) + 1;
  }
  return bars;
}

/** The larger of the share of the window that it spans, and its longest run of hours towards twelve (round the clock). */
function durationScore(bars: readonly number[], seconds: readonly number[]): number {
  if (bars.filter((each) => each > 0).length < LEAST_BARS_OF_DURATION) return 0;
  const span = ((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)) / DAY_S;
  let [longest, run] = [0, 0];
  for (const bar of [...bars, ...bars]) {
    run = bar > 0 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return Math.min(1, Math.max(span, Math.min(longest, BARS) / IDEAL_RUN_OF_BARS));
}

/** The larger of how even the bars are, and how much of them two heights explain. */
function histogramScore(bars: readonly number[]): number {
  const filled = bars.filter((each) => each > 0);
  const mean = filled.reduce((sum, each) => sum + each, 0) / filled.length;
  const deviation = Math.sqrt(filled.reduce((sum, each) => sum + (each - mean) ** 2, 0) / filled.length);
  const variation = deviation / mean;
  const even = variation <= 1 ? 1 - variation : 0;
  return Math.max(even, twoHeights(filled));
}

function twoHeights(filled: readonly number[]): number {
  if (filled.length < LEAST_BARS_OF_MODES) return 0;
  const width = Math.max(1, Math.ceil(Math.max(...filled) * 0.05));
  const heights = new Map<number, number>();
  for (const bar of filled) {
    const group = Math.floor(bar / width);
    heights.set(group, (heights.get(group) ?? 0) + 1);
  }
  const [first = 0, second = 0] = [...heights.values()].sort((a, b) => b - a);
  return Math.min(1, (first + second) / Math.max(1, filled.length - 1));
}
