/**
 * How many of something an entity does in an hour: a discounted negative binomial.
 *
 * Counts per hour are over-dispersed, so the mean and the variance are learnt apart, both with a
 * half-life, and the tail is that of a negative binomial with these two moments (method of moments).
 */
export class HourlyRate {
  /** Discounted number of hours, sum and sum of squares of their counts. */
  #hours = 0;
  #sum = 0;
  #squares = 0;
  readonly #discount: number;

  /** @param halfLifeHours after so many hours an observation weighs half */
  constructor(halfLifeHours: number) {
    this.#discount = 2 ** (-1 / halfLifeHours);
  }

  /** Closes an hour with `count` occurrences. */
  learn(count: number): void {
    this.#hours = this.#hours * this.#discount + 1;
    this.#sum = this.#sum * this.#discount + count;
    this.#squares = this.#squares * this.#discount + count * count;
  }

  /** Discounted hours behind the estimate. */
  get weight(): number {
    return this.#hours;
  }

  get mean(): number {
    return this.#hours === 0 ? 0 : this.#sum / this.#hours;
  }

  /** The variance, at least Poisson's, with the weight of one ordinary hour of doubt. */
  get variance(): number {
    const mean = this.mean;
    const spread = this.#hours === 0 ? 0 : this.#squares / this.#hours - mean * mean;
    return Math.max(spread, mean) + 1 / (this.#hours + 1);
  }

  /** P(X ≥ count): how ordinary it is to see at least so many in one hour. */
  upperTail(count: number): number {
    return negativeBinomialUpperTail(count, Math.max(this.mean, 1 / (this.#hours + 1)), this.variance);
  }

  snapshot(): readonly number[] {
    return [this.#hours, this.#sum, this.#squares];
  }
}

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
