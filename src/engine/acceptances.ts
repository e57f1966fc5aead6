import type { Anchor } from '../behavior/index.ts';
import type { BaselineAcceptRecord, EntityId, Stateful, StateReader, StateWriter } from '../model/index.ts';

interface Acceptance {
  readonly record: BaselineAcceptRecord;
  /** What was normal before; `null` where nothing was known. */
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

  add(acceptance: Acceptance): void {
    const { entity } = acceptance.record;
    this.#accepted.delete(entity);
    this.#accepted.set(entity, acceptance);
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
    for (const each of from.records('accepted')) this.add(each as Acceptance);
  }

  #find(entity: EntityId): Acceptance | null {
    const canonical = this.#canonical(entity);
    const all = [...this.#accepted.values()];
    return all.findLast(({ record }) => this.#canonical(record.entity) === canonical) ?? null;
  }
}
