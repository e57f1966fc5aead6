import {
  COHORTS,
  DEVICE_FEATURES,
  FEATURE,
  type Feature,
  FEATURES,
  mostOf,
  RISK_LEVEL_FEATURES,
  SCORE_TENTH_FEATURES,
  SLOTS,
  slotOf,
} from '../../model/index.ts';

/** Sums beside which the sums of their squares are. */
const SQUARED = ['score', 'connections_steps', 'bytes_steps', 'destinations_steps'] as const;

/**
 * What is wrong with sums that are said to be of devices; `null` where nothing is. Sums that pass can still be untrue:
 * what holds for the sums of any honest site holds for its lies within bounds too.
 * @param slots of a block
 * @param cohorts that there are; the others have no devices
 */
export function whatIsWrong(slots: ArrayLike<number>, cohorts: number): string | null {
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    const sums = Array.from({ length: DEVICE_FEATURES }, (_, at) => slots[slotOf(cohort, at)] ?? Number.NaN);
    const wrong =
      cohort < cohorts ? wrongIn(sums) : sums.some((sum) => sum !== 0) ? 'is not agreed on' : null;
    if (wrong !== null) return `cohort ${cohort} ${wrong}`;
  }
  return slots.length === SLOTS ? null : `a block has ${SLOTS} slots`;
}

function wrongIn(sums: readonly number[]): string | null {
  const of = (feature: Feature): number => sums[FEATURE[feature]] ?? 0;
  const total = (features: readonly Feature[]): number =>
    features.reduce((sum, feature) => sum + of(feature), 0);
  const devices = of('devices');
  for (const { name, most } of FEATURES.slice(0, DEVICE_FEATURES)) {
    if (!Number.isSafeInteger(of(name)) || of(name) < 0) return `has no whole number of ${name}`;
    if (name !== 'devices' && of(name) > devices * most)
      return `has more of ${name} than its devices can give`;
  }
  if (total(RISK_LEVEL_FEATURES) !== devices) return 'has not each device in one risk level';
  if (total(SCORE_TENTH_FEATURES) !== devices) return 'has not each device in one tenth of scores';
  const wrongScore = wrongInScores(of);
  if (wrongScore !== null) return wrongScore;
  for (const name of SQUARED) {
    const [sum, squares] = [BigInt(of(name)), BigInt(of(`${name}_squared`))];
    // Cauchy's inequality; and no square is more than the most times its number.
    if (BigInt(devices) * squares < sum * sum || squares > BigInt(mostOf(name)) * sum)
      return `has squares that are not of its ${name}`;
  }
  return null;
}

/** One device weighs 1 or nothing, and is in the tenth of its score: the sums are bound by each other. */
function wrongInScores(of: (feature: Feature) => number): string | null {
  const most = mostOf('score');
  const unweighted = of('score') - of('weighted_score');
  if (of('weighted_score') > most * of('weight')) return 'has a weighted score above its weight';
  if (unweighted < 0 || unweighted > most * (of('devices') - of('weight')))
    return 'has a weighted score that is not of its scores';
  const least = SCORE_TENTH_FEATURES.reduce((sum, feature, tenth) => sum + 10 * tenth * of(feature), 0);
  // A score of 100 is in the last tenth.
  if (of('score') < least || of('score') > least + 9 * of('devices') + of('score_90_100'))
    return 'has scores that are not of its tenths';
  return null;
}
