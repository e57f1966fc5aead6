export { demonstrateFleet, type FleetDemonstrated } from './demo/demo.ts';
export { type OpenOperations, openOperations, serveMcpStdio } from './open.ts';
export { type RunningServer, serve } from './serving.ts';
