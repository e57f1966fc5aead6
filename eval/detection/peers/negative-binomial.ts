import type { HourPeer } from './hour-counts.ts';
import { mean, variance } from './moments.ts';

const SMALLEST = 1e-300;

/** −log₁₀ P(X ≥ connections) under a negative binomial with the trained mean and variance (method of moments). */
export const negativeBinomial: HourPeer = (trained) => {
  const counts = trained.map(({ connections }) => connections);
  const middle = Math.max(mean(counts), 1 / (counts.length + 1));
  const spread = Math.max(variance(counts), middle * 1.001);
  return ({ connections }) => -Math.log10(Math.max(SMALLEST, upperTail(connections, middle, spread)));
};

/** P(X ≥ k), summed from 0 upward in logarithms: P(i+1) = P(i) · (i + r)/(i + 1) · (1 − p), P(0) = pʳ. */
export function upperTail(k: number, mu: number, sigma2: number): number {
  const p = mu / sigma2;
  const r = (mu * mu) / (sigma2 - mu);
  let log = r * Math.log(p);
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += Math.exp(log);
    log += Math.log(((i + r) / (i + 1)) * (1 - p));
  }
  if (1 - below > 1e-9) return 1 - below;
  // So far out that the difference is lost: the tail itself, term by term.
  let tail = 0;
  for (let i = k; i < k + 100_000; i++) {
    const term = Math.exp(log);
    tail += term;
    if (term <= tail * 1e-12) break;
    log += Math.log(((i + r) / (i + 1)) * (1 - p));
  }
  return tail;
}
