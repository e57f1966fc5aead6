import { brier, calibrationError, calibrationErrorBound, type Claim } from '../metrics/calibration.ts';
import { medianOf } from '../metrics/median.ts';
import { anomaliesAt } from '../product/lived.ts';
import { type Quiet, rounded, type Round } from './judged.ts';
import { isTrue } from './truth.ts';

export interface CalibrationReport {
  readonly ece: number | null;
  /** Anomalies of one placement seed. */
  readonly n: number;
  /** What a perfectly calibrated one would stay below in 95 of 100 samples of that size. */
  readonly ece_95: number | null;
  readonly brier: number | null;
}

/** Of each anomaly that opened under a seed, its last confidence and whether it told of an attack. */
export function measureCalibration(quiets: readonly Quiet[], rounds: readonly Round[]): CalibrationReport {
  const untrue = quiets.filter(({ background }) => background.uses.includes('quiet')).flatMap(claimsOfQuiet);
  const claims = rounds.map((round) => [...untrue, ...round.flatMap(claimsOfAttacked)]);
  return {
    ece: rounded(medianOf(claims.map(calibrationError))),
    n: Math.round(medianOf(claims.map(({ length }) => length)) ?? 0),
    ece_95: rounded(medianOf(claims.map(calibrationErrorBound))),
    brier: rounded(medianOf(claims.map(brier))),
  };
}

function claimsOfQuiet({ hosts, lived }: Quiet): readonly Claim[] {
  return anomaliesAt(lived, Infinity)
    .filter(({ who }) => hosts.includes(who))
    .map(({ anomaly }) => ({ confidence: anomaly.confidence, isTrue: false }));
}

/** A false one that is in the quiet life as well is counted there, once. */
function claimsOfAttacked(life: Round[number]): readonly Claim[] {
  const { quiet, lived } = life;
  const known = new Set(quiet.lived.anomalies.map(({ anomaly }) => anomaly.id));
  return anomaliesAt(lived, Infinity).flatMap((state): readonly Claim[] => {
    if (!quiet.hosts.includes(state.who)) return [];
    const told = isTrue(life, state);
    return told || !known.has(state.anomaly.id)
      ? [{ confidence: state.anomaly.confidence, isTrue: told }]
      : [];
  });
}
