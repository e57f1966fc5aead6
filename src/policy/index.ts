/** Policy compliance: rules compiled to decisions, violations, evidence of enforcement, coverage. */
export { type NamingKey, strayNames } from './strays.ts';
export { Coverage, speakOfTheSame } from './coverage.ts';
export { appliesTo, compilePolicies, type Decision, isConfining, type PolicyDecider } from './decider.ts';
export type { PolicyDestination } from './destination-table.ts';
export type { PolicyParty } from './party.ts';
export { type MinuteOfWeek, minuteOfWeek } from './weekly-times.ts';
export { type PolicyFileReport, type PolicyFiles, readPolicyFiles } from './policy-files.ts';
export { type Block, Enforcement } from './enforcement.ts';
export { policiesIn, readPolicies, type PolicyFile, type PolicyFileError } from './policy-file.ts';
export { VIOLATION_WINDOW_MS, type Violation, type ViolationCount, Violations } from './violations.ts';
export { type DestinationUse, type KindUses, type Proposal, proposeForAll } from './proposal.ts';
export { proposalFile, type WrittenPolicies, writePolicies } from './writing.ts';
