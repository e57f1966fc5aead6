export {
  type Binding,
  type BindingDecision,
  type BindingRequest,
  decideBinding,
  isLoopback,
  isOfLoopback,
  urlOf,
} from './binding.ts';
export { bodyWithin } from './body-within.ts';
export {
  ControlError,
  type ControlOperation,
  type ControlServer,
  type ControlSettings,
  createControlServer,
} from './control.ts';
export { callControl } from './control-client.ts';
export type { EstAnswer, EstDesk } from './est.ts';
export type { HttpErrorCode } from './errors.ts';
export type { FeedIntake } from './feeds.ts';
export { gathered } from './gathered.ts';
export type { Intake, IntakeHeaders, IntakeOutcome, IntakeSummary } from './intake.ts';
export type { JudgeClient, JudgeToken } from './provers.ts';
export { askOperation, remoteReader } from './remote-reader.ts';
export { createHttpServer, type DeviceDoors, type Health, type HttpServerSettings } from './server.ts';
export {
  type Bearer,
  SCOPES,
  type Scope,
  type TokenInfo,
  TokenStore,
} from './tokens.ts';
