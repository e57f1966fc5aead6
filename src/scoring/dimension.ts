import {
  DIMENSIONS,
  type Dimension,
  FACTORS,
  type FactorName,
  type Millipoints,
  millipoints,
} from '../model/index.ts';
import type { ScoringProfile } from './profile.ts';
import { divideHalfUp } from './rounding.ts';
import { hazardOf, thousandthsOf } from './severity.ts';

/** A factor as it is scored: its name and its published severity. */
export interface PublishedFactor {
  readonly name: FactorName;
  /** 0.001 … 0.99 in whole thousandths; 0 where the factor does not exist. */
  readonly p: number;
}

/**
 * D is kept in trillionths, as an integer: 10¹² is an untouched dimension. A product with 1 − p in thousandths
 * stays below 10¹⁵ < 2⁵³, so each step is exact and then rounded half up; up to six severities in whole
 * per cents multiply without any rounding. No floating point decides a score.
 */
export const UNTOUCHED = 1e12;

/** Weighted trillionths (per cent × trillionths) in a milli-point: 100 · 10¹² make 100,000. */
export const MILLIPOINT = 1e9;

/** What the factors of one dimension leave of it. */
export interface DimensionValue {
  /** D, in trillionths. */
  value: number;
  /** Σ −ln(1 − p), in nano-nats. */
  hazard: number;
}

export type DimensionValues = Readonly<Record<Dimension, DimensionValue>>;

/**
 * The factors that exist, in the order of their ids, which is the order of UTF-16 code units of their names
 * (never a locale's, never that of a declaration).
 * @throws RangeError where a factor appears twice.
 */
export function inOrder<F extends PublishedFactor>(factors: readonly F[]): F[] {
  const present = factors.filter(({ p }) => p !== 0).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let i = 1; i < present.length; i++) {
    const name = present[i]?.name;
    if (name === present[i - 1]?.name) throw new RangeError(`factor ${name} appears twice`);
  }
  return present;
}

/** D and hazard of every dimension. `factors` as {@link inOrder} gives them. */
export function combine(factors: readonly PublishedFactor[]): DimensionValues {
  const values = {
    identity: { value: UNTOUCHED, hazard: 0 },
    behavior: { value: UNTOUCHED, hazard: 0 },
    policy: { value: UNTOUCHED, hazard: 0 },
    threat: { value: UNTOUCHED, hazard: 0 },
  };
  for (const { name, p } of factors) {
    const dimension = values[FACTORS[name].dimension];
    const thousandths = thousandthsOf(p);
    dimension.value = divideHalfUp(dimension.value * (1_000 - thousandths), 1_000);
    dimension.hazard += hazardOf(thousandths);
  }
  return values;
}

/** The weighted sum of the dimensions, rounded half up to a milli-point. */
export function scoreOf(values: DimensionValues, profile: ScoringProfile): Millipoints {
  let weighted = 0;
  for (const dimension of DIMENSIONS) weighted += profile.dimensions[dimension] * values[dimension].value;
  return millipoints(divideHalfUp(weighted, MILLIPOINT));
}
