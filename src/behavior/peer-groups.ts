import { PackedTexts, Table } from '../columns/index.ts';
import { DAY_MS, type EpochMs, type StateReader, type Stateful, type StateWriter } from '../model/index.ts';
import { PortsOfKinds } from './habits/ports-of-kinds.ts';
import { COUNTED, type Counted, type HourCounts } from './rates.ts';
import { STEPS, stepOf } from './tellings/steps.ts';
import { TellingsOfKinds } from './tellings/tellings-of-kinds.ts';

/** What is known of a kind fades to half in a week: firmware and seasons change all of it together. */
const DAILY_DISCOUNT = 2 ** (-1 / 7);
/** A kind of which fewer hours are known says nothing of its members. */
const LEAST_HOURS = 100;

/** Hours that must have been judged before the kind is asked how often it surprises … */
const LEAST_JUDGED = 500;
/** … and hours as surprising that it must have had, each of another member or week: fewer are chance, or an attack. */
const LEAST_ALIKE = 3;

/** What an hour of a kind is like. */
export interface Peers {
  readonly mean: number;
  readonly meanSquare: number;
}

/**
 * What is normal for each kind of device: what its members do in an hour, taken together. It stands in for what a young
 * member has not shown yet. What the hours of a day say is taken over at the next midnight (UTC, by events' time), in whole
 * numbers, so that neither the order within a day nor the number of partitions matters.
 */
export class PeerGroups implements Stateful {
  readonly #kinds = new PackedTexts();
  readonly #rows = new Table();
  readonly #hours = this.#rows.f64('hours');
  readonly #hoursToday = this.#rows.f64('hours_today');
  readonly #sums = columns(this.#rows, 'sum');
  readonly #sumsToday = columns(this.#rows, 'sum_today');
  readonly #squares = columns(this.#rows, 'squares');
  readonly #squaresToday = columns(this.#rows, 'squares_today');
  readonly #judged = this.#rows.f64('judged');
  readonly #judgedToday = this.#rows.f64('judged_today');
  /** Hours by their surprise. */
  readonly #surprises = Array.from({ length: STEPS }, (_, i) => this.#rows.f64(`surprise_${i}`));
  readonly #surprisesToday = Array.from({ length: STEPS }, (_, i) => this.#rows.f64(`surprise_today_${i}`));
  readonly ports = new PortsOfKinds();
  /** What detectors tell of members. */
  readonly tellings = new TellingsOfKinds();
  #day = 0;

  constructor() {
    // Row 0 stays empty, as text 0 is none.
    this.#rows.add();
  }

  /** The number of a kind, for as long as there is a state; 0 for no kind. */
  of(kind: string | null): number {
    if (kind === null) return 0;
    const known = this.#kinds.find(kind);
    if (known !== 0) return known;
    const row = this.#rows.add();
    if (this.#kinds.hold(kind) !== row) throw new Error(`peer groups: ${kind} is not in row ${row}`);
    return row;
  }

  /** The same of a kind that somebody joined; 0 for one of which nobody did. */
  find(kind: string | null): number {
    return kind === null ? 0 : this.#kinds.find(kind);
  }

  /** An ordinary hour of a member. */
  tell(group: number, counts: HourCounts): void {
    if (group === 0) return;
    this.#hoursToday.set(group, this.#hoursToday.at(group) + 1);
    for (const [place, what] of COUNTED.entries()) {
      const count = counts[what];
      if (count === 0) continue;
      const [sum, squares] = [this.#sumsToday[place], this.#squaresToday[place]];
      sum?.set(group, sum.at(group) + count);
      squares?.set(group, squares.at(group) + count * count);
    }
  }

  /** What an hour of a kind is like, of one thing; `null` where too little is known. */
  hour(group: number, what: Counted): Peers | null {
    const hours = group === 0 ? 0 : this.#hours.at(group);
    if (hours < LEAST_HOURS) return null;
    const place = COUNTED.indexOf(what);
    return {
      mean: (this.#sums[place]?.at(group) ?? 0) / hours,
      meanSquare: (this.#squares[place]?.at(group) ?? 0) / hours,
    };
  }

  isKnown(group: number): boolean {
    return group !== 0 && this.#hours.at(group) >= LEAST_HOURS;
  }

  /** An hour of a member was judged. @param tail its probability by the member's own rates */
  tellTail(group: number, tail: number): void {
    if (group === 0) return;
    this.#judgedToday.set(group, this.#judgedToday.at(group) + 1);
    const step = stepOf(tail);
    if (step === 0) return;
    const column = this.#surprisesToday[step];
    column?.set(group, column.at(group) + 1);
  }

  /**
   * A probability that is a frequency: where hours of the kind are as surprising more often than the rates say, that often
   * (a conformal p-value, Vovk et al. 2005, with the kind's judged hours as the calibration set).
   */
  calibrated(group: number, tail: number): number {
    const judged = group === 0 ? 0 : this.#judged.at(group);
    if (judged < LEAST_JUDGED || tail === 1) return tail;
    let alike = 0;
    for (let step = stepOf(tail); step < STEPS; step++) alike += this.#surprises[step]?.at(group) ?? 0;
    return alike < LEAST_ALIKE ? tail : Math.max(tail, Math.min(1, alike / judged));
  }

  /** Time has come to `now`: days that ended are taken over. */
  passTo(now: EpochMs): void {
    const day = Math.floor(now / DAY_MS);
    if (day <= this.#day) return;
    const days = this.#day === 0 ? 1 : Math.min(60, day - this.#day);
    this.#day = day;
    let discount = 1;
    for (let i = 0; i < days; i++) discount *= DAILY_DISCOUNT;
    for (let group = 1; group < this.#rows.end; group++) this.#takeOver(group, discount);
    this.ports.takeOver();
    this.tellings.passTo(day);
  }

  save(to: StateWriter): void {
    to.plain('day', this.#day);
    this.#kinds.save(to.part('kinds'));
    this.#rows.save(to.part('rows'));
    this.ports.save(to.part('ports'));
    if (!this.tellings.isEmpty) this.tellings.save(to.part('tellings'));
  }

  load(from: StateReader): void {
    this.#day = from.plain('day') as number;
    this.#kinds.load(from.part('kinds'));
    this.#rows.load(from.part('rows'));
    // A state of an older release knows no ports, nor what was told.
    if (from.has('ports')) this.ports.load(from.part('ports'));
    if (from.has('tellings')) this.tellings.load(from.part('tellings'));
    this.tellings.resumeAt(this.#day);
  }

  #takeOver(group: number, discount: number): void {
    const merge = (settled: Column | undefined, today: Column | undefined): void => {
      if (settled === undefined || today === undefined) return;
      settled.set(group, settled.at(group) * discount + today.at(group));
      today.set(group, 0);
    };
    merge(this.#hours, this.#hoursToday);
    merge(this.#judged, this.#judgedToday);
    for (const [step, settled] of this.#surprises.entries()) merge(settled, this.#surprisesToday[step]);
    for (const place of COUNTED.keys()) {
      merge(this.#sums[place], this.#sumsToday[place]);
      merge(this.#squares[place], this.#squaresToday[place]);
    }
  }
}

type Column = ReturnType<Table['f64']>;

function columns(rows: Table, name: string): readonly Column[] {
  return COUNTED.map((what) => rows.f64(`${name}_${what}`));
}
