/** A thousandth of a power of two is exact enough for a rhythm, and for a mean. */
const STEPS_PER_POWER = 1_280;
/** The greatest step; one more can say that nothing is known. */
const MOST_STEPS = 65_534;

/** A number from 0 to 2^50 as the logarithm of what comes after it, in steps of 1 ÷ 1,280 of a power of two: two bytes. */
export function inSteps(value: number): number {
  return Math.min(MOST_STEPS, Math.round(Math.log2(Math.max(0, value) + 1) * STEPS_PER_POWER));
}

export function outOfSteps(steps: number): number {
  return 2 ** (steps / STEPS_PER_POWER) - 1;
}
