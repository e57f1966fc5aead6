import type { EntityId } from '../../model/index.ts';

/** Fewer members alike are chance, or an attack, or somebody who teaches a kind with a machine of his own. */
const LEAST_MEMBERS = 3;
/** So many are known one by one, those of the most days; the others are known together. */
const MOST_MEMBERS = 64;
/** What has faded to less than a quarter of a day (two half-lives) shows nothing any more. */
const LEAST_WEIGHT = 0.25;

/** Days by step, faded. */
type Days = Map<number, number>;

interface Member {
  readonly days: Days;
  /** An operator said that what was told of it is nothing. */
  isJudged: boolean;
}

/** As it is written down. */
export interface SaidMembers {
  readonly members: readonly (readonly [EntityId, boolean, readonly (readonly [number, number])[]])[];
  readonly others: readonly (readonly [number, number])[];
}

/** On how many days members of a kind showed as much, of one type. */
export class Members {
  readonly #members = new Map<EntityId, Member>();
  readonly #others: Days = new Map();

  static of({ members, others }: SaidMembers): Members {
    const known = new Members();
    for (const [entity, isJudged, days] of members)
      known.#members.set(entity, { isJudged, days: new Map(days) });
    for (const [step, days] of others) known.#others.set(step, days);
    return known;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#others.size === 0;
  }

  entities(): Iterable<EntityId> {
    return this.#members.keys();
  }

  knows(entity: EntityId): boolean {
    return this.#members.has(entity);
  }

  /** A day of a member. */
  add(entity: EntityId, step: number, isJudged: boolean): void {
    let member = this.#members.get(entity);
    if (member === undefined) this.#members.set(entity, (member = { days: new Map(), isJudged }));
    add(member.days, step, 1);
    if (isJudged) member.isJudged = true;
  }

  /** An operator said of what was told of it that it is nothing. */
  judge(entity: EntityId): void {
    const member = this.#members.get(entity);
    if (member !== undefined) member.isJudged = true;
  }

  /** One is confirmed to be attacked: what nobody judged is no example of what is ordinary. */
  doubt(): void {
    for (const [entity, { isJudged }] of this.#members) if (!isJudged) this.#members.delete(entity);
    this.#others.clear();
  }

  /**
   * Days on which a member showed at least as much; `null` where fewer than three others did. No member counts for more days than the
   * third of the others: neither one machine nor two make a kind's custom, nor its own, however often they do it.
   */
  alike(step: number, asked: EntityId): number | null {
    const days: number[] = [];
    let own = 0;
    for (const [entity, member] of this.#members) {
      const some = from(member.days, step);
      if (entity === asked) own = some;
      else if (some > 0) days.push(some);
    }
    if (days.length < LEAST_MEMBERS) return null;
    days.sort((a, b) => b - a);
    const most = days[LEAST_MEMBERS - 1] as number;
    const together = from(this.#others, step) + Math.min(own, most);
    return days.reduce((sum, each) => sum + Math.min(each, most), together);
  }

  /** A day passed. */
  fade(share: number): void {
    for (const [entity, { days }] of this.#members) {
      fade(days, share);
      if (days.size === 0) this.#members.delete(entity);
    }
    fade(this.#others, share);
  }

  /** Those beyond the bound are known together from now on. */
  trim(): void {
    if (this.#members.size <= MOST_MEMBERS) return;
    const byDays = this.#sorted().map(([entity, { days }]) => ({ entity, days, all: from(days, 0) }));
    byDays.sort((a, b) => b.all - a.all);
    for (const { entity, days } of byDays.slice(MOST_MEMBERS)) {
      for (const [step, some] of sorted(days)) add(this.#others, step, some);
      this.#members.delete(entity);
    }
  }

  forget(entity: EntityId): void {
    this.#members.delete(entity);
  }

  said(): SaidMembers {
    const members = this.#sorted().map(
      ([entity, { isJudged, days }]) => [entity, isJudged, sorted(days)] as const,
    );
    return { members, others: sorted(this.#others) };
  }

  #sorted(): [EntityId, Member][] {
    return [...this.#members].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

function add(days: Days, step: number, some: number): void {
  days.set(step, (days.get(step) ?? 0) + some);
}

/** In the order of steps, so that sums are the same to the last bit. */
function from(days: Days, step: number): number {
  let sum = 0;
  for (const [each, some] of days.size === 1 ? days : sorted(days)) if (each >= step) sum += some;
  return sum;
}

function fade(days: Days, share: number): void {
  for (const [step, some] of days) {
    if (some * share < LEAST_WEIGHT) days.delete(step);
    else days.set(step, some * share);
  }
}

function sorted(days: Days): [number, number][] {
  return [...days].sort(([a], [b]) => a - b);
}
