import {
  COHORTS,
  FEATURE,
  type Feature,
  FEATURES,
  FEATURES_PER_COHORT,
  MOST_STEPS,
  slotOf,
} from '../../model/index.ts';

/** The features of a cohort that are its own, without the two of the protocol. */
const OWN_FEATURES = FEATURE.contributions;
const MOST_SCORE = 100;
const RISK_LEVELS = [FEATURE.risk_low, FEATURE.risk_critical] as const;
const TENTHS = [FEATURE.score_0_9, FEATURE.score_90_100] as const;
/** A sum, that of its squares, and the most that one device gives to the former. */
const SQUARED = [
  [FEATURE.score, FEATURE.score_squared, MOST_SCORE],
  [FEATURE.connections_steps, FEATURE.connections_steps_squared, MOST_STEPS],
  [FEATURE.bytes_steps, FEATURE.bytes_steps_squared, MOST_STEPS],
  [FEATURE.destinations_steps, FEATURE.destinations_steps_squared, MOST_STEPS],
] as const;

/**
 * What is wrong with sums that are said to be of devices; `null` where nothing is. Sums that pass can still be untrue:
 * what holds for the sums of any honest site holds for its lies within bounds too.
 * @param slots of a block
 * @param cohorts that there are; the others have no devices
 */
export function whatIsWrong(slots: ArrayLike<number>, cohorts: number): string | null {
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    const sums = Array.from({ length: OWN_FEATURES }, (_, at) => slots[slotOf(cohort, at)] ?? Number.NaN);
    const wrong =
      cohort < cohorts ? wrongIn(sums) : sums.some((sum) => sum !== 0) ? 'is not agreed on' : null;
    if (wrong !== null) return `cohort ${cohort} ${wrong}`;
  }
  return slots.length === COHORTS * FEATURES_PER_COHORT ? null : 'a block has 4,096 slots';
}

function wrongIn(sums: readonly number[]): string | null {
  const devices = sums[FEATURE.devices] ?? 0;
  for (const [at, sum] of sums.entries()) {
    const { name, most } = FEATURES[at] ?? { name: '', most: 0 };
    if (!Number.isSafeInteger(sum) || sum < 0) return `has no whole number of ${name}`;
    if (at !== FEATURE.devices && sum > devices * most)
      return `has more of ${name} than its devices can give`;
  }
  if (total(sums, RISK_LEVELS) !== devices) return 'has not each device in one risk level';
  if (total(sums, TENTHS) !== devices) return 'has not each device in one tenth of scores';
  const wrongScore = wrongInScores(sums);
  if (wrongScore !== null) return wrongScore;
  for (const [of, squares, most] of SQUARED) {
    const [sum, squared] = [BigInt(sums[of] ?? 0), BigInt(sums[squares] ?? 0)];
    // Cauchy's inequality; and no square is more than the most times its number.
    if (BigInt(devices) * squared < sum * sum || squared > BigInt(most) * sum)
      return `has squares that are not of its ${FEATURES[of]?.name ?? ''}`;
  }
  return null;
}

/** One device weighs 1 or nothing, and is in the tenth of its score: the sums are bound by each other. */
function wrongInScores(sums: readonly number[]): string | null {
  const at = (feature: Feature): number => sums[FEATURE[feature]] ?? 0;
  const unweighted = at('score') - at('weighted_score');
  if (at('weighted_score') > MOST_SCORE * at('weight')) return 'has a weighted score above its weight';
  if (unweighted < 0 || unweighted > MOST_SCORE * (at('devices') - at('weight')))
    return 'has a weighted score that is not of its scores';
  const [first, last] = TENTHS;
  const tenths = sums.slice(first, last + 1);
  const least = tenths.reduce((sum, devices, tenth) => sum + 10 * tenth * devices, 0);
  // A score of 100 is in the last tenth.
  if (at('score') < least || at('score') > least + 9 * at('devices') + at('score_90_100'))
    return 'has scores that are not of its tenths';
  return null;
}

function total(sums: readonly number[], [first, last]: readonly [number, number]): number {
  return sums.slice(first, last + 1).reduce((sum, each) => sum + each, 0);
}
