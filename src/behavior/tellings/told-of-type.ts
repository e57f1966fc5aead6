import type { EntityId } from '../../model/index.ts';
import { Members, type SaidMembers } from './members.ts';
import { SampleOfDay } from './sample-of-day.ts';

/**
 * So long after one of a kind was told of and confirmed to be attacked, what is told of the others is no example unless it is
 * judged; nor is what was told before and still waits.
 */
const DOUBTED_DAYS = 28;
const NEVER = -1_000;

/** As it is written down. */
export interface SaidType {
  readonly waiting: readonly (readonly [number, readonly (readonly [EntityId, number])[]])[];
  readonly doubtedTo: number;
  readonly settled: SaidMembers;
}

/** What was told of the members of a kind, of one type: of the last days, which counts for nothing yet, and of before. */
export class ToldOfType {
  readonly #waiting = new Map<number, SampleOfDay>();
  #settled = new Members();
  /** What is told up to this day counts only where it is judged. */
  #doubtedTo = NEVER;

  static of({ waiting, doubtedTo, settled }: SaidType): ToldOfType {
    const told = new ToldOfType();
    for (const [day, places] of waiting) told.#waiting.set(day, SampleOfDay.of(places));
    told.#doubtedTo = doubtedTo;
    told.#settled = Members.of(settled);
    return told;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#doubtedTo === NEVER && this.#settled.isEmpty;
  }

  tell(day: number, entity: EntityId, step: number): void {
    let sample = this.#waiting.get(day);
    if (sample === undefined) this.#waiting.set(day, (sample = new SampleOfDay()));
    sample.tell(entity, step);
  }

  /** See {@link Members.alike}. */
  alike(step: number, entity: EntityId): number | null {
    return this.#settled.alike(step, entity);
  }

  /** An operator said that what was told of a member is nothing: it counts at once. */
  allow(entity: EntityId): void {
    for (const sample of this.#waiting.values()) {
      const step = sample.take(entity);
      if (step !== null) this.#settled.add(entity, step, true);
    }
    this.#settled.judge(entity);
    this.#settled.trim();
  }

  /** An operator said that it is an attack. */
  confirm(day: number, entity: EntityId): void {
    for (const sample of this.#waiting.values()) sample.take(entity);
    this.#settled.forget(entity);
    this.#settled.doubt();
    this.goOn(day);
  }

  /** What was confirmed of a member goes on; what is told on the day is as it was till its end, in whatever order it comes. */
  goOn(day: number): void {
    this.#doubtedTo = Math.max(this.#doubtedTo, day + DOUBTED_DAYS);
  }

  /** A day is over. */
  end(day: number): void {
    if (this.#doubtedTo === day + DOUBTED_DAYS) this.#settled.doubt();
  }

  /** Days up to this one have waited for long enough. */
  settleTo(due: number): void {
    const days = [...this.#waiting.keys()].filter((day) => day <= due);
    for (const day of days.sort((a, b) => a - b)) {
      this.#settle(day, this.#waiting.get(day)?.all() ?? []);
      this.#waiting.delete(day);
    }
  }

  /** @param today once it is past, no doubt is left of what was confirmed */
  fade(share: number, today: number): void {
    this.#settled.fade(share);
    if (this.#waiting.size === 0 && this.#doubtedTo < today) this.#doubtedTo = NEVER;
  }

  /** Whom it knows, one perhaps twice. */
  *entities(): Iterable<EntityId> {
    for (const sample of this.#waiting.values()) for (const [entity] of sample.all()) yield entity;
    yield* this.#settled.entities();
  }

  knows(entity: EntityId): boolean {
    return this.#settled.knows(entity) || [...this.#waiting.values()].some((each) => each.has(entity));
  }

  forget(entity: EntityId): void {
    for (const sample of this.#waiting.values()) sample.take(entity);
    this.#settled.forget(entity);
  }

  said(): SaidType {
    const waiting = [...this.#waiting].sort(([a], [b]) => a - b);
    return {
      waiting: waiting.map(([day, sample]) => [day, sample.places()] as const),
      doubtedTo: this.#doubtedTo,
      settled: this.#settled.said(),
    };
  }

  #settle(day: number, told: readonly (readonly [EntityId, number])[]): void {
    if (day <= this.#doubtedTo) return;
    for (const [entity, step] of told) this.#settled.add(entity, step, false);
    this.#settled.trim();
  }
}
