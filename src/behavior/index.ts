export type { Baseline } from './baseline.ts';
export { type BehaviorClaim, Behaviors } from './behaviors.ts';
export type { Contact } from './contact.ts';
export { workCalendar, type WorkCalendar } from './work-calendar.ts';
