/** The store room: what was published, when and why; the time machine's memory. */
export type { AtRisk, FleetStanding } from './fleet-standing.ts';
export type { CircumstanceKey, Circumstances, EntityFacts, HourOfFleet } from './circumstances.ts';
export { isDamagedHistory } from './damage.ts';
export type { Circumstance, Entry, Forgotten, History, Mark, Move, Reader, Span } from './history.ts';
export { openHistory } from './open.ts';
export type { EntityPast, Past } from './past.ts';
export type { Picture } from './picture.ts';
