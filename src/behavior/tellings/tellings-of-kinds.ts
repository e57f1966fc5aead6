import type {
  AnomalyType,
  EntityId,
  StateReader,
  Stateful,
  StateWriter,
  Verdict,
} from '../../model/index.ts';
import { stepOf } from './steps.ts';
import { type SaidType, ToldOfType } from './told-of-type.ts';

/** What is known of a kind fades to half in four weeks: a dozen members are known well within that. */
const DAILY_DISCOUNT = 2 ** (-1 / 28);
/** What was told counts for nothing before so many whole days have passed: an outbreak is no custom, and somebody may judge it. */
const WAITING_DAYS = 7;
/** Of a kind of which fewer days of members were looked at, nothing is said. */
const LEAST_DAYS = 500;
/** By then all of before has faded, and all that waited has settled. */
const MOST_DAYS_AT_ONCE = 400;

/** Whether an operator has confirmed what was told of an entity on a day. */
export type IsConfirmed = (entity: EntityId, type: AnomalyType, day: number) => boolean;
const NOBODY: IsConfirmed = () => false;

/** How often the members of a kind show as much. */
export interface Alike {
  /** Days of members on which as much was told, faded. */
  readonly alike: number;
  /** Days of members that were looked at, faded alike. */
  readonly days: number;
  /** That a day of a member shows as much: a conformal p-value (Vovk et al. 2005). */
  readonly p: number;
}

interface Kind {
  /** Days of members that were looked at and count. */
  days: number;
  /** … and those that wait, by day. */
  readonly waiting: Map<number, number>;
  readonly told: Map<AnomalyType, ToldOfType>;
}

/**
 * How often detectors tell of the members of each kind of device, by type and by how improbable it was to them: the
 * calibration set that makes a detector's formula a frequency. Counted in days of members: a member counts once a day, with
 * the strongest that was said of it. What settles does so at midnights (UTC, by events' time), in whole numbers, so that neither the
 * order within a day nor the number of partitions matters.
 */
export class TellingsOfKinds implements Stateful {
  readonly #kinds = new Map<number, Kind>();
  #today = 0;

  get isEmpty(): boolean {
    return this.#kinds.size === 0;
  }

  /** A member of a kind was active on a day that nobody counted of it yet. */
  look(group: number): void {
    if (group === 0) return;
    const { waiting } = this.#of(group);
    waiting.set(this.#today, (waiting.get(this.#today) ?? 0) + 1);
  }

  /** A detector told of a member. @param chance its own probability that it is nothing */
  tell(group: number, type: AnomalyType, entity: EntityId, chance: number): void {
    if (group === 0) return;
    const { told } = this.#of(group);
    typeOf(told, type).tell(this.#today, entity, stepOf(chance));
  }

  /** `null` where too little is known of the kind, or fewer than three others showed as much. */
  alike(group: number, type: AnomalyType, entity: EntityId, chance: number): Alike | null {
    const kind = this.#kinds.get(group);
    if (kind === undefined || kind.days < LEAST_DAYS) return null;
    const { days } = kind;
    const alike = kind.told.get(type)?.alike(stepOf(chance), entity) ?? null;
    return alike === null ? null : { alike, days, p: Math.min(1, (alike + 1) / (days + 1)) };
  }

  /** An operator judged an anomaly of a member. */
  judge(group: number, type: AnomalyType, entity: EntityId, verdict: Verdict | null): void {
    if (verdict === null || verdict === 'undetermined') return;
    // What was told of it may be forgotten, or be from before it had a kind: its kind is doubted all the same.
    if (verdict === 'true_positive' && group !== 0) typeOf(this.#of(group).told, type);
    for (const [each, { told }] of this.#kinds) {
      const ofType = told.get(type);
      // It may have been of another kind when it was told of.
      if (ofType === undefined || (each !== group && !ofType.knows(entity))) continue;
      if (verdict === 'true_positive') ofType.confirm(this.#today, entity);
      else ofType.allow(entity);
    }
  }

  forget(entities: Iterable<EntityId>): void {
    for (const entity of entities)
      for (const { told } of this.#kinds.values()) for (const each of told.values()) each.forget(entity);
  }

  /** It was loaded, or an older release knew nothing of this: the day is as it was. */
  resumeAt(day: number): void {
    this.#today = day;
  }

  /** A day has begun: what has waited for long enough counts from now on. */
  passTo(day: number, isConfirmed: IsConfirmed = NOBODY): void {
    const first = this.#today === 0 ? day : Math.max(this.#today + 1, day - MOST_DAYS_AT_ONCE);
    // What settles is as old as it is, also after a leap of many days.
    for (let each = first; each <= day; each++) this.#begin(each, isConfirmed);
    this.#today = day;
  }

  save(to: StateWriter): void {
    to.records('kinds', [...this.#kinds].sort(([a], [b]) => a - b).map(said));
  }

  load(from: StateReader): void {
    for (const [group, days, waiting, told] of from.records('kinds') as Iterable<SaidKind>) {
      const types = told.map(([type, each]) => [type, ToldOfType.of(each)] as const);
      this.#kinds.set(group, { days, waiting: new Map(waiting), told: new Map(types) });
    }
  }

  #of(group: number): Kind {
    let kind = this.#kinds.get(group);
    if (kind === undefined) this.#kinds.set(group, (kind = { days: 0, waiting: new Map(), told: new Map() }));
    return kind;
  }

  #begin(today: number, isConfirmed: IsConfirmed): void {
    for (const kind of this.#kinds.values()) {
      kind.days *= DAILY_DISCOUNT;
      for (const each of kind.told.values()) each.fade(DAILY_DISCOUNT, today);
      const due = today - WAITING_DAYS - 1;
      for (const day of kind.waiting.keys()) if (day <= due) settleDays(kind, day);
      for (const [type, ofType] of kind.told) {
        ofType.settleTo(due, (entity, day) => isConfirmed(entity, type, day));
        if (ofType.isEmpty) kind.told.delete(type);
      }
    }
  }
}

type SaidKind = readonly [
  number,
  number,
  readonly (readonly [number, number])[],
  readonly (readonly [AnomalyType, SaidType])[],
];

function said([group, { days, waiting, told }]: readonly [number, Kind]): SaidKind {
  const types = [...told].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    group,
    days,
    [...waiting].sort(([a], [b]) => a - b),
    types.map(([type, each]) => [type, each.said()] as const),
  ];
}

function typeOf(told: Map<AnomalyType, ToldOfType>, type: AnomalyType): ToldOfType {
  let ofType = told.get(type);
  if (ofType === undefined) told.set(type, (ofType = new ToldOfType()));
  return ofType;
}

function settleDays(kind: Kind, day: number): void {
  kind.days += kind.waiting.get(day) ?? 0;
  kind.waiting.delete(day);
}
