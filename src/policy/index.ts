/** Policy compliance: rules compiled to decisions, violations, evidence of enforcement, coverage. */
export { Coverage } from './coverage.ts';
export {
  appliesTo,
  compilePolicies,
  type Decision,
  type PolicyDecider,
  type PolicySubject,
} from './decider.ts';
export type { PolicyDestination } from './destination.ts';
export { type Block, Enforcement } from './enforcement.ts';
export { type PolicyFile, type PolicyFileError, readPolicies } from './policy-file.ts';
export { VIOLATION_WINDOW_MS, type Violation, type ViolationCount, Violations } from './violations.ts';
