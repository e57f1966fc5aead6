import {
  type Anomaly,
  type AnomalyType,
  dropOldest,
  type EntityId,
  type EpochMs,
  LIMITS,
  type MaintenanceId,
  namesOf,
  type Stateful,
  type StateReader,
  type StateWriter,
  type SuppressionId,
} from '../model/index.ts';

/** A word that holds detections back, and when it ends by time alone. */
export interface Holding {
  readonly id: SuppressionId | MaintenanceId;
  readonly until: EpochMs;
}

/** What of an entity was held back: of a type, and which act or service of it, where the type names such. */
export interface Held {
  readonly entity: EntityId;
  readonly type: AnomalyType;
  readonly name: string | null;
}

interface Kept {
  readonly held: Held;
  readonly by: Holding;
}

/**
 * What operators' words held back, until they end. A detector tells of a thing once; what was not raised then would never be,
 * however long it went on after the word. So it is asked again. Bounded: what was held back first is forgotten first.
 */
export class HeldBack implements Stateful {
  readonly #kept = new Map<string, Kept>();
  #nextEnd: EpochMs = Number.POSITIVE_INFINITY;

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  add(entity: EntityId, found: Pick<Anomaly, 'type' | 'evidence'>, by: Holding): void {
    const names = namesOf(found);
    for (const name of names.size === 0 ? [null] : names) {
      this.#keep({ held: { entity, type: found.type, name }, by });
    }
  }

  /** What was held back by words that have ended by `now`; it is kept no longer. */
  takeEnded(now: EpochMs): readonly Held[] {
    return now < this.#nextEnd ? [] : this.#take(({ until }) => until <= now);
  }

  /** What a word held back that ended early. */
  take(id: Holding['id']): readonly Held[] {
    return this.#take((by) => by.id === id);
  }

  forget(entity: EntityId): void {
    for (const [key, { held }] of this.#kept) if (held.entity === entity) this.#kept.delete(key);
  }

  save(to: StateWriter): void {
    to.records('held', this.#kept.values());
  }

  load(from: StateReader): void {
    for (const each of from.records('held')) this.#keep(each as Kept);
  }

  #keep(kept: Kept): void {
    const { entity, type, name } = kept.held;
    const key = JSON.stringify([kept.by.id, entity, type, name]);
    if (!this.#kept.has(key) && this.#kept.size >= LIMITS.heldBack) dropOldest(this.#kept);
    this.#kept.set(key, kept);
    this.#nextEnd = Math.min(this.#nextEnd, kept.by.until);
  }

  #take(isOver: (by: Holding) => boolean): readonly Held[] {
    const over = [...this.#kept].filter(([, { by }]) => isOver(by));
    for (const [key] of over) this.#kept.delete(key);
    this.#nextEnd = Number.POSITIVE_INFINITY;
    for (const { by } of this.#kept.values()) this.#nextEnd = Math.min(this.#nextEnd, by.until);
    return over.map(([, { held }]) => held);
  }
}
