import type { HourPeer } from './hour-counts.ts';
import { mean, variance } from './moments.ts';

/** Connections of the hour in standard deviations above the trained mean; the deviation is at least that of a Poisson's 1. */
export const zScore: HourPeer = (trained) => {
  const counts = trained.map(({ connections }) => connections);
  const [middle, spread] = [mean(counts), Math.max(1, Math.sqrt(variance(counts)))];
  return ({ connections }) => (connections - middle) / spread;
};
