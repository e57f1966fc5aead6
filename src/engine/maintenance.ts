import {
  type EntityId,
  type EntityProfile,
  type EpochMs,
  HOUR_MS,
  LIMITS,
  type MaintenanceId,
  type MaintenanceRecord,
  type MaintenanceRemoveRecord,
  type MaintenanceWindow,
  type RemovedWindow,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { maintenanceId } from './word-ids.ts';

type Whose = Pick<EntityProfile, 'id' | 'tags' | 'site'>;

/**
 * When work is done on what. Within a window no anomaly of a state opens, and silence is not waited for: it counts anew
 * from the window's end, so that windows are remembered a while after it.
 */
export class Maintenance implements Stateful {
  /** In the order in which they were said. */
  #windows: readonly MaintenanceWindow[] = [];
  /** What was taken back, the oldest first: only to be listed. */
  #removed: readonly RemovedWindow[] = [];
  readonly #canonical: (id: EntityId) => EntityId;

  constructor(canonical: (id: EntityId) => EntityId) {
    this.#canonical = canonical;
  }

  get isEmpty(): boolean {
    return this.#windows.length === 0 && this.#removed.length === 0;
  }

  /** Windows that are not over. */
  countFrom(now: EpochMs): number {
    return this.#windows.filter(({ to }) => to > now).length;
  }

  /** `null` where there is the same already, where it ends before it begins, or beyond the bound. */
  add(record: MaintenanceRecord, now: EpochMs): MaintenanceWindow | null {
    const id = maintenanceId(record);
    const { scope, from, reason, actor, saidAt } = record;
    const to = Math.min(record.to, from + LIMITS.maintenanceMs);
    if (to <= from || this.get(id) !== null || this.countFrom(now) >= LIMITS.maintenanceWindows) return null;
    const window: MaintenanceWindow = {
      id,
      scope,
      from,
      to,
      reason,
      actor,
      ...(saidAt === undefined ? {} : { saidAt }),
      held: 0,
    };
    this.#windows = [...this.#recent(now), window];
    return window;
  }

  /** As if it had not been planned. `null` for one that is not known. */
  remove({ window: id, at, saidAt, actor, reason }: MaintenanceRemoveRecord): MaintenanceWindow | null {
    const known = this.get(id);
    if (known === null) return null;
    this.#windows = this.#windows.filter((each) => each !== known);
    const removed = { at, ...(saidAt === undefined ? {} : { saidAt }), actor, reason };
    this.#removed = [...this.#removed, { ...known, removed }].slice(-LIMITS.endedWords);
    return known;
  }

  /** What was said of an entity alone is forgotten, with its reason. */
  forget(entity: EntityId): void {
    this.#windows = this.#windows.filter(({ scope }) => scope.entity !== entity);
    this.#removed = this.#removed.filter(({ scope }) => scope.entity !== entity);
  }

  /** The window that an entity is in at an instant. */
  at(whose: Whose, at: EpochMs): MaintenanceWindow | null {
    return (
      this.#windows.find(({ from, to, scope }) => from <= at && at < to && this.#covers(scope, whose)) ?? null
    );
  }

  /** A window that an hour of an entity lies in, whole or in part. */
  duringHour(whose: Whose, hour: EpochMs): MaintenanceWindow | null {
    return this.#windows.find((each) => isPartlyIn(each, hour) && this.#covers(each.scope, whose)) ?? null;
  }

  /** All windows that an entity has. */
  of(whose: Whose): readonly MaintenanceWindow[] {
    return this.#windows.filter(({ scope }) => this.#covers(scope, whose));
  }

  /** Up to when its silence is excused, looked at from an instant: work on it is under way, or has ended; 0: it never was. */
  excusedUntil(whose: Whose, at: EpochMs): EpochMs {
    return this.at(whose, at) === null ? this.lastEnd(whose, at) : at;
  }

  /** The end of the last window that an entity was in by `now`; 0 where it was in none. */
  lastEnd(whose: Whose, now: EpochMs): EpochMs {
    let last = 0;
    for (const { to, scope } of this.#windows)
      if (to <= now && to > last && this.#covers(scope, whose)) last = to;
    return last;
  }

  /** A detection was held back. */
  count(id: MaintenanceId): void {
    this.#windows = this.#windows.map((each) => (each.id === id ? { ...each, held: each.held + 1 } : each));
  }

  get(id: string): MaintenanceWindow | null {
    return this.#windows.find((each) => each.id === id) ?? null;
  }

  all(): readonly MaintenanceWindow[] {
    return this.#windows;
  }

  removed(): readonly RemovedWindow[] {
    return this.#removed;
  }

  save(to: StateWriter): void {
    to.records('windows', this.#windows);
    // Apart from what counts: a release that does not know of it brings none of it back.
    if (this.#removed.length > 0) to.records('removed', this.#removed);
  }

  load(from: StateReader): void {
    this.#windows = [...from.records('windows')] as MaintenanceWindow[];
    this.#removed = from.has('removed') ? ([...from.records('removed')] as RemovedWindow[]) : [];
  }

  #covers({ site, tag, entity }: MaintenanceWindow['scope'], whose: Whose): boolean {
    if (entity !== null) return this.#canonical(entity) === this.#canonical(whose.id);
    if (tag !== null) return whose.tags.includes(tag);
    return site === whose.site;
  }

  /** Of those that are over the latest so many. */
  #recent(now: EpochMs): readonly MaintenanceWindow[] {
    const over = this.#windows.filter(({ to }) => to <= now);
    const forgotten = new Set(over.slice(0, Math.max(0, over.length - LIMITS.endedWords)));
    return this.#windows.filter((each) => !forgotten.has(each));
  }
}

/** Whether an hour lies in a window, whole or in part. */
export function isPartlyIn({ from, to }: MaintenanceWindow, hour: EpochMs): boolean {
  return from < hour + HOUR_MS && hour < to;
}
