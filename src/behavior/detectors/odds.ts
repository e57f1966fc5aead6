/** Odds as a probability. @param logarithm of the odds */
export function probabilityOf(logarithm: number): number {
  return 1 / (1 + Math.exp(-logarithm));
}

/** From this probability on a detector that weighs odds tells. */
const TOLD_FROM = 0.65;
export const LEAST_ODDS = Math.log(TOLD_FROM / (1 - TOLD_FROM));

/**
 * How often as much would speak for it by chance: a likelihood ratio of x or more comes with a probability of at most 1 ÷ x, however
 * often one looks (Ville 1939; Vovk and Wang 2021), and in one of k places with k times that.
 *
 * @param evidence the logarithm of the likelihood ratio: of the odds without the prior
 */
export function chanceOf(evidence: number, places: number): number {
  return Math.min(1, places * Math.exp(-evidence));
}

export function confidenceIn(probability: number, most: number): number {
  return Math.min(most, Math.round(probability * 100) / 100);
}
