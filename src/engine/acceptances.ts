import type { Anchor } from '../behavior/index.ts';
import type { BaselineAcceptRecord, EntityId, Stateful, StateReader, StateWriter } from '../model/index.ts';

interface Acceptance {
  readonly record: BaselineAcceptRecord;
  /** What was normal before all that was accepted and not taken back; `null` where nothing was known. */
  readonly before: Anchor | null;
}

/** Which entities' ways an operator accepted as their new normal, and has not taken back: the last word of each. */
export class Acceptances implements Stateful {
  readonly #accepted = new Map<EntityId, Acceptance>();
  readonly #canonical: (id: EntityId) => EntityId;

  constructor(canonical: (id: EntityId) => EntityId) {
    this.#canonical = canonical;
  }

  get isEmpty(): boolean {
    return this.#accepted.size === 0;
  }

  /** Said again, it gives way to the new word, and what was normal before the first of them stays. */
  add({ record, before }: Acceptance): void {
    const known = this.take(record.entity);
    this.#accepted.set(record.entity, { record, before: known?.before ?? before });
  }

  /** `null` where there is none to take back. */
  take(entity: EntityId): Acceptance | null {
    const acceptance = this.#find(entity);
    if (acceptance !== null) this.#accepted.delete(acceptance.record.entity);
    return acceptance;
  }

  forget(entity: EntityId): void {
    this.#accepted.delete(entity);
  }

  /** The last of an entity, by whichever of its ids it was said. */
  of(entity: EntityId): BaselineAcceptRecord | null {
    return this.#find(entity)?.record ?? null;
  }

  save(to: StateWriter): void {
    to.records('accepted', this.#accepted.values());
  }

  load(from: StateReader): void {
    for (const each of from.records('accepted')) {
      const acceptance = each as Acceptance;
      this.#accepted.set(acceptance.record.entity, acceptance);
    }
  }

  #find(entity: EntityId): Acceptance | null {
    const canonical = this.#canonical(entity);
    const all = [...this.#accepted.values()];
    return all.findLast(({ record }) => this.#canonical(record.entity) === canonical) ?? null;
  }
}
