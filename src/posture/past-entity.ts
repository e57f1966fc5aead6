import {
  anomalyEvidence,
  type BaselineView,
  type EntityView,
  policiesFor,
  trustLevelOf,
} from '../engine/index.ts';
import {
  type Anomaly,
  type AttributedFactor,
  type EntityId,
  type EpochMs,
  type Policy,
  wholePoints,
} from '../model/index.ts';
import { attribute, dimensionsOf, type ScoringProfile } from '../scoring/index.ts';
import type { EntityPast, Past } from '../store/index.ts';

/** What held for every entity then. */
interface Then {
  readonly scoring: ScoringProfile;
  readonly policies: readonly Policy[];
  /** As it is today; `null` where there is none. */
  readonly baselineOf: (id: EntityId) => BaselineView | null;
}

const NOT_KEPT = {
  established: null,
  establishedAt: null,
  connectionsPerHour: null,
  knownDestinations: null,
  destinationsMet: null,
  deviation: null,
  maturity: null,
} as const;

/** An entity as its posture was published; `null` where nothing but its posture was kept. */
export function pastEntity(past: Past, entity: EntityPast, then: Then): EntityView | null {
  const facts = entity.facts();
  if (facts === null) return null;
  const { picture } = entity;
  const score = wholePoints(picture.scoreExact);
  return {
    id: entity.id,
    profile: { ...facts, lastSeen: null },
    trustLevel: trustLevelOf(facts, picture.factors),
    addresses: () => [],
    scoreExact: picture.scoreExact,
    score,
    riskScore: 100 - score,
    riskLevel: picture.riskLevel,
    riskReason: picture.riskReason,
    dimensions: dimensionsOf(picture.factors),
    confidence: picture.confidence / 1_000,
    factorNames: picture.factors.map(({ name }) => name),
    published: picture.factors,
    weight: picture.weight,
    factors: () => attributed(entity, past.openAnomalies(entity.entity), then.scoring),
    nextChange: () => null,
    offlineFrom: () => null,
    baseline: () => baselineAt(past.at, then.baselineOf(entity.id)),
    openAnomalies: () => past.openAnomalies(entity.entity),
    policies: () => policiesFor(then.policies, facts),
    components: () => [],
    vulnerabilities: () => [],
    firmwareStatus: () => 'unknown',
    firmwareComponent: () => null,
    certificatesExpiring: () => [],
    violations: () => [],
    signIns24h: () => ({ success: 0, failure: 0, unknown: 0 }),
    devices: () => [],
  };
}

/** Once established it stays so: today's tells since when. What it knew then is not kept. */
function baselineAt(at: EpochMs, today: BaselineView | null): BaselineView {
  if (today === null) return NOT_KEPT;
  const { establishedAt } = today;
  const isEstablished = establishedAt !== null && establishedAt <= at;
  if (!isEstablished) return { ...NOT_KEPT, established: false };
  return { ...NOT_KEPT, established: true, establishedAt, maturity: 1 };
}

/**
 * Most costly first, with the points as they were published. An anomaly goes on growing after its factor was published:
 * its evidence is the anomaly's own, as every list shows it.
 */
function attributed(
  entity: EntityPast,
  open: readonly Anomaly[],
  scoring: ScoringProfile,
): readonly AttributedFactor[] {
  const points = new Map(entity.picture.factors.map(({ name, milliPoints }) => [name, milliPoints]));
  const factors = entity.factors().map((factor) => {
    return { ...factor, evidence: anomalyEvidence(factor.name, open) ?? factor.evidence };
  });
  return attribute(factors, scoring)
    .map((factor) => ({ ...factor, milliPoints: points.get(factor.name) ?? factor.milliPoints }))
    .sort((a, b) => b.milliPoints - a.milliPoints);
}
