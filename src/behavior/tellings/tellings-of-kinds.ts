import type {
  AnomalyType,
  EntityId,
  StateReader,
  Stateful,
  StateWriter,
  Verdict,
} from '../../model/index.ts';
import { KindsOfMembers } from './kinds-of-members.ts';
import { stepOf } from './steps.ts';
import { type SaidType, ToldOfType } from './told-of-type.ts';

/** What is known of a kind fades to half in four weeks: a dozen members are known well within that. */
const DAILY_DISCOUNT = 2 ** (-1 / 28);
/** What was told counts for nothing before so many whole days have passed: an outbreak is no custom, and somebody may judge it. */
const WAITING_DAYS = 7;
/** Of a kind of which fewer days of members were looked at, nothing is said. */
const LEAST_DAYS = 500;
/** By then all of before has faded. */
const MOST_DAYS_AT_ONCE = 400;

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
  /** Made when somebody is asked for, and gone with the day, so that it holds nobody who is known no more for long. */
  #kindsOf: KindsOfMembers | null = null;

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
    this.#kindsOf?.add(entity, group);
  }

  /** A detector told of a member what an operator has confirmed of it. */
  goOn(group: number, type: AnomalyType): void {
    if (group !== 0) typeOf(this.#of(group).told, type).goOn(this.#today);
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
    for (const each of new Set([group, ...this.#kindsWith(entity)])) {
      const ofType = this.#kinds.get(each)?.told.get(type);
      if (ofType === undefined || (each !== group && !ofType.knows(entity))) continue;
      if (verdict === 'true_positive') ofType.confirm(this.#today, entity);
      else ofType.allow(entity);
    }
  }

  forget(entities: Iterable<EntityId>): void {
    for (const entity of entities) {
      for (const group of this.#kindsWith(entity))
        for (const each of this.#kinds.get(group)?.told.values() ?? []) each.forget(entity);
      this.#kindsOf?.forget(entity);
    }
  }

  /** It was loaded, or an older release knew nothing of this: the day is as it was. */
  resumeAt(day: number): void {
    this.#today = day;
  }

  /** A day has begun: what has waited for long enough counts from now on. */
  passTo(day: number): void {
    const first = this.#today === 0 ? day : this.#today + 1;
    // What settles is as old as it is, also after a leap of many days; once nothing waits, they fade at once.
    const last = Math.min(day, first + WAITING_DAYS);
    for (let each = first; each <= last; each++) this.#begin(each, DAILY_DISCOUNT);
    if (last < day) this.#begin(day, discountOf(day - last));
    this.#today = day;
    this.#kindsOf = null;
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

  #kindsWith(entity: EntityId): readonly number[] {
    this.#kindsOf ??= kindsOfMembers(this.#kinds);
    return this.#kindsOf.of(entity);
  }

  #begin(today: number, share: number): void {
    for (const kind of this.#kinds.values()) {
      kind.days *= share;
      for (const each of kind.told.values()) {
        each.end(today - 1);
        each.fade(share, today);
      }
      const due = today - WAITING_DAYS - 1;
      for (const day of kind.waiting.keys()) if (day <= due) settleDays(kind, day);
      for (const [type, ofType] of kind.told) {
        ofType.settleTo(due);
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

function kindsOfMembers(kinds: ReadonlyMap<number, Kind>): KindsOfMembers {
  const known = new KindsOfMembers();
  for (const [group, { told }] of kinds)
    for (const ofType of told.values()) for (const entity of ofType.entities()) known.add(entity, group);
  return known;
}

/** Of so many days. A product, as powers may differ in the last bit from one release of the runtime to the next. */
function discountOf(days: number): number {
  let share = 1;
  for (let i = Math.min(days, MOST_DAYS_AT_ONCE); i > 0; i--) share *= DAILY_DISCOUNT;
  return share;
}

function settleDays(kind: Kind, day: number): void {
  kind.days += kind.waiting.get(day) ?? 0;
  kind.waiting.delete(day);
}
