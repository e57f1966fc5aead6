/** Below this a tail is 'one in ten billion or less': no score distinguishes further. */
const SMALLEST_TAIL = 1e-10;
/** A distribution wider than this is bounded instead of summed. */
const WIDEST = 1_000;
/** Terms that add less than this share of the sum are left out. */
const NEGLIGIBLE = 1e-15;

/**
 * P(X ≥ k) for a negative binomial of given mean and variance (variance > mean is enforced).
 * Relative weights are summed from the mode outward by P(i+1)/P(i) = (i + r)/(i + 1) · (1 − p): nothing
 * underflows, however large the mean, and no power or logarithm differs between machines.
 */
export function negativeBinomialUpperTail(k: number, mean: number, variance: number): number {
  if (k <= 0) return 1;
  const dispersed = Math.max(variance, mean * 1.0001);
  if (dispersed > WIDEST * WIDEST) return cantelli(k, mean, dispersed);
  const q = 1 - mean / dispersed;
  const r = (mean * (1 - q)) / q;
  const mode = r > 1 ? Math.floor(((r - 1) * q) / (1 - q)) : 0;
  let total = 0;
  let tail = 0;
  for (let i = mode, weight = 1; weight > total * NEGLIGIBLE; i++) {
    total += weight;
    if (i >= k) tail += weight;
    weight *= ((i + r) / (i + 1)) * q;
  }
  for (let i = mode, weight = 1; i > 0; i--) {
    weight *= i / ((i - 1 + r) * q);
    if (weight <= total * NEGLIGIBLE) break;
    total += weight;
    if (i - 1 >= k) tail += weight;
  }
  return Math.min(1, Math.max(SMALLEST_TAIL, tail / total));
}

/** The one-sided inequality of Chebyshev and Cantelli: never less than the tail itself. */
function cantelli(k: number, mean: number, variance: number): number {
  const excess = k - mean;
  return excess <= 0 ? 1 : Math.max(SMALLEST_TAIL, variance / (variance + excess * excess));
}
