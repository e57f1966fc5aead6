export { type ConfigRequest, loadConfig, type Setting, type StanceConfig } from './config.ts';
export { type Effects, realEffects } from './effects.ts';
export { engineKeys } from './engine-keys.ts';
export { type Environment, readEnvironment, readVariable } from './environment.ts';
export { type AggregatorRequest, runAggregator } from './fleet-statistics/aggregator.ts';
export { demonstrateFleet, type FleetDemonstrated } from './fleet-statistics/demo/demo.ts';
export {
  agreedFleet,
  enrolFleetSite,
  type FleetAgreed,
  foundFleet,
  releaseRound,
  releasesOf,
  removeFleetSite,
  setEpsilonBudget,
  shareRelease,
} from './fleet-statistics/key-holder.ts';
export { joinSite, makeSite } from './fleet-statistics/site.ts';
export { nearestWord } from './spelling.ts';
export { type OpenOperations, openOperations, serveMcpStdio } from './open.ts';
export * from './operations.ts';
export { lookUp } from './lookup/asking.ts';
export { checkPolicies } from './policies.ts';
export { type RestoreResult, restoreBackup } from './restore.ts';
export { type RunningServer, type ServeOptions, serve } from './serving.ts';
export { openTokens, SCOPES, type Scope } from './tokens.ts';
export { VERSION } from './version.ts';
