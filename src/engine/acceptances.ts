import type { BaselineAcceptRecord, EntityId, Stateful, StateReader, StateWriter } from '../model/index.ts';

/** Which entities' ways an operator accepted as their new normal, and has not taken back: the last word of each. */
export class Acceptances implements Stateful {
  readonly #accepted = new Map<EntityId, BaselineAcceptRecord>();
  readonly #canonical: (id: EntityId) => EntityId;

  constructor(canonical: (id: EntityId) => EntityId) {
    this.#canonical = canonical;
  }

  get isEmpty(): boolean {
    return this.#accepted.size === 0;
  }

  add(record: BaselineAcceptRecord): void {
    this.#accepted.delete(record.entity);
    this.#accepted.set(record.entity, record);
  }

  /** `false` where there is none to take back. */
  remove(entity: EntityId): boolean {
    const record = this.of(entity);
    return record !== null && this.#accepted.delete(record.entity);
  }

  /** The last of an entity, by whichever of its ids it was said. */
  of(entity: EntityId): BaselineAcceptRecord | null {
    const canonical = this.#canonical(entity);
    return (
      [...this.#accepted.values()].findLast((each) => this.#canonical(each.entity) === canonical) ?? null
    );
  }

  save(to: StateWriter): void {
    to.records('accepted', this.#accepted.values());
  }

  load(from: StateReader): void {
    for (const each of from.records('accepted')) this.add(each as BaselineAcceptRecord);
  }
}
