import { FEATURE, type Release, type Round } from '../../../model/index.ts';
import { discreteLaplace, type RandomBytes } from './discrete-laplace.ts';

/** Thousandths of ε, so that budgets add exactly. */
export type MilliEpsilon = number;

/** What of a fleet is told to others, and by how much one device can move it. */
const TOLD = {
  risk: { from: FEATURE.risk_low, to: FEATURE.risk_critical, most: 1 },
  score_tenths: { from: FEATURE.score_0_9, to: FEATURE.score_90_100, most: 1 },
  score: { from: FEATURE.score, to: FEATURE.score, most: 100 },
} as const;
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
  const noisy = ({ from, to, most }: (typeof TOLD)[Told]) =>
    release.whole
      .slice(from, to + 1)
      .map((sum) => sum + Number(discreteLaplace(scaleOf(most, milliEpsilon), random)));
  const noise = ({ most }: (typeof TOLD)[Told]) => {
    const { s, t } = scaleOf(most, milliEpsilon);
    return deviation(Number(t) / Number(s));
  };
  const { risk, score_tenths: tenths, score } = TOLD;
  return {
    round: release.round,
    epsilon: milliEpsilon / 1_000,
    sums: { risk: noisy(risk), score_tenths: noisy(tenths), score: noisy(score) },
    noise: { risk: noise(risk), score_tenths: noise(tenths), score: noise(score) },
  };
}

/** most ÷ (ε ÷ 3), with ε in thousandths. */
function scaleOf(most: number, milliEpsilon: MilliEpsilon): { readonly s: bigint; readonly t: bigint } {
  return { s: BigInt(milliEpsilon), t: BigInt(most * Object.keys(TOLD).length * 1_000) };
}

/** Of discrete Laplace noise: √(2q) ÷ (1 − q), q = e^(−1 ÷ scale). */
function deviation(scale: number): number {
  const q = Math.exp(-1 / scale);
  return Math.sqrt(2 * q) / (1 - q);
}
