import { type Key, notMeasured } from './figure.ts';
import type { Measurement } from './measurement.ts';

const REASONS: Partial<Record<Key, string>> = {
  'fhe.round_10k.cpu_ms': 'there is no homomorphic aggregation yet',
};

/** What the product does not have yet, by name: a promise that is not measured must not look kept. */
export const notYet: Measurement = {
  keys: Object.keys(REASONS) as Key[],
  measure: async () => Object.entries(REASONS).map(([key, reason]) => notMeasured(key as Key, reason)),
};
