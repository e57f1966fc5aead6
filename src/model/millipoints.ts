import type { Branded } from './ids.ts';

/** Thousandths of a point, an integer: 100,000 is a whole score. */
export type Millipoints = Branded<number, 'Millipoints'>;

/** A whole score: 100 points. */
export const FULL_SCORE = 100_000 as Millipoints;

/** @throws RangeError where `value` is not an integer. */
export function millipoints(value: number): Millipoints {
  if (!Number.isSafeInteger(value)) throw new RangeError(`milli-points are integers, got ${value}`);
  return value as Millipoints;
}

/** Whole points, rounded half up. */
export function wholePoints(value: Millipoints): number {
  return Math.floor((value + 500) / 1_000);
}
