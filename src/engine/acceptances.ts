import type {
  BaselineAcceptRecord,
  BaselineRevertRecord,
  EntityId,
  Stateful,
  StateReader,
  StateWriter,
} from '../model/index.ts';

/** Which entities' ways an operator accepted as their new normal, and has not taken back: the last word of each. */
export class Acceptances implements Stateful {
  readonly #byEntity = new Map<EntityId, BaselineAcceptRecord>();

  get isEmpty(): boolean {
    return this.#byEntity.size === 0;
  }

  add(record: BaselineAcceptRecord, entity: EntityId): void {
    this.#byEntity.set(entity, record);
  }

  /** `false` where there is none to take back. */
  remove(_record: BaselineRevertRecord, entity: EntityId): boolean {
    return this.#byEntity.delete(entity);
  }

  of(entity: EntityId): BaselineAcceptRecord | null {
    return this.#byEntity.get(entity) ?? null;
  }

  save(to: StateWriter): void {
    to.records('accepted', this.#byEntity);
  }

  load(from: StateReader): void {
    for (const each of from.records('accepted')) {
      const [entity, record] = each as [EntityId, BaselineAcceptRecord];
      this.#byEntity.set(entity, record);
    }
  }
}
