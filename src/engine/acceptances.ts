import type { Anchor } from '../behavior/index.ts';
import type { BaselineAcceptRecord, EntityId, Stateful, StateReader, StateWriter } from '../model/index.ts';

interface Acceptance {
  readonly record: BaselineAcceptRecord;
  /** What was normal before all that was accepted and not taken back; `null` where nothing was known. */
  readonly before: Anchor | null;
  /** Whose ways they are, where the record's id meant another by then. */
  readonly of?: EntityId;
}

/**
 * Which entities' ways an operator accepted as their new normal, and has not taken back: the last word of each. Of one that gave
 * way in a merge it waits with the history that it is of, for a split.
 */
export class Acceptances implements Stateful {
  readonly #accepted = new Map<EntityId, Acceptance>();

  get isEmpty(): boolean {
    return this.#accepted.size === 0;
  }

  /** Said again, it gives way to the new word, and what was normal before the first of them stays. */
  add(entity: EntityId, record: BaselineAcceptRecord, before: Anchor | null): void {
    const known = this.take(entity);
    const accepted = { record, before: known?.before ?? before };
    this.#accepted.set(entity, record.entity === entity ? accepted : { ...accepted, of: entity });
  }

  /** `null` where there is none to take back. */
  take(entity: EntityId): Acceptance | null {
    const acceptance = this.#accepted.get(entity) ?? null;
    this.#accepted.delete(entity);
    return acceptance;
  }

  forget(entity: EntityId): void {
    this.#accepted.delete(entity);
  }

  /** The last word on an entity's own ways. */
  of(entity: EntityId): BaselineAcceptRecord | null {
    return this.#accepted.get(entity)?.record ?? null;
  }

  save(to: StateWriter): void {
    to.records('accepted', this.#accepted.values());
  }

  load(from: StateReader): void {
    for (const each of from.records('accepted')) {
      const acceptance = each as Acceptance;
      this.#accepted.set(acceptance.of ?? acceptance.record.entity, acceptance);
    }
  }
}
