/** Below this a tail is 'one in ten billion or less': no score distinguishes further. */
const SMALLEST_TAIL = 1e-10;
/** A distribution wider than this is bounded instead of summed. */
const WIDEST = 1_000;
/** Terms that add less than this share of the sum are left out. */
const NEGLIGIBLE = 1e-15;
/** So many terms are remembered as their first and their sum: a distribution may have a million. */
const STRETCH = 64;

/** P(X ≥ k) for a negative binomial of given mean and variance (variance > mean is enforced). */
export function negativeBinomialUpperTail(k: number, mean: number, variance: number): number {
  if (k <= 0) return 1;
  const dispersed = Math.max(variance, mean * 1.0001);
  // Of no mean there is nothing to be seen; the least numbers have no variance above their mean.
  if (!(dispersed > mean)) return SMALLEST_TAIL;
  if (dispersed > WIDEST * WIDEST) return cantelli(k, mean, dispersed);
  return summedUp(mean, dispersed).upperTail(Math.ceil(k));
}

/**
 * All tails of one distribution. Relative weights follow from each other by P(i+1)/P(i) = (i + r)/(i + 1) · q, from the
 * mode down to the least that counts and from there up: nothing underflows, however large the mean, and no power or
 * logarithm differs between machines.
 */
class NegativeBinomial {
  readonly #mean: number;
  readonly #variance: number;
  readonly #r: number;
  readonly #q: number;
  readonly #least: number;
  /** Of each stretch the weight of its first. */
  readonly #weights: number[] = [];
  /** Of each stretch the sum of its weights and of all behind it; at last 0. */
  readonly #sums: number[] = [];

  constructor(mean: number, variance: number) {
    this.#mean = mean;
    this.#variance = variance;
    this.#q = 1 - mean / variance;
    this.#r = (mean * (1 - this.#q)) / this.#q;
    const mode = this.#r > 1 ? Math.floor(((this.#r - 1) * this.#q) / (1 - this.#q)) : 0;
    let weight = 1;
    let least = mode;
    for (let total = 1; least > 0 && weight > total * NEGLIGIBLE; total += weight)
      weight /= this.#ratio(--least);
    this.#least = least;
    for (let total = 0, i = least; i <= mode || weight > total * NEGLIGIBLE; i += STRETCH) {
      this.#weights.push(weight);
      let sum = 0;
      for (let each = i; each < i + STRETCH; each++) {
        sum += weight;
        weight *= this.#ratio(each);
      }
      this.#sums.push(sum);
      total += sum;
    }
    this.#sums.push(0);
    // From the smallest on: a sum of many small numbers keeps what it would lose beside a large one.
    for (let i = this.#sums.length - 2; i >= 0; i--) this.#sums[i] = this.#sum(i) + this.#sum(i + 1);
  }

  is(mean: number, variance: number): boolean {
    return this.#mean === mean && this.#variance === variance;
  }

  upperTail(k: number): number {
    if (k <= this.#least) return 1;
    const stretch = Math.floor((k - this.#least) / STRETCH);
    if (stretch >= this.#weights.length) return SMALLEST_TAIL;
    const first = this.#least + stretch * STRETCH;
    let weight = this.#weights[stretch] as number;
    let tail = 0;
    for (let i = first; i < first + STRETCH; i++) {
      if (i >= k) tail += weight;
      weight *= this.#ratio(i);
    }
    return Math.min(1, Math.max(SMALLEST_TAIL, (tail + this.#sum(stretch + 1)) / this.#sum(0)));
  }

  /** P(i + 1) ÷ P(i). */
  #ratio(i: number): number {
    return ((i + this.#r) / (i + 1)) * this.#q;
  }

  #sum(stretch: number): number {
    return this.#sums[stretch] as number;
  }
}

/** The last few, the latest first: while an hour's counts grow its rates stay, and to sum up takes thousands of terms. */
const latest: NegativeBinomial[] = [];
const KEPT = 8;

function summedUp(mean: number, variance: number): NegativeBinomial {
  const place = latest.findIndex((each) => each.is(mean, variance));
  const found = latest[place] ?? new NegativeBinomial(mean, variance);
  if (place === 0) return found;
  if (place > 0) latest.splice(place, 1);
  latest.unshift(found);
  if (latest.length > KEPT) latest.pop();
  return found;
}

/** The one-sided inequality of Chebyshev and Cantelli: never less than the tail itself. */
function cantelli(k: number, mean: number, variance: number): number {
  const excess = k - mean;
  return excess <= 0 ? 1 : Math.max(SMALLEST_TAIL, variance / (variance + excess * excess));
}
