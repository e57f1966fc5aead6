export { Engine } from './engine.ts';
export type { EngineKeys } from './engine-state.ts';
export { createEngineView } from './engine-view.ts';
export { policiesFor, trustLevelOf } from './entity-view.ts';
export type { SensorView } from './fleet-circumstances.ts';
export type { FleetCheckpoint } from './fleet-history.ts';
export { numberAddresses } from './numbered-addresses.ts';
export { type IntakeLedger, senderOf } from './intake-ledger.ts';
export type { DetectionTap } from './tap.ts';
export type {
  BaselineView,
  BehaviorMeasures,
  EngineView,
  EntityGlance,
  EntityMeasures,
  EntityView,
  FleetView,
  LiveView,
  ThreatView,
} from './view.ts';
export { scopeMatcher } from './suppression-scope.ts';
export { maintenanceId, suppressionId } from './word-ids.ts';
export type { Portions, Supposed, Supposition } from './what-if.ts';
export { anomalyEvidence } from './factors/behavior.ts';
export { weighs } from './factors/weakness.ts';
export { type PolicyTried, PolicyTrial } from './policy-trial.ts';
export { UsesOfKinds } from './kind-uses.ts';
