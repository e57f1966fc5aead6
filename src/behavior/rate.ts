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

/** Beyond so many terms the tail is bounded by its ratio instead of summed. */
const MAX_TERMS = 4_096;
/** Below this a tail is 'one in ten billion or less': no score distinguishes further. */
const SMALLEST_TAIL = 1e-10;

/**
 * P(X ≥ k) for a negative binomial of given mean and variance (variance > mean is enforced).
 * Sums probabilities upward from 0: P(0) = p^r, P(i+1)/P(i) = (i + r)/(i + 1) · (1 − p).
 */
export function negativeBinomialUpperTail(k: number, mean: number, variance: number): number {
  if (k <= 0) return 1;
  const dispersed = Math.max(variance, mean * 1.0001);
  const p = mean / dispersed;
  const r = (mean * p) / (1 - p);
  const standardised = (k - mean) / Math.sqrt(dispersed);
  if (k > MAX_TERMS)
    return standardised < 1 ? 1 : Math.max(SMALLEST_TAIL, 1 / (1 + standardised * standardised));
  let term = p ** r;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((i + r) / (i + 1)) * (1 - p);
  }
  return Math.min(1, Math.max(SMALLEST_TAIL, upperSum(k, r, p, term, below)));
}

/** The tail itself, summed from k upward where 1 − below would cancel. */
function upperSum(k: number, r: number, p: number, first: number, below: number): number {
  if (below < 0.9) return 1 - below;
  let tail = 0;
  let term = first;
  for (let i = k; term > tail * 1e-6 && i < k + MAX_TERMS; i++) {
    tail += term;
    term *= ((i + r) / (i + 1)) * (1 - p);
  }
  return tail;
}
