export { type ConfigRequest, loadConfig, type Setting, type StanceConfig } from './config.ts';
export { type Effects, realEffects } from './effects.ts';
export { type Environment, readEnvironment } from './environment.ts';
export { nearestWord } from './spelling.ts';
export { type OpenOperations, openOperations, serveMcpStdio } from './open.ts';
export * from './operations.ts';
export { OwnershipError } from './ownership.ts';
export { type RunningServer, type ServeOptions, serve } from './serving.ts';
export { VERSION } from './version.ts';
