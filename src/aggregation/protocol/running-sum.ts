import { type Coefficients, Q_HIGH, Q_LOW } from './gate.ts';
import { COEFFICIENTS, MOST_REPORTS_PER_PART } from './parameters.ts';

const TWO_TO_28 = 2 ** 28;
const TWO_TO_32 = 2 ** 32;
/** 2^60 − q: what a 60th bit is worth modulo q. */
const WORTH = 2 ** 14 - 1;

/**
 * Adds coefficient by coefficient modulo q: all that homomorphic addition is, and all that the aggregator does. The halves
 * are added as they are, exact in doubles (1,024 halves stay below 2^42), and reduced when the sum is asked for.
 */
export class RunningSum {
  readonly #low = new Float64Array(COEFFICIENTS);
  readonly #high = new Float64Array(COEFFICIENTS);
  #added = 0;

  /** @param added which are all below q */
  add(added: Coefficients): void {
    if (this.#added === MOST_REPORTS_PER_PART)
      throw new RangeError(`a sum has at most ${MOST_REPORTS_PER_PART} terms`);
    this.#added += 1;
    const [low, high] = [this.#low, this.#high];
    for (let at = 0; at < COEFFICIENTS; at++) {
      low[at] = (low[at] as number) + (added[2 * at] as number);
      high[at] = (high[at] as number) + (added[2 * at + 1] as number);
    }
  }

  /** Below q. */
  reduced(): Coefficients {
    const result = new Uint32Array(2 * COEFFICIENTS);
    for (let at = 0; at < COEFFICIENTS; at++) {
      const carried = this.#low[at] as number;
      let high = (this.#high[at] as number) + Math.floor(carried / TWO_TO_32);
      const beyond = Math.floor(high / TWO_TO_28);
      let low = (carried % TWO_TO_32) + beyond * WORTH;
      high -= beyond * TWO_TO_28;
      if (low >= TWO_TO_32) {
        low -= TWO_TO_32;
        high += 1;
      }
      // Below 2^60 + 2^25 now, which is below 2q.
      if (high > Q_HIGH || (high === Q_HIGH && low >= Q_LOW)) {
        low -= Q_LOW;
        high -= Q_HIGH;
        if (low < 0) {
          low += TWO_TO_32;
          high -= 1;
        }
      }
      result[2 * at] = low;
      result[2 * at + 1] = high;
    }
    return result;
  }
}

/** A sum that begins with one that was reduced before. */
export function sumFrom(...terms: readonly Coefficients[]): RunningSum {
  const sum = new RunningSum();
  for (const term of terms) sum.add(term);
  return sum;
}
