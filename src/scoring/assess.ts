import {
  type Band,
  DIMENSIONS,
  type Dimension,
  FACTORS,
  FULL_SCORE,
  type Millipoints,
  wholePoints,
} from '../model/index.ts';
import {
  combine,
  type DimensionValues,
  inOrder,
  MILLIPOINT,
  type PublishedFactor,
  scoreOf,
  UNTOUCHED,
} from './dimension.ts';
import type { ScoringProfile } from './profile.ts';
import { apportion, type Quota, quota } from './rounding.ts';
import { hazardOf, thousandthsOf } from './severity.ts';

/** A factor with its exact share of the loss; both in milli-points of the whole score, integers. */
export interface FactorShare extends PublishedFactor {
  readonly milliPoints: number;
  /** What comes back when this factor alone is mended: equal to assessing the others without it. */
  readonly regainedMilliPoints: number;
}

export interface Assessment {
  /** D of each dimension, in points 0 … 100. */
  readonly dimensions: Readonly<Record<Dimension, number>>;
  readonly scoreExact: Millipoints;
  /** `scoreExact` in whole points, rounded half up: the posture score. */
  readonly score: number;
  readonly riskScore: number;
  readonly band: Band;
  /** The posture score with the gaps left out: what the risk level looks at. */
  readonly findingsScore: number;
  /** By name. Their `milliPoints` sum to exactly 100,000 − `scoreExact`. */
  readonly factors: readonly FactorShare[];
}

/** The posture of one entity (contract §3). The order of `factors` is of no consequence. */
export function assess(factors: readonly PublishedFactor[], profile: ScoringProfile): Assessment {
  const present = inOrder(factors);
  const values = combine(present);
  const scoreExact = scoreOf(values, profile);
  const score = wholePoints(scoreExact);
  return {
    dimensions: inPoints(values),
    scoreExact,
    score,
    riskScore: 100 - score,
    band: bandOf(score),
    findingsScore: findingsScore(present, score, profile),
    factors: shares(present, values, scoreExact, profile),
  };
}

/** D of each dimension alone, in points 0 … 100. */
export function dimensionsOf(factors: readonly PublishedFactor[]): Assessment['dimensions'] {
  return inPoints(combine(inOrder(factors)));
}

/** 0–40 high risk, 41–70 moderate, 71–100 healthy (the user's page). */
export function bandOf(score: number): Band {
  if (score <= 40) return 'high_risk';
  return score <= 70 ? 'moderate' : 'healthy';
}

function findingsScore(present: readonly PublishedFactor[], score: number, profile: ScoringProfile): number {
  const findings = present.filter(({ name }) => FACTORS[name].kind === 'finding');
  return findings.length === present.length ? score : wholePoints(scoreOf(combine(findings), profile));
}

function shares(
  present: readonly PublishedFactor[],
  values: DimensionValues,
  scoreExact: Millipoints,
  profile: ScoringProfile,
): FactorShare[] {
  const quotas = present.map((factor) => lossQuota(factor, values, profile));
  const losses = apportion(FULL_SCORE - scoreExact, quotas);
  return present.map(({ name, p }, index) => {
    const others = present.toSpliced(index, 1);
    return {
      name,
      p,
      milliPoints: losses[index] ?? 0,
      regainedMilliPoints: scoreOf(combine(others), profile) - scoreExact,
    };
  });
}

/**
 * (100 − D) · ln(1 − p) / Σ ln(1 − pⱼ), weighted, in milli-points. Doubles are enough and safe here: × and ÷
 * are exactly rounded on every platform, a quota is off by less than 10⁻¹⁰ milli-points, and the sum is
 * held by {@link apportion}. The ratio comes first: a factor alone in its dimension bears its loss exactly.
 */
function lossQuota({ name, p }: PublishedFactor, values: DimensionValues, profile: ScoringProfile): Quota {
  const { dimension } = FACTORS[name];
  const { value, hazard } = values[dimension];
  const loss = profile.dimensions[dimension] * (UNTOUCHED - value);
  const share = hazardOf(thousandthsOf(p)) / hazard;
  return quota(name, (loss * share) / MILLIPOINT);
}

function inPoints(values: DimensionValues): Record<Dimension, number> {
  const points = { identity: 0, behavior: 0, policy: 0, threat: 0 };
  for (const dimension of DIMENSIONS) points[dimension] = values[dimension].value / (UNTOUCHED / 100);
  return points;
}
