import { type DeviceFeatures, FEATURE, type Feature, FEATURES, MOST_STEPS } from './fleet-statistics.ts';
import { DIMENSIONS, RISK_LEVELS } from './vocabulary.ts';

/** Features that a device has; the last two of a cohort are the protocol's. */
export const DEVICE_FEATURES = FEATURES.length - 2;

/** Each device is in one of the risk levels, and in one of the tenths of scores, the last of which has 100 too. */
export const RISK_LEVEL_FEATURES: readonly Feature[] = RISK_LEVELS.map((level) => `risk_${level}` as const);
export const SCORE_TENTH_FEATURES: readonly Feature[] = FEATURES.slice(
  FEATURE.score_0_9,
  FEATURE.score_90_100 + 1,
).map(({ name }) => name);

/** What one device gives to a feature at most. */
export function mostOf(feature: Feature): number {
  return FEATURES[FEATURE[feature]]?.most ?? 0;
}

/** The least whole number whose fourth power is 2^k: where the k-th quarter of a doubling begins. Exact on every machine. */
const BEGINNINGS: readonly number[] = Array.from({ length: MOST_STEPS + 1 }, (_, k) =>
  fourthRoot(1n << BigInt(k)),
);

/** A quantity without bound in quarters of doublings: ⌊4 · log₂(1 + x)⌋, at most 184. */
export function stepsOf(quantity: number): number {
  const reached = Math.floor(quantity) + 1;
  let [low, high] = [0, MOST_STEPS];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((BEGINNINGS[middle] ?? 0) <= reached) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The quantity at which a number of steps begins; between two whole steps, geometrically. */
export function quantityAt(steps: number): number {
  return 2 ** (Math.max(0, steps) / 4) - 1;
}

/**
 * What one device gives to the sums of its group, by feature: whole numbers, each within its bounds, so that one device
 * cannot outweigh all. The same on every machine.
 * @throws RangeError for what is no number
 */
export function featuresOf(device: Omit<DeviceFeatures, 'cohort'>): Float64Array {
  const features = new Float64Array(DEVICE_FEATURES);
  const put = (feature: Feature, value: number): void => void (features[FEATURE[feature]] = value);
  const { dimensions } = device;
  const score = clipped('score', device.score);
  const weight = clipped('weight', device.weight);
  put('devices', 1);
  put('weight', weight);
  put('weighted_score', weight * score);
  put('score', score);
  put('score_squared', score ** 2);
  for (const dimension of DIMENSIONS)
    put(`${dimension}_score`, clipped(`${dimension}_score`, dimensions[dimension]));
  put(`risk_${device.riskLevel}`, 1);
  put(SCORE_TENTH_FEATURES[Math.min(9, Math.floor(score / 10))] ?? 'score_90_100', 1);
  for (const what of ['connections', 'bytes', 'destinations'] as const) {
    const steps = stepsOf(measured(what, device[what]));
    put(`${what}_steps`, steps);
    put(`${what}_steps_squared`, steps ** 2);
  }
  put('open_anomalies', clipped('open_anomalies', device.openAnomalies));
  return features;
}

/** A whole number within the feature's bounds. */
function clipped(feature: Feature, value: number): number {
  return Math.min(mostOf(feature), Math.round(measured(feature, value)));
}

function measured(what: string, value: number): number {
  if (Number.isNaN(value)) throw new RangeError(`${what} is not a number`);
  return Math.max(0, value);
}

/** Rounded up. */
function fourthRoot(power: bigint): number {
  let root = BigInt(Math.floor(Number(power) ** 0.25));
  while (root ** 4n >= power) root -= 1n;
  while (root ** 4n < power) root += 1n;
  return Number(root);
}
