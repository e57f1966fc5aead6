/** The findings room: changes in the form of OCSF, for whoever receives them. */
export type { Finding, Producer } from './finding.ts';
export { findingsOf } from './findings-of.ts';
