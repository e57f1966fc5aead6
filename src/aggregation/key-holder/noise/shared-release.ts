import {
  FEATURE,
  type Feature,
  mostOf,
  type Release,
  RISK_LEVEL_FEATURES,
  type Round,
  SCORE_TENTH_FEATURES,
} from '../../../model/index.ts';
import { discreteLaplace, type RandomBytes } from './discrete-laplace.ts';

/** Thousandths of ε, so that budgets add exactly. */
export type MilliEpsilon = number;

/** What of a fleet is told to others: a device gives to one feature of each, at most what each of them has as its most. */
const TOLD = {
  risk: RISK_LEVEL_FEATURES,
  score_tenths: SCORE_TENTH_FEATURES,
  score: ['score'],
} as const satisfies Readonly<Record<string, readonly Feature[]>>;
type Told = keyof typeof TOLD;

/** Sums with noise, for others than the tenant: they tell nearly the same with and without any one device. */
export interface SharedRelease {
  readonly round: Round;
  readonly epsilon: number;
  /** Whole numbers; they can be negative. */
  readonly sums: Readonly<Record<Told, readonly number[]>>;
  /** The standard deviation of the noise in each number. */
  readonly noise: Readonly<Record<Told, number>>;
}

/**
 * The whole of a release with discrete Laplace noise. Adding or removing a device moves one number of each of the three
 * by its most, so each gets a third of ε, and together they are ε-differentially private. Cohorts are not told.
 */
export function sharedRelease(
  release: Release,
  milliEpsilon: MilliEpsilon,
  random: RandomBytes,
): SharedRelease {
  const noisy = (told: Told) =>
    TOLD[told].map(
      (feature) =>
        (release.whole[FEATURE[feature]] ?? 0) + Number(discreteLaplace(scaleOf(told, milliEpsilon), random)),
    );
  const noise = (told: Told) => {
    const { s, t } = scaleOf(told, milliEpsilon);
    return deviation(Number(t) / Number(s));
  };
  return {
    round: release.round,
    epsilon: milliEpsilon / 1_000,
    sums: { risk: noisy('risk'), score_tenths: noisy('score_tenths'), score: noisy('score') },
    noise: { risk: noise('risk'), score_tenths: noise('score_tenths'), score: noise('score') },
  };
}

/** most ÷ (ε ÷ 3), with ε in thousandths. */
function scaleOf(told: Told, milliEpsilon: MilliEpsilon): { readonly s: bigint; readonly t: bigint } {
  const most = Math.max(...TOLD[told].map(mostOf));
  return { s: BigInt(milliEpsilon), t: BigInt(most * Object.keys(TOLD).length * 1_000) };
}

/** Of discrete Laplace noise: √(2q) ÷ (1 − q), q = e^(−1 ÷ scale). */
function deviation(scale: number): number {
  const q = Math.exp(-1 / scale);
  return Math.sqrt(2 * q) / (1 - q);
}
