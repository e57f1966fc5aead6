/**
 * Independent evidence is combined, never its maximum taken: seven tests at three sigma each would
 * multiply false alarms. Fisher's method: −2 Σ ln pᵢ follows χ² with 2k degrees of freedom, whose
 * upper tail has a closed form for even degrees (Fisher 1932).
 */
export function combine(probabilities: readonly number[]): number {
  const half = -probabilities.reduce((sum, p) => sum + Math.log(p), 0);
  let term = Math.exp(-half);
  let tail = 0;
  for (let i = 0; i < probabilities.length; i++) {
    tail += term;
    term *= half / (i + 1);
  }
  return Math.min(1, tail);
}

/** Contract §3: 0 is ordinary, 1 is one in a million. clamp((−log₁₀ p − 1) / 5, 0, 1). */
export function deviationScore(probability: number): number {
  return Math.min(1, Math.max(0, (-Math.log10(probability) - 1) / 5));
}

/**
 * What depends on each other is not counted twice: the harmonic mean of the probabilities (Wilson 2019), which stays
 * valid under dependence, and is near the least of them times their number where that is small.
 */
export function together(probabilities: readonly number[]): number {
  return probabilities.length / probabilities.reduce((sum, p) => sum + 1 / p, 0);
}
