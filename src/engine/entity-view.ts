import {
  type AttributedFactor,
  type EntityId,
  type EntityProfile,
  type FactorName,
  type FirmwareStatus,
  type Policy,
  type TrustLevel,
  type UserId,
  wholePoints,
} from '../model/index.ts';
import { appliesTo } from '../policy/index.ts';
import { dimensionsOf } from '../scoring/index.ts';
import type { Engine } from './engine.ts';
import { worstFirst } from './factors/weakness.ts';
import type { History } from './histories.ts';
import { nextChange, offlineFrom } from './next-change.ts';
import type { Standing } from './standing.ts';
import type { BaselineView, EntityView } from './view.ts';

const NO_BASELINE: BaselineView = {
  established: false,
  establishedAt: null,
  connectionsPerHour: 0,
  knownDestinations: [],
  destinationsMet: 0,
  deviation: 0,
  maturity: 0,
};

/** One entity as the read side sees it; `null` for one that has no posture (yet). */
export function entityView(engine: Engine, id: EntityId): EntityView | null {
  // A view stays as it was made; the directory's profile goes along with the entity.
  const profile = engine.directory.profileNow(id);
  if (profile === null) return null;
  const standing = engine.partitionOf(profile.id).standing(profile.id);
  return standing === null ? null : viewOf(engine, profile, standing);
}

function viewOf(engine: Engine, profile: EntityProfile, standing: Standing): EntityView {
  const { id } = profile;
  const { scoreExact } = standing;
  const score = wholePoints(scoreExact);
  const partition = engine.partitionOf(id);
  const history = () => partition.history(id);
  const now = engine.time.now ?? engine.newestEvent ?? 0;
  return {
    id,
    profile,
    trustLevel: trustLevelOf(profile, standing.factors),
    addresses: () => (profile.type === 'user' ? [] : engine.directory.addressesOf(id, now)),
    scoreExact,
    score,
    riskScore: 100 - score,
    riskLevel: standing.level,
    riskReason: standing.reason,
    dimensions: dimensionsOf(standing.factors),
    confidence: standing.confidence / 1_000,
    factorNames: standing.factors.map(({ name }) => name),
    published: standing.factors,
    weight: standing.weight,
    factors: (): readonly AttributedFactor[] => partition.factors(id),
    nextChange: () => nextChange(partition, profile, now),
    offlineFrom: () => offlineFrom(partition, profile, engine),
    baseline: () => baselineView(history()?.baseline ?? null, profile, now),
    openAnomalies: () => partition.anomalies.open(id),
    policies: () => engine.decider.applicable(profile),
    components: () => [
      ...(history()?.software?.components() ?? []),
      ...engine.weaknesses.installedOn(profile),
    ],
    vulnerabilities: () => worstFirst(partition.weaknesses(profile).weaknesses),
    firmwareStatus: () => firmwareStatusOf(engine, profile),
    firmwareComponent: () => partition.weaknesses(profile).firmware?.component.name ?? null,
    certificatesExpiring: () => [
      ...engine.certificates.standing(engine.directory.membersOf(id), now).map(({ facts }) => facts.notAfter),
      ...[engine.identities.standing(id, now)?.certificate?.notAfter].filter((each) => each !== undefined),
    ],
    violations: () => partition.violations.of(id).map(({ policy, last }) => ({ policy, at: last })),
    signIns24h: () => history()?.signIns?.within24h(now) ?? { success: 0, failure: 0, unknown: 0 },
    devices: () => devicesOf(engine, profile, now),
  };
}

/** The operator's own date for the end of support goes before all that is public. */
function firmwareStatusOf(engine: Engine, profile: EntityProfile): FirmwareStatus {
  const { now } = engine;
  if (profile.supportEnds !== null && profile.supportEnds <= now) return 'eol';
  return engine.partitionOf(profile.id).weaknesses(profile).firmware?.status(now) ?? 'unknown';
}

function baselineView(baseline: History['baseline'], profile: EntityProfile, now: number): BaselineView {
  if (baseline === null) return NO_BASELINE;
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  const establishedAt = baseline.establishedAt(enrolledAt, now);
  return {
    established: establishedAt !== null,
    establishedAt,
    connectionsPerHour: baseline.connectionsPerHour,
    knownDestinations: [...new Set(baseline.knownDestinations().map(({ display }) => display))],
    destinationsMet: baseline.destinationsMet,
    deviation: baseline.deviation,
    maturity: baseline.maturity(enrolledAt, now),
  };
}

function devicesOf(engine: Engine, profile: EntityProfile, now: number) {
  if (profile.type !== 'user') return [];
  return [...engine.directory.activityOf(profile.id as UserId, now)]
    .flatMap(([id, lastActive]) => {
      const device = entityView(engine, id);
      return device === null ? [] : [{ device, lastActive }];
    })
    .sort((a, b) => b.lastActive - a.lastActive || (a.device.id < b.device.id ? -1 : 1));
}

/**
 * Enrolled by the operator is provisional; who holds a certificate is verified, for as long as nothing speaks against it
 * (contract §1). From what was published, so that an earlier instant has the level that it had.
 */
export function trustLevelOf(
  { enrolment }: Pick<EntityProfile, 'enrolment'>,
  published: readonly { readonly name: FactorName }[],
): TrustLevel {
  const has = (name: FactorName) => published.some((each) => each.name === name);
  if (has('certificate_revoked') || has('revoked_identity_in_use')) return 'revoked';
  if (enrolment.state === 'discovered') return 'unverified';
  const isProven = !has('identity_not_assessed') && !has('no_cryptographic_identity');
  return enrolment.by === 'certificate' && isProven ? 'verified' : 'provisional';
}

/** The policies of a list that are about an entity, in their order. */
export function policiesFor(
  policies: readonly Policy[],
  profile: Pick<EntityProfile, 'id' | 'alias' | 'type' | 'kind' | 'tags' | 'site'>,
): readonly Policy[] {
  return policies.filter((policy) => appliesTo(policy, profile));
}
