import { FACTORS, type FactorName, type Millipoints } from '../model/index.ts';
import {
  combine,
  type DimensionValue,
  type DimensionValues,
  inOrder,
  MILLIPOINT,
  type PublishedFactor,
  scoreOf,
} from './dimension.ts';
import type { ScoringProfile } from './profile.ts';
import { apportion, quota } from './rounding.ts';
import { hazardOf, NAT, thousandthsOf } from './severity.ts';

/** What one factor did to the score between two instants. */
export interface FactorTerm {
  readonly name: FactorName;
  /** Published severities; 0 where the factor did not exist. */
  readonly before: number;
  readonly after: number;
  /** Milli-points of the whole score, an integer: negative where it cost points. */
  readonly milliPoints: number;
}

export interface Comparison {
  readonly before: Millipoints;
  readonly after: Millipoints;
  /** The factors that appeared, left or changed, by name; every other factor did exactly nothing. */
  readonly terms: readonly FactorTerm[];
}

/**
 * Why the score changed (contract §3): factor i moved its dimension by L(D₂, D₁) · Δ ln(1 − pᵢ), L the
 * logarithmic mean. The terms sum to exactly `after − before`, and swapping the two sides negates each of them.
 */
export function compare(
  before: readonly PublishedFactor[],
  after: readonly PublishedFactor[],
  profile: ScoringProfile,
): Comparison {
  const [first, second] = [inOrder(before), inOrder(after)];
  const [from, to] = [combine(first), combine(second)];
  const changed = changes(first, second);
  const effects = changed.map((change) => effectOf(change, from, to, profile));
  const scores = { before: scoreOf(from, profile), after: scoreOf(to, profile) };
  // Rounding looks the same from both ends: it is done in the direction in which the first effect is a gain.
  const sign = (effects.find((effect) => effect !== 0) ?? 0) < 0 ? -1 : 1;
  const quotas = changed.map(({ name }, index) => quota(name, sign * (effects[index] ?? 0)));
  const parts = apportion(sign * (scores.after - scores.before), quotas);
  const terms = changed.map((change, index) => ({
    ...change,
    milliPoints: sign < 0 ? 0 - (parts[index] ?? 0) : (parts[index] ?? 0),
  }));
  return { ...scores, terms };
}

type Change = Omit<FactorTerm, 'milliPoints'>;

/** Both lists {@link inOrder}; the changes are, too. */
function changes(before: readonly PublishedFactor[], after: readonly PublishedFactor[]): Change[] {
  const was = new Map(before.map(({ name, p }) => [name, p]));
  const is = new Map(after.map(({ name, p }) => [name, p]));
  return [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .map((name) => ({ name, before: was.get(name) ?? 0, after: is.get(name) ?? 0 }))
    .filter((change) => change.before !== change.after);
}

/** L(D₂, D₁) · Δ ln(1 − p), weighted, in milli-points. */
function effectOf(
  change: Change,
  from: DimensionValues,
  to: DimensionValues,
  profile: ScoringProfile,
): number {
  const { dimension } = FACTORS[change.name];
  const nats = (hazardOfOrNone(change.after) - hazardOfOrNone(change.before)) / NAT;
  const mean = logarithmicMean(from[dimension], to[dimension]);
  return (-nats * profile.dimensions[dimension] * mean) / MILLIPOINT;
}

function hazardOfOrNone(p: number): number {
  return p === 0 ? 0 : hazardOf(thousandthsOf(p));
}

/**
 * L(a, b) = (a − b) / (ln a − ln b), L(a, a) = a, in the unit of the values. The hazards hold the logarithms, but
 * only to a nano-nat; where they nearly cancel, L = ((a + b) / 2) · z / artanh z with z = (a − b) / (a + b).
 */
function logarithmicMean(a: DimensionValue, b: DimensionValue): number {
  const nats = (b.hazard - a.hazard) / NAT;
  if (Math.abs(nats) > 0.1) return (a.value - b.value) / nats;
  const sum = a.value + b.value;
  if (sum === 0) return 0;
  const z = (a.value - b.value) / sum;
  const square = z * z;
  // artanh z / z = 1 + z²/3 + z⁴/5 + …; |z| ≤ tanh 0.05, so the first term left out is below 10⁻¹⁴.
  const series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9)));
  return sum / 2 / series;
}
