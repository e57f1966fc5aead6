/** Improbabilities are kept in steps of a quarter of a power of ten, up to ten powers. */
const STEPS_PER_POWER = 4;
export const STEPS = 10 * STEPS_PER_POWER;

/** @param probability 0…1 */
export function stepOf(probability: number): number {
  return Math.min(STEPS - 1, Math.max(0, Math.floor(-Math.log10(probability) * STEPS_PER_POWER)));
}
