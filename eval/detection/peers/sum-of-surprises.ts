import { type HourCount, type HourPeer } from './hour-counts.ts';
import { mean, variance } from './moments.ts';
import { negativeBinomial } from './negative-binomial.ts';

/** Shares of failures and sizes are never trusted to be more alike than this. */
const LEAST_SHARE_DEVIATION = 0.05;
const LEAST_SIZE_DEVIATION = 0.5;

/**
 * The strongest simple peer of the study: the surprise of the number of connections plus those of the bytes sent and of
 * the share that failed, each −log₁₀ of an upper tail (negative binomial, and twice a normal).
 */
export const sumOfSurprises: HourPeer = (trained) => {
  const count = negativeBinomial(trained);
  const size = normalSurprise(trained.map(sizeOf), LEAST_SIZE_DEVIATION);
  const failure = normalSurprise(trained.map(failureOf), LEAST_SHARE_DEVIATION);
  return (hour) => count(hour) + size(sizeOf(hour)) + failure(failureOf(hour));
};

function sizeOf({ bytesOut }: HourCount): number {
  return Math.log1p(bytesOut);
}

function failureOf({ failed, connections }: HourCount): number {
  return connections === 0 ? 0 : failed / connections;
}

function normalSurprise(values: readonly number[], least: number): (value: number) => number {
  const [middle, deviation] = [mean(values), Math.max(least, Math.sqrt(variance(values)))];
  return (value) => -Math.log10(normalUpperTail((value - middle) / deviation));
}

/** P(Z ≥ z). Abramowitz and Stegun 7.1.26, and its asymptote where that loses its digits. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  if (z > 5)
    return Math.max(1e-300, (Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI))) * (1 - 1 / (z * z)));
  const t = 1 / (1 + (0.3275911 * z) / Math.SQRT2);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return (poly * Math.exp((-z * z) / 2)) / 2;
}
