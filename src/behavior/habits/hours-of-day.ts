import type { Table } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { negativeBinomialUpperTail } from '../negative-binomial.ts';
import { Frequency } from './frequency.ts';
import { HourRuns } from './hour-runs.ts';

const HOURS = 24;
/** So many hours lived, each hour of the day was met on five days and more. */
const HOURS_TO_KNOW = 7 * HOURS;
/** What was learnt fades to half in two weeks, as the rates do: an hour of the day comes once a day. */
const SHARE = 1 - 2 ** (-1 / 14);
/** An hour of the day is thought to be like all of its class, with the weight of so many days. */
const CLASS_DAYS = 10;
/** An hour in which hardly anything is done is slept through. */
const ASLEEP_BELOW = 0.01;
/** An hour's count enters at most at this multiple of its mean. */
const WINSOR = 4;

/** What hours like this one are like, whatever the hour of the day. */
export interface ClassOfHours {
  readonly mean: number;
  readonly variance: number;
  /** P(X ≥ count). */
  readonly tail: (count: number) => number;
}

/**
 * How much each entity opens at each hour of its day: what is done every night is ordinary at that hour, and what comes
 * at an hour that it always slept through is not. Moments as those of the rates, one for each of the 24 hours of the
 * site's own clock.
 */
export class HoursOfDay implements Stateful {
  readonly #hours: HourRuns;
  readonly #mean;
  readonly #meanSquare;
  readonly #lived;
  /** How often it woke in an hour that it sleeps through. */
  readonly #waking: Frequency;

  constructor(rows: Table) {
    this.#hours = new HourRuns(rows, 'hours_of_day');
    this.#mean = this.#hours.columns.u16('mean');
    this.#meanSquare = this.#hours.columns.u16('mean_square');
    this.#lived = rows.u16('hours_of_day_lived');
    this.#waking = new Frequency(rows, 'waking');
  }

  /** Enough is known of each hour of its day. */
  areKnown(row: number): boolean {
    return this.#lived.at(row) >= HOURS_TO_KNOW;
  }

  /** An hour that it sleeps through. */
  isAsleep(row: number, ofDay: number): boolean {
    return this.areKnown(row) && this.#meanAt(row, ofDay) < ASLEEP_BELOW;
  }

  /** The probability that it wakes in an hour that it sleeps through. */
  waking(row: number): number {
    return this.#waking.of(row);
  }

  /** Connections that it opens at this hour of the day. */
  mean(row: number, ofDay: number, { mean }: Pick<ClassOfHours, 'mean'>): number {
    const days = this.#days(row);
    return (days * this.#meanAt(row, ofDay) + CLASS_DAYS * mean) / (days + CLASS_DAYS);
  }

  variance(row: number, ofDay: number, like: Pick<ClassOfHours, 'mean' | 'variance'>): number {
    const days = this.#days(row);
    const own = outOfSteps(this.#meanSquare.at(this.#hours.place(row, ofDay)));
    const square = (days * own + CLASS_DAYS * (like.variance + like.mean * like.mean)) / (days + CLASS_DAYS);
    const mean = this.mean(row, ofDay, like);
    const widest = Math.max(square - mean * mean, mean);
    return widest + widest / (days + CLASS_DAYS);
  }

  /** P(X ≥ count) at this hour of the day. */
  tail(row: number, ofDay: number, count: number, like: ClassOfHours): number {
    if (count <= 0) return 1;
    // That it is awake at all, and then that it does so much as it may do when it is.
    if (this.isAsleep(row, ofDay)) return this.waking(row) * Math.min(1, like.tail(count) / like.tail(1));
    const atLeast = Math.max(this.mean(row, ofDay, like), 1 / (this.#days(row) + CLASS_DAYS + 1));
    return negativeBinomialUpperTail(count, atLeast, this.variance(row, ofDay, like));
  }

  /**
   * Closes an hour.
   * @param observed hours of the entity before it
   * @param share what of an hour above its mean is taken over: less than 1 of one that may be an attack
   */
  learn(row: number, ofDay: number, opened: number, observed: number, share: number): void {
    if (!this.#hours.areKept(row, observed)) return;
    if (this.isAsleep(row, ofDay)) this.#waking.learn(row, opened > 0);
    const place = this.#hours.place(row, ofDay);
    const mean = outOfSteps(this.#mean.at(place));
    const square = outOfSteps(this.#meanSquare.at(place));
    const most = this.areKnown(row) ? WINSOR * (mean + 1) : opened;
    const count = opened <= mean ? opened : mean + (Math.min(opened, most) - mean) * share;
    const part = 1 / (this.#days(row) + 1);
    this.#mean.set(place, inSteps(mean + (count - mean) * part));
    this.#meanSquare.set(place, inSteps(square + (count * count - square) * part));
    const lived = this.#lived.at(row);
    if (lived < 65_535) this.#lived.set(row, lived + 1);
  }

  end(row: number): void {
    this.#hours.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: HoursOfDay, row: number, otherRow: number): void {
    this.#hours.moveTo(other.#hours, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#hours.save(to);
  }

  load(from: StateReader): void {
    this.#hours.load(from);
  }

  #meanAt(row: number, ofDay: number): number {
    return outOfSteps(this.#mean.at(this.#hours.place(row, ofDay)));
  }

  /** Days behind each hour's moments, as far as they have not faded. */
  #days(row: number): number {
    return Math.min(1 / SHARE - 1, Math.floor(this.#lived.at(row) / HOURS));
  }
}
