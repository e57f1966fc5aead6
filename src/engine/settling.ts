import type { Sightings } from '../exposure/index.ts';
import type { Directory } from '../entities/index.ts';
import type { Coverage, PolicyDecider, Violations } from '../policy/index.ts';
import {
  type EntityProfile,
  type EpochMs,
  type Factor,
  type FactorName,
  type UserId,
  DAY_MS,
  HOUR_MS,
  startOfDayUtc,
} from '../model/index.ts';
import { assess, publish, riskLevel, type ScoringProfile } from '../scoring/index.ts';
import type { CertificatesSeen } from '../trust/index.ts';
import type { Anomalies } from './anomalies.ts';
import type { EntityState, Standing } from './entity-state.ts';
import { behaviorFactors } from './factors/behavior.ts';
import { identityFactors } from './factors/identity.ts';
import type { Measured } from './factors/measured.ts';
import { type PolicyStanding, policyFactors } from './factors/policy.ts';
import { sightingFactors, sightingFadings } from './factors/sightings.ts';
import { threatFactors } from './factors/threat.ts';
import { isSilent } from './sensors.ts';

/** What is assessed at all: a source kind that is not connected gives its dimension one gap. */
export interface Connected {
  readonly feeds: boolean;
  readonly policies: boolean;
  readonly inventory: boolean;
  readonly identityProof: boolean;
}

/** All that an entity's posture follows from, apart from its own state. */
export interface Grounds {
  readonly directory: Directory;
  readonly certificates: CertificatesSeen;
  readonly decider: PolicyDecider;
  readonly anomalies: Anomalies;
  readonly sightings: Sightings;
  readonly violations: Violations;
  readonly coverage: Coverage;
  readonly connected: Connected;
  readonly scoring: ScoringProfile;
}

/** From evidence to posture: measure every factor, publish it in steps, score, judge the risk. */
export function settle(state: EntityState, profile: EntityProfile, grounds: Grounds, now: EpochMs): Standing {
  const sightings = sightingFactors(grounds.sightings.threatsOf(state.id), grounds.scoring, now);
  const measured = measure(state, profile, grounds, sightings, now);
  const factors = published(measured, state.standing?.factors ?? new Map(), grounds.scoring, now);
  const assessment = assess([...factors.values()], grounds.scoring);
  const confidenceIn = (factor: FactorName) => sightings.find(({ name }) => name === factor)?.confidence ?? 0;
  const risk = riskLevel(
    {
      assessment,
      previousBandLevel: state.standing?.risk.bandLevel ?? null,
      anomalies: grounds.anomalies.of(state.id),
      c2Confidence: { reached: confidenceIn('c2_reached'), blocked: confidenceIn('c2_blocked') },
      exploitedServiceReachable: state.servesOthers,
    },
    grounds.scoring,
  );
  return {
    factors,
    assessment,
    risk,
    share: {
      weight: weightOf(profile, grounds.directory, now),
      scoreExact: assessment.scoreExact,
      level: risk.level,
      type: profile.type === 'user' ? 'user' : (profile.kind ?? 'unknown'),
      factors: assessment.factors,
    },
    isEnrolled: profile.enrolment.state === 'enrolled',
    isDevice: profile.type === 'device',
    confidence: confidenceOf(state, profile, grounds, now),
  };
}

function measure(
  state: EntityState,
  profile: EntityProfile,
  grounds: Grounds,
  sightings: readonly Measured[],
  now: EpochMs,
): Measured[] {
  const { id } = state;
  const { connected, anomalies, scoring } = grounds;
  const certificates = grounds.certificates.standing(id, now);
  const behavior =
    profile.type === 'user' ? [] : behaviorFactors(profile, state.behavior, anomalies.open(id), scoring, now);
  return [
    ...identityFactors(profile, certificates, state.signIns, connected, now),
    ...behavior,
    ...policyFactors(policyStanding(state, profile, grounds), now),
    ...threatFactors(profile, state.software, sightings, connected.feeds, state.servesOthers, now),
  ];
}

function policyStanding({ id }: EntityState, profile: EntityProfile, grounds: Grounds): PolicyStanding {
  const { distinct } = grounds.violations.countFor(id);
  const violations = grounds.violations.of(id);
  const [newest] = violations;
  const { kind, tags, site } = profile;
  return {
    hasPolicies: grounds.connected.policies,
    applicable: grounds.decider.applicable({ id, kind, tags, site }),
    violations: distinct,
    neverBlocked: violations.filter(({ denied }) => denied === 0).length,
    last: newest === undefined ? null : { policy: newest.policy, at: newest.last },
    covered: grounds.coverage.shareOf(id),
  };
}

/** Factors keep the instant at which they first appeared; a step within one does not restart it. */
function published(
  measured: readonly Measured[],
  before: ReadonlyMap<FactorName, Factor>,
  scoring: ScoringProfile,
  now: EpochMs,
): ReadonlyMap<FactorName, Factor> {
  const factors = new Map<FactorName, Factor>();
  for (const { name, measure: value, evidence } of measured) {
    const previous = before.get(name);
    const p = publish(scoring, name, value, previous?.p ?? 0);
    if (p > 0) factors.set(name, { name, p, since: Math.min(previous?.since ?? now, now), evidence });
  }
  return factors;
}

/** A device weighs 1, a user the devices active in 14 days, a workload its running instances (contract §3). */
function weightOf(profile: EntityProfile, directory: Directory, now: EpochMs): number {
  if (profile.type === 'user') {
    // A service account runs everywhere; its user's `kind` is its nature.
    return profile.kind === 'service'
      ? 1
      : Math.max(1, directory.devicesOf(profile.id as UserId, now).length);
  }
  if (profile.type === 'device') return 1;
  return profile.workloads.find(({ id }) => id === profile.id)?.instances ?? 1;
}

/** Σ weight × share assessed and fresh, in per mille (contract §3). */
function confidenceOf(state: EntityState, profile: EntityProfile, grounds: Grounds, now: EpochMs): number {
  const { identity, behavior, policy, threat } = grounds.scoring.dimensions;
  const { connected } = grounds;
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  const learnt = state.behavior?.baseline.maturity(enrolledAt, now) ?? 0;
  const fresh = state.heardBy !== null && !isSilent(state.heardBy, now) ? 1 : 0.5;
  const shares =
    identity * (connected.identityProof ? 1 : 0.5) +
    behavior * learnt * fresh +
    policy * (connected.policies ? 1 : 0) +
    threat * (connected.feeds ? 1 : 0);
  return Math.round(shares * 10);
}

/** When the next factor of an entity changes by time alone; `null` where nothing does. */
export function nextAging(
  state: EntityState,
  profile: EntityProfile,
  grounds: Grounds,
  now: EpochMs,
): EpochMs | null {
  const { id, behavior, signIns } = state;
  const publishedP = (factor: FactorName) => state.standing?.factors.get(factor)?.p ?? 0;
  const midnight = startOfDayUtc(now) + DAY_MS;
  const candidates: (EpochMs | null | undefined)[] = [
    ...sightingFadings(grounds.sightings.threatsOf(id), publishedP, grounds.scoring),
    grounds.anomalies.nextQuietClose(id),
    signIns?.nextChange(now),
    behavior !== null && behavior.baseline.deviation > 0 ? now - (now % HOUR_MS) + HOUR_MS : null,
  ];
  const certificates = grounds.certificates.standing(id, now);
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  const isLearning = behavior !== null && behavior.baseline.establishedAt(enrolledAt, now) === null;
  if (isLearning || certificates.length > 0 || profile.type === 'user') candidates.push(midnight);
  candidates.push(...certificates.map(({ facts }) => facts.notAfter));
  if (profile.supportEnds !== null && profile.supportEnds > now)
    candidates.push(profile.supportEnds, midnight);
  const future = candidates.filter(
    (each): each is EpochMs => each !== null && each !== undefined && each > now,
  );
  return future.length === 0 ? null : Math.min(...future);
}
