import { type Coefficients, Q_HIGH, Q_LOW } from './gate.ts';
import { COEFFICIENTS } from './parameters.ts';

const TWO_TO_32 = 0x1_0000_0000;

export function noSum(): Coefficients {
  return new Uint32Array(2 * COEFFICIENTS);
}

/**
 * Adds coefficient by coefficient modulo q: all that homomorphic addition is, and all that the aggregator does. Both
 * are below q, so a sum is below 2q < 2^61 and one subtraction reduces it.
 */
export function addTo(sum: Coefficients, added: Coefficients): void {
  for (let at = 0; at < sum.length; at += 2) {
    let low = (sum[at] as number) + (added[at] as number);
    let high = (sum[at + 1] as number) + (added[at + 1] as number);
    if (low >= TWO_TO_32) {
      low -= TWO_TO_32;
      high += 1;
    }
    if (high > Q_HIGH || (high === Q_HIGH && low >= Q_LOW)) {
      low -= Q_LOW;
      high -= Q_HIGH;
      if (low < 0) {
        low += TWO_TO_32;
        high -= 1;
      }
    }
    sum[at] = low;
    sum[at + 1] = high;
  }
}
