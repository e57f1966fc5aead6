export type { Anchor } from './drift.ts';
export type { Baseline } from './baseline.ts';
export { type BehaviorClaim, Behaviors, type Observed } from './behaviors.ts';
export type { Circumstances } from './circumstances.ts';
export type { Contact } from './contact.ts';
export { PeerGroups } from './peer-groups.ts';
export type { Question } from './question.ts';
export { workCalendar, type WorkCalendar } from './work-calendar.ts';
