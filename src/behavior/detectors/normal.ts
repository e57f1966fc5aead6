/** P(Z ≥ z) of the standard normal distribution; the error is below 1e-7 (Abramowitz and Stegun 1964, 26.2.17). */
export function upperTailOfNormal(z: number): number {
  if (z < 0) return 1 - upperTailOfNormal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
