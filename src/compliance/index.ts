/** Compliance: control catalogues, what of the posture each control is tested by, and what people answer for. */
export {
  type AssessedControl,
  type AssessedFramework,
  assessFramework,
  frameworkState,
  type Said,
} from './assessment.ts';
export { CATALOGUES, type Control, controlOf, controlsOf } from './catalogue.ts';
export { type OscalDocument, oscalResults } from './oscal.ts';
export { graveInAll, type GraveAnomalies, GraveTally } from './grave-anomalies.ts';
export { type FleetFacts, type Readings, readSignals } from './reading.ts';
export { type SignalName } from './signals.ts';
export type { Tested } from './testing.ts';
export { fixesOf, gapsOf, stateSince } from './told.ts';
export { attestationId, exceptionId } from './word-ids.ts';
export { ComplianceWords, wordsAt } from './words.ts';
