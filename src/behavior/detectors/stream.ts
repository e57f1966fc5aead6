import { inSteps, outOfSteps } from '../logarithm.ts';

/**
 * Of calls that come within a second (after one that failed, within 10 s) the first is kept. That is a dead time: no kept interval of a
 * dense stream is shorter, and none is much longer, so they look even whatever the stream does. So it is kept as well how much of an
 * interval had calls within it. The rest is the gap between two calls that no other came between.
 */

/** What comes within a second is one attempt: programs open several connections at once. */
export const BURST_MS = 1_000;
/** What comes so soon after an attempt that failed is the same attempt, tried again (TCP retries after 3 and 7 s). */
export const RETRY_MS = 10_000;

/** No interval is shorter. So what would be the logarithm of a shorter one says both lengths of one that had calls within it. */
const SHORTEST_MS = BURST_MS;
const WHOLE = inSteps(SHORTEST_MS);
/** Of longer ones it makes no difference. */
const LONGEST_MS = 50_000;
/** Shares of the interval that are its gap, in levels of their logarithm. */
const LEAST_SHARE = 0.002;
const LEVELS = 64;
const LEVEL = Math.log(1 / LEAST_SHARE) / (LEVELS - 1);
/** Steps that are left for the length of the interval, and how many of them are a power of two: they reach beyond the longest. */
const LENGTHS = Math.floor(WHOLE / LEVELS);
const LENGTHS_PER_POWER = 35;

/** Two bytes of an interval (ms). @param within how long after its beginning the last call came that was merged with its first */
export function inBytes(interval: number, within: number): number {
  if (within <= 0 || interval > LONGEST_MS) return Math.max(WHOLE, inSteps(interval));
  const share = Math.max(LEAST_SHARE, 1 - within / interval);
  const level = Math.round(Math.log(1 / share) / LEVEL);
  const length = Math.round(Math.log2(interval / SHORTEST_MS) * LENGTHS_PER_POWER);
  return level * LENGTHS + Math.max(0, length);
}

/** From the first call of an attempt to the first of the next. */
export function intervalOf(bytes: number): number {
  if (bytes >= WHOLE) return outOfSteps(bytes);
  return SHORTEST_MS * 2 ** ((bytes % LENGTHS) / LENGTHS_PER_POWER);
}

/** From the last call of an attempt to the first of the next: the same where the attempt was one call. */
export function gapOf(bytes: number): number {
  if (bytes >= WHOLE) return outOfSteps(bytes);
  return intervalOf(bytes) * Math.exp(-LEVEL * Math.floor(bytes / LENGTHS));
}
