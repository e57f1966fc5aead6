/** Of a Gumbel distribution: its place and its scale follow from the mean and the standard deviation. */
const EULER = 0.577_215_664_901_532_9;
const SCALE_OF_SPREAD = Math.sqrt(6) / Math.PI;
/** One in ten billion or less: no score distinguishes further. */
const SMALLEST_TAIL = 1e-10;

/**
 * The upper tail of a Gumbel distribution, which falls as an exponential does: for orders of magnitude of what is
 * heavy-tailed (Fisher and Tippett 1928).
 * @param deviations standard deviations above the mean
 */
export function gumbelTail(deviations: number): number {
  return Math.max(SMALLEST_TAIL, -Math.expm1(-Math.exp(-deviations / SCALE_OF_SPREAD - EULER)));
}
