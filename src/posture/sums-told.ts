import {
  DEVICE_FEATURES,
  FEATURE,
  type Feature,
  FEATURES,
  type GroupStatistics,
  quantityAt,
  RISK_LEVELS,
  type RiskLevel,
  SCORE_TENTH_FEATURES,
  type Spread,
  type StatisticMetric,
} from '../model/index.ts';
import { rounded } from './framing.ts';

/** The sums of a group, by feature: of this site's own devices, or as the key holder let them out. */
export type Sums = ArrayLike<number>;

const BUCKETS = SCORE_TENTH_FEATURES.length;
const BUCKET_WIDTH = 10;
/** It holds 100 too. */
const LAST_WIDTH = 11;

/**
 * What a group's sums say of one metric. All of it follows from integers, wherever they were added up.
 * @param points how many have each score in whole points, where that is known: here, and not of other sites
 */
export function told(
  group: string,
  sums: Sums,
  metric: StatisticMetric,
  isFull: boolean,
  points: ArrayLike<number> | null = null,
): GroupStatistics {
  return {
    group,
    entities: at(sums, 'devices'),
    ...figures(sums, metric, points),
    ...(isFull ? { sums: named(sums) } : {}),
  };
}

function figures(
  sums: Sums,
  metric: StatisticMetric,
  points: ArrayLike<number> | null,
): Partial<GroupStatistics> {
  const entities = at(sums, 'devices');
  switch (metric) {
    case 'score':
      return {
        weighted_mean: quotient(at(sums, 'weighted_score'), at(sums, 'weight')),
        ...moments(sums),
        ...(points === null ? quantilesOf(sums) : quantilesIn(points)),
      };
    case 'bands':
      return { counts: bandsOf(sums) };
    case 'histogram':
      return { counts: histogramOf(sums) };
    case 'dimensions':
      return {
        means: {
          identity: quotient(at(sums, 'identity_score'), entities),
          behavior: quotient(at(sums, 'behavior_score'), entities),
          policy: quotient(at(sums, 'policy_score'), entities),
          threat: quotient(at(sums, 'threat_score'), entities),
        },
      };
    case 'connections':
    case 'bytes':
    case 'destinations':
      return { spread: spreadOf(sums, metric) };
    case 'anomalies':
      return { total: at(sums, 'open_anomalies'), mean: quotient(at(sums, 'open_anomalies'), entities) };
  }
}

export function bandsOf(sums: Sums): Record<RiskLevel, number> {
  const [low, medium, high, critical] = RISK_LEVELS.map((level) => at(sums, `risk_${level}`));
  return { low: low ?? 0, medium: medium ?? 0, high: high ?? 0, critical: critical ?? 0 };
}

/** The weighted mean in whole points, half up; `null` of nothing. */
export function scoreOf(sums: Sums): number | null {
  const weight = at(sums, 'weight');
  return weight === 0 ? null : Math.floor((2 * at(sums, 'weighted_score') + weight) / (2 * weight));
}

export function spreadOf(sums: Sums, what: 'connections' | 'bytes' | 'destinations'): Spread {
  const entities = at(sums, 'devices');
  if (entities === 0) return { typical: 0, from: 0, to: 0 };
  const mean = at(sums, `${what}_steps`) / entities;
  const variance = at(sums, `${what}_steps_squared`) / entities - mean ** 2;
  const deviation = Math.sqrt(Math.max(0, variance));
  const [from, typical, to] = [mean - deviation, mean, mean + deviation].map((steps) =>
    rounded(quantityAt(steps), 1),
  );
  return { typical: typical ?? 0, from: from ?? 0, to: to ?? 0 };
}

function moments(sums: Sums): Pick<GroupStatistics, 'mean' | 'variance'> {
  const entities = at(sums, 'devices');
  if (entities === 0) return { mean: 0, variance: 0 };
  const [sum, squares] = [at(sums, 'score'), at(sums, 'score_squared')];
  // n · Σx² − (Σx)² is exact: at most 10⁶ · 10¹⁰.
  const spread = BigInt(entities) * BigInt(squares) - BigInt(sum) ** 2n;
  return { mean: quotient(sum, entities), variance: rounded(Number(spread) / entities ** 2, 2) };
}

/** To the whole point. */
function quantilesIn(points: ArrayLike<number>): Pick<GroupStatistics, 'quantiles'> {
  const all = Array.from(points).reduce((sum, each) => sum + each, 0);
  if (all === 0) return {};
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((p) => {
    let [score, up] = [0, points[0] ?? 0];
    while (up < Math.ceil(p * all)) up += points[++score] ?? 0;
    return score;
  });
  return { quantiles: { p10: p10 ?? 0, p50: p50 ?? 0, p90: p90 ?? 0, error: 1 } };
}

/** Read off the histogram. */
function quantilesOf(sums: Sums): Pick<GroupStatistics, 'quantiles'> {
  if (at(sums, 'devices') === 0) return {};
  const [p10, p50, p90] = [0.1, 0.5, 0.9].map((p) => quantileOf(sums, p));
  return { quantiles: { p10: p10 ?? 0, p50: p50 ?? 0, p90: p90 ?? 0, error: LAST_WIDTH } };
}

/** Within its bucket as if its members were spread evenly: off by less than the bucket's width. */
function quantileOf(sums: Sums, p: number): number {
  const rank = Math.max(1, Math.ceil(p * at(sums, 'devices')));
  let [bucket, below] = [0, 0];
  while (bucket < BUCKETS - 1 && below + inBucket(sums, bucket) < rank) below += inBucket(sums, bucket++);
  const width = bucket === BUCKETS - 1 ? LAST_WIDTH : BUCKET_WIDTH;
  const within = (rank - below - 0.5) / Math.max(1, inBucket(sums, bucket));
  return rounded(bucket * BUCKET_WIDTH + within * (width - 1), 1);
}

function histogramOf(sums: Sums): Record<string, number> {
  return Object.fromEntries(
    SCORE_TENTH_FEATURES.map((feature) => [
      feature.replace('score_', '').replace('_', '-'),
      at(sums, feature),
    ]),
  );
}

function inBucket(sums: Sums, bucket: number): number {
  const feature = SCORE_TENTH_FEATURES[bucket];
  return feature === undefined ? 0 : at(sums, feature);
}

function named(sums: Sums): Record<string, number> {
  const own = FEATURES.slice(0, DEVICE_FEATURES);
  return Object.fromEntries(own.map(({ name }) => [name, at(sums, name)]));
}

function at(sums: Sums, feature: Feature): number {
  return sums[FEATURE[feature]] ?? 0;
}

function quotient(sum: number, of: number): number {
  return of === 0 ? 0 : rounded(sum / of, 2);
}
