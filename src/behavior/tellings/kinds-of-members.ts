import type { EntityId } from '../../model/index.ts';

/**
 * In which kinds something that was told of a member may be known: in all in which it is, perhaps in one in which it no longer is.
 * It may have been of another kind when it was told of.
 */
export class KindsOfMembers {
  readonly #kinds = new Map<EntityId, number[]>();

  add(entity: EntityId, group: number): void {
    const known = this.#kinds.get(entity);
    if (known === undefined) this.#kinds.set(entity, [group]);
    else if (!known.includes(group)) known.push(group);
  }

  of(entity: EntityId): readonly number[] {
    return this.#kinds.get(entity) ?? [];
  }

  forget(entity: EntityId): void {
    this.#kinds.delete(entity);
  }
}
