export * from './address.ts';
export * from './advisory.ts';
export * from './anomaly-names.ts';
export * from './anomaly.ts';
export { EvidenceAnswer, FactorAnswer, isInstant } from './answer-parts.ts';
export * from './answers.ts';
export * from './chain-problem.ts';
export type { PostureComparison } from './comparison.ts';
export * from './compliance.ts';
export * from './connections.ts';
export * from './corroboration.ts';
export * from './device-cohorts.ts';
export * from './device-features.ts';
export * from './domain-name.ts';
export * from './sealed-domain.ts';
export * from './entity.ts';
export * from './event.ts';
export * from './eviction.ts';
export type { PostureExplanation } from './explanation.ts';
export * from './factor.ts';
export * from './fault.ts';
export * from './fleet-statistics.ts';
export * from './identity.ts';
export * from './ids.ts';
export * from './indicator.ts';
export * from './intake.ts';
export { jsonIn } from './json-text.ts';
export * from './limits.ts';
export { limitPerNetwork, networkOf } from './network-limit.ts';
export * from './millipoints.ts';
export * from './operator-word.ts';
export { type Named, nearestIds } from './nearest.ts';
export { ownValue } from './own.ts';
export * from './policy.ts';
export * from './posture-change.ts';
export * from './publication.ts';
export type * from './identity-record.ts';
export type * from './people-record.ts';
export * from './record.ts';
export type { HypotheticalChange, PostureSimulation } from './simulation.ts';
export * from './site.ts';
export { isTrustDomain, readSpiffeId, type SpiffeId } from './spiffe-id.ts';
export * from './state.ts';
export {
  type FleetPeers,
  type FleetProvenance,
  type FleetStatistics,
  type FleetWide,
  type GroupStatistics,
  type Spread,
  STATISTIC_GROUPS,
  STATISTIC_METRICS,
  type StatisticGroup,
  type StatisticMetric,
} from './statistics.ts';
export * from './story-family.ts';
export * from './steps.ts';
export * from './time.ts';
export * from './tools.ts';
export * from './vocabulary.ts';
export * from './warning-list.ts';
export * from './actor-names.ts';
export * from './wrong-argument.ts';
export * from './unseen.ts';
export { canonicalJson } from './canonical-json.ts';
