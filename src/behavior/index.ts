export type { WorkCalendar } from './baseline.ts';
export type { Contact } from './contact.ts';
export { BehaviorOf } from './behavior.ts';
export { workCalendar } from './work-calendar.ts';
