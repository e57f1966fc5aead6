/** The scoring room: factors → dimensions → score → exact attribution, risk level, fleet (contract §3). */
export { type Assessment, assess, dimensionsOf, type FactorShare } from './assess.ts';
export { attribute } from './attribute.ts';
export { type Comparison, compare, type FactorTerm } from './compare.ts';
export { decayed, fadesAt } from './decay.ts';
export type { PublishedFactor } from './dimension.ts';
export { FleetAggregate, type FleetFigures, type FleetShare, type FleetValue } from './fleet.ts';
export {
  DEFAULT_PROFILE,
  keptProfile,
  type FactorRule,
  parseProfile,
  type ScoringProfile,
  ScoringProfileError,
} from './profile.ts';
export { anomalyImpact, publish } from './publish.ts';
export {
  type RiskAssessment,
  type RiskInput,
  type RiskReason,
  levelOf,
  riskLevel,
} from './risk.ts';
