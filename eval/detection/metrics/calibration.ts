import { Random } from '../../../src/simulator/index.ts';
import { quantile } from './median.ts';

/** What was said with a confidence, and whether it was so. */
export interface Claim {
  readonly confidence: number;
  readonly isTrue: boolean;
}

const BINS = 5;
const SIMULATIONS = 1_000;

/**
 * The expected calibration error in five bins of equal mass: by how much the frequency of a bin differs from the mean
 * confidence of its claims, weighted by its claims. Claims of equal confidence keep their order. `null` for no claims.
 */
export function calibrationError(claims: readonly Claim[]): number | null {
  if (claims.length === 0) return null;
  const sorted = [...claims].sort((a, b) => a.confidence - b.confidence);
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const from = Math.floor((bin * sorted.length) / BINS);
    const some = sorted.slice(from, Math.floor(((bin + 1) * sorted.length) / BINS));
    const said = some.reduce((sum, { confidence }) => sum + confidence, 0);
    const were = some.filter(({ isTrue }) => isTrue).length;
    error += Math.abs(said - were);
  }
  return error / sorted.length;
}

/** What a perfectly calibrated detector with these very confidences stays below in 95 of 100 samples. */
export function calibrationErrorBound(claims: readonly Claim[]): number | null {
  const random = new Random(1, 'calibration');
  const errors: number[] = [];
  for (let round = 0; round < SIMULATIONS && claims.length > 0; round++) {
    const drawn = claims.map(({ confidence }) => ({ confidence, isTrue: random.chance(confidence) }));
    errors.push(calibrationError(drawn) ?? 0);
  }
  return quantile(errors, 0.95);
}

/** The mean squared difference between confidence and truth (Brier 1950). `null` for no claims. */
export function brier(claims: readonly Claim[]): number | null {
  if (claims.length === 0) return null;
  return (
    claims.reduce((sum, { confidence, isTrue }) => sum + (confidence - (isTrue ? 1 : 0)) ** 2, 0) /
    claims.length
  );
}
