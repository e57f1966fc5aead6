export { restoreBackup, type RestoreResult } from './backup/restore.ts';
export { clientOperations } from './client-operations.ts';
export { believeConfigured } from './configured-anchors.ts';
export { controlOperations, feedIntake } from './control-operations.ts';
export { BoundWatch } from './doctor/bounds.ts';
export { importInventory } from './inventory/inventory.ts';
export { lookUp } from './lookup/asking.ts';
export type { IntelSealed, LookupAnswer } from './lookup/operations.ts';
export type {
  BackupResult,
  BillResult,
  BillsRemoved,
  DoctorReport,
  FindingsPage,
  IdentityArgs,
  IdentityResult,
  InventoryResult,
  Operations,
  SimulateArgs,
  StatusReport,
} from './operations.ts';
export {
  type OpenSink,
  type OutputReports,
  Outputs,
  restingOutputs,
  restingReaders,
} from './outputs/outputs.ts';
export { openSinks } from './outputs/sinks.ts';
export { type OwnedOperations, ownedOperations } from './owned-operations.ts';
export type { DryRun, PolicyCheck, PolicyListing } from './policies/operations.ts';
export { applyPolicies, checkPolicies } from './policies/policies.ts';
export type { PrivacyReport } from './privacy/operations.ts';
export type { SetAsideList } from './set-aside/operations.ts';
export { simulate } from './simulation.ts';
export { LiveTokens, openTokens, type Scope, SCOPES } from './tokens.ts';
export { viewsOf } from './views.ts';
export type { MaintenanceAnswer, SuppressResult } from './words/operations.ts';
