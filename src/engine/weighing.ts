import type { EntityProfile, EpochMs, UserId } from '../model/index.ts';
import { couldBeConfined, isPolicyAssessed } from './factors/policy.ts';
import type { Grounds } from './grounds.ts';
import type { Known } from './known.ts';

const PER_MILLE = 10;

/** What it weighs in its fleet, as what, and how sure its posture is. */
export interface Weighing {
  readonly weight: number;
  readonly type: string;
  readonly confidence: number;
  /** It opens connections: policies can be about it. */
  readonly isRuled: boolean;
  /** Some denying policy is about it. */
  readonly isDenied: boolean;
  /** It is known well enough to be confined to its ordinary ways. */
  readonly isConfinable: boolean;
}

export function weigh(known: Known, grounds: Grounds, now: EpochMs): Weighing {
  const { profile } = known;
  return {
    weight: weightOf(profile, grounds, now),
    type: profile.type === 'user' ? 'user' : (profile.kind ?? 'unknown'),
    confidence: confidenceOf(known, grounds, now),
    isRuled: profile.type !== 'user',
    isDenied: profile.type !== 'user' && grounds.decider.isDenied(profile),
    isConfinable: couldBeConfined(known, now),
  };
}

/** A device weighs 1, a user the devices active in 14 days, a workload its running instances (contract §3). */
function weightOf(profile: EntityProfile, { directory }: Grounds, now: EpochMs): number {
  if (profile.type === 'user') {
    // A service account runs everywhere; its user's `kind` is its nature.
    return profile.kind === 'service'
      ? 1
      : Math.max(1, directory.devicesOf(profile.id as UserId, now).length);
  }
  if (profile.type === 'device') return 1;
  return profile.workloads.find(({ id }) => id === profile.id)?.instances ?? 1;
}

/**
 * Σ weight × share assessed and fresh (contract §3), in whole per cent: what answers show. It moves with every step of
 * what is learnt, and a step that nobody could see is not a change that is published. Told in per mille.
 */
function confidenceOf({ profile, history, identity: proof }: Known, grounds: Grounds, now: EpochMs): number {
  const { identity, behavior, policy, threat } = grounds.scoring.dimensions;
  const { connected, sensors } = grounds;
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  const learnt = history.baseline?.maturity(enrolledAt, now) ?? 0;
  const sensor = history.heardBy === null ? null : sensors.of(history.heardBy);
  const fresh = sensor !== null && !sensor.isMissed ? 1 : 0.5;
  const shares =
    identity * (proof?.isProven === true ? 1 : 0.5) +
    behavior * learnt * fresh +
    policy * (isPolicyAssessed(profile, grounds, connected.policies) ? 1 : 0) +
    threat * (connected.feeds ? 1 : 0);
  return Math.round(shares) * PER_MILLE;
}
