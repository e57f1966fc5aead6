import { type Key, notMeasured } from './figure.ts';
import type { Measurement } from './measurement.ts';

const REASONS: Partial<Record<Key, string>> = {
  'intel.bytes_per_indicator': 'the indicator table is a Map of a few feeds; 10,000,000 do not fit it yet',
  'intel.load_s': 'indicators have no snapshot yet; they are read from the journal',
  'intel.lookup.ratio': 'the indicator table is a Map yet: there is nothing to compare',
  'fhe.round_10k.cpu_ms': 'there is no homomorphic aggregation yet',
};

/** What the product does not have yet, by name: a promise that is not measured must not look kept. */
export const notYet: Measurement = {
  keys: Object.keys(REASONS) as Key[],
  measure: async () => Object.entries(REASONS).map(([key, reason]) => notMeasured(key as Key, reason)),
};
