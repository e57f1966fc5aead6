import type { Table } from '../columns/index.ts';
import { besideHabits, type Habits, type Ways } from './habits/habits.ts';
import type { HourlyLife } from './hourly-life.ts';
import type { HourSort } from './hour-sort.ts';
import type { Counted, HourClass, HourCounts, HourlyRates } from './rates.ts';
import { combine, together } from './surprise.ts';

/** A machine that answers so often in an ordinary hour is there for others. */
const SERVES_PER_HOUR = 1;
/** An hour at least so probable does not deviate (contract §3: below 0.05, as it is counted twice), with a margin. */
const ORDINARY = 0.06;
/** The most that is kept of a bound; a busier hour is weighed. */
const MOST = 65_534;
const WHATEVER = 65_535;

/**
 * Working hours and the rest: what is much for a sort of hours is known once so many of the sort were lived (parts of two days at
 * least), or by the kind. Before, the first morning is measured by the night …
 */
const HOURS_OF_SORT = 24;
/** … and only what no person's hour explains is too much of either. */
const FLOOD = 5_000;

/** What is known of the bounds of an ordinary hour. */
const BOUNDS = { notMeasured: 0, known: 1, none: 2 } as const;

/**
 * How improbable an hour is, given an entity's rates.
 *
 * Most hours are ordinary, and weighing one costs some hundred divisions. So once an hour it is weighed what a
 * rather busy hour would be; one that is no busier than that, in no respect, is no less probable.
 */
export class Judgement {
  readonly #life: HourlyLife;
  readonly #habits: Habits;
  readonly #bounds;
  readonly #opened;
  readonly #answered;
  readonly #volume;
  readonly #newDestinations;
  readonly #failed;
  readonly #novel;
  readonly #reached;

  constructor(rows: Table, life: HourlyLife, habits: Habits) {
    this.#life = life;
    this.#habits = habits;
    this.#bounds = rows.u8('ordinary');
    this.#opened = rows.u16('ordinary_opened');
    this.#answered = rows.u16('ordinary_answered');
    this.#volume = rows.u8('ordinary_volume');
    this.#newDestinations = rows.u16('ordinary_new_destinations');
    this.#failed = rows.u16('ordinary_failed');
    this.#novel = rows.u16('ordinary_novel');
    this.#reached = rows.u16('ordinary_reached');
  }

  /** The probability of an hour at least as busy; 1 for one that is ordinary. */
  tail(row: number, sort: HourSort, counts: HourCounts): number {
    if (!this.#life.doings.areKnown(row)) return 1;
    if (this.#bounds.at(row) === BOUNDS.notMeasured) this.#measureBounds(row, sort);
    if (this.#isWithinBounds(row, counts) && this.#habits.isOrdinary(row, sort.ofDay, counts)) return 1;
    return this.#weigh(row, sort, counts, this.#habits.ways(row, sort.ofDay, counts));
  }

  /** The probability of an hour in which at least as much is done, whatever else. */
  amountTail(row: number, sort: HourSort, counts: HourCounts): number {
    return together(this.#amount(row, sort, counts));
  }

  /** Whether an amount can be told to be too much, whatever it is. */
  maySayMuch(row: number, { hours }: HourSort, connections: number, isKindKnown: boolean): boolean {
    return isKindKnown || this.#life.doings.weight(row, hours) >= HOURS_OF_SORT || connections >= FLOOD;
  }

  /** Connections of an ordinary hour of the sort, both ways. */
  usual(row: number, sort: HourSort): number {
    return this.#opening(row, sort).mean + this.#life.doings.mean(row, sort.hours, 'answered');
  }

  /** The rates have changed, or are those of another hour. */
  startAnew(row: number): void {
    this.#bounds.set(row, BOUNDS.notMeasured);
  }

  #measureBounds(row: number, sort: HourSort): void {
    const { doings, ventures } = this.#life;
    const { hours } = sort;
    const counts = {
      opened: this.#sleeps(row, sort) ? 0 : busy(this.#opening(row, sort)),
      answered: this.#serves(row, hours) ? busyOf(doings, row, hours, 'answered') : WHATEVER,
      volume: Math.min(busyOf(doings, row, hours, 'volume'), 255),
      // Its first hours were full of new ones, so that these spread more than an ordinary hour does.
      newDestinations: Math.min(MOST, Math.floor(doings.mean(row, hours, 'newDestinations'))),
      failed: Math.min(MOST, Math.floor(ventures.mean(row, hours, 'failed'))),
      novel: Math.min(MOST, Math.floor(ventures.mean(row, hours, 'novel'))),
      reached: Math.min(MOST, Math.floor(ventures.mean(row, hours, 'reached'))),
      occupied: 1,
    };
    this.#opened.set(row, counts.opened);
    this.#answered.set(row, counts.answered);
    this.#volume.set(row, counts.volume);
    this.#newDestinations.set(row, counts.newDestinations);
    this.#failed.set(row, counts.failed);
    this.#novel.set(row, counts.novel);
    this.#reached.set(row, counts.reached);
    const probability = this.#weigh(row, sort, counts, this.#habits.ordinaryWays(row, sort.ofDay));
    this.#bounds.set(row, probability >= ORDINARY ? BOUNDS.known : BOUNDS.none);
  }

  #isWithinBounds(
    row: number,
    { opened, answered, volume, newDestinations, failed, novel, reached }: HourCounts,
  ): boolean {
    return (
      this.#bounds.at(row) === BOUNDS.known &&
      opened <= this.#opened.at(row) &&
      (answered <= this.#answered.at(row) || this.#answered.at(row) === WHATEVER) &&
      volume <= this.#volume.at(row) &&
      newDestinations <= this.#newDestinations.at(row) &&
      failed <= this.#failed.at(row) &&
      novel <= this.#novel.at(row) &&
      reached <= this.#reached.at(row)
    );
  }

  /**
   * Four families of evidence, which have little to do with each other: how much it does, with how many, whom of our own
   * it takes hold of, and how that turns out. What others do to a machine that serves nobody is theirs: being reached for
   * counts only where it is usual.
   */
  #weigh(row: number, sort: HourSort, counts: HourCounts, ways: Ways): number {
    const { hours } = sort;
    const serves = this.#serves(row, hours);
    if (counts.opened === 0 && !(serves && counts.answered > 0)) return 1;
    const amount = this.amountTail(row, sort, counts);
    const breadth = this.#breadth(row, hours, counts);
    const { ventures } = this.#life;
    const [reach, failure] = ventures.areKnown(row)
      ? [
          ventures.upperTail(row, hours, 'reached', counts.reached),
          ventures.upperTail(row, hours, 'failed', counts.failed),
        ]
      : [1, 1];
    return besideHabits(combine([amount, breadth, reach, failure]), ways);
  }

  #breadth(row: number, hours: HourClass, counts: HourCounts): number {
    const { doings, ventures } = this.#life;
    const breadth = [doings.upperTail(row, hours, 'newDestinations', counts.newDestinations)];
    // A state of an older release knows nothing of ventures yet.
    if (ventures.areKnown(row)) breadth.push(ventures.upperTail(row, hours, 'novel', counts.novel));
    return together(breadth);
  }

  #amount(row: number, sort: HourSort, counts: HourCounts): number[] {
    const { doings } = this.#life;
    const { hours } = sort;
    const amount = [this.#openedTail(row, sort, counts.opened), this.#volumeTail(row, sort, counts.volume)];
    if (this.#serves(row, hours)) amount.push(doings.upperTail(row, hours, 'answered', counts.answered));
    return amount;
  }

  /** What is ordinary at its hour of the day is no oddity of its class of hours. */
  #volumeTail(row: number, { hours, ofDay }: HourSort, magnitude: number): number {
    const tail = this.#life.doings.upperTail(row, hours, 'volume', magnitude);
    const { sent } = this.#habits;
    if (ofDay === null || !sent.isKnown(row, ofDay)) return tail;
    return Math.max(tail, sent.tail(row, ofDay, magnitude));
  }

  /** By the hour of the day where that is known, by working hours or not otherwise. */
  #openedTail(row: number, { hours, ofDay }: HourSort, count: number): number {
    const tail = (many: number) => this.#life.doings.upperTail(row, hours, 'opened', many);
    const ofDays = this.#habits.hours;
    if (ofDay === null || !ofDays.areKnown(row)) return tail(count);
    return ofDays.tail(row, ofDay, count, { ...this.#openingOfClass(row, hours), tail });
  }

  /** Connections that it opens in such an hour. */
  #opening(row: number, { hours, ofDay }: HourSort): Moments {
    const like = this.#openingOfClass(row, hours);
    const ofDays = this.#habits.hours;
    if (ofDay === null || !ofDays.areKnown(row)) return like;
    return { mean: ofDays.mean(row, ofDay, like), variance: ofDays.variance(row, ofDay, like) };
  }

  #sleeps(row: number, { ofDay }: HourSort): boolean {
    return ofDay !== null && this.#habits.hours.isAsleep(row, ofDay);
  }

  #openingOfClass(row: number, hours: HourClass): Moments {
    const { doings } = this.#life;
    return {
      mean: doings.mean(row, hours, 'opened'),
      variance: doings.variance(row, hours, 'opened'),
    };
  }

  #serves(row: number, hours: HourClass): boolean {
    return this.#life.doings.mean(row, hours, 'answered') >= SERVES_PER_HOUR;
  }
}

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** So many in a rather busy hour. */
function busy({ mean, variance }: Moments): number {
  return Math.min(MOST, Math.floor(mean + Math.sqrt(variance)));
}

function busyOf<C extends Counted>(rates: HourlyRates<C>, row: number, hours: HourClass, what: C): number {
  return busy({ mean: rates.mean(row, hours, what), variance: rates.variance(row, hours, what) });
}
