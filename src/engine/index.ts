export { Engine, type EngineKeys } from './engine.ts';
export { createEngineView } from './engine-view.ts';
export type { FleetCheckpoint } from './fleet-history.ts';
export type { IntakeLedger } from './intake-ledger.ts';
export type { BaselineView, EngineView, EntityView, FleetView, SensorView, ThreatView } from './view.ts';
