import type { EntityId } from '../../model/index.ts';

/** Of more members than this that were told of on one day, it is known that they were as many. */
const MOST_MEMBERS = 256;
const TAKEN = -1;

/**
 * Which members of a kind were told of on a day, and the strongest thing that was said of each. Full, those with the
 * smallest ids are kept: who gave way never comes back, so that the same are kept in whatever order they were told of.
 */
export class SampleOfDay {
  readonly #steps = new Map<EntityId, number>();
  /** The largest id, where it is full: found anew only when one gives way. */
  #last: EntityId | null = null;

  static of(said: Iterable<readonly [EntityId, number]>): SampleOfDay {
    const sample = new SampleOfDay();
    for (const [entity, step] of said) sample.tell(entity, step);
    return sample;
  }

  /** @param step {@link TAKEN} of one that was taken out */
  tell(entity: EntityId, step: number): void {
    const before = this.#steps.get(entity);
    if (before === TAKEN) return;
    if (before === undefined && this.#last !== null && entity > this.#last) return;
    this.#steps.set(entity, Math.max(step, before ?? step));
    if (this.#steps.size > MOST_MEMBERS) this.#steps.delete(this.#last ?? this.#largest());
    if (before === undefined && this.#steps.size === MOST_MEMBERS) this.#last = this.#largest();
  }

  /** Takes one out for this day, whose place nobody else has; `null` where it is not among them. */
  take(entity: EntityId): number | null {
    const step = this.#steps.get(entity) ?? TAKEN;
    if (step === TAKEN) return null;
    this.#steps.set(entity, TAKEN);
    return step;
  }

  has(entity: EntityId): boolean {
    return (this.#steps.get(entity) ?? TAKEN) !== TAKEN;
  }

  /** By id. */
  all(): readonly (readonly [EntityId, number])[] {
    return this.places().filter(([, step]) => step !== TAKEN);
  }

  /** To be written down: also those that were taken out. */
  places(): readonly (readonly [EntityId, number])[] {
    return [...this.#steps].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #largest(): EntityId {
    let largest = '' as EntityId;
    for (const each of this.#steps.keys()) if (each > largest) largest = each;
    return largest;
  }
}
