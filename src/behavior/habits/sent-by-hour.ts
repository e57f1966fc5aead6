import type { Table, Uint16Column } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { gumbelTail } from './gumbel.ts';
import { HourRuns } from './hour-runs.ts';

/** On so many days it sent at that hour, before the hour is judged by them; and in so many hours in all. */
const DAYS_TO_JUDGE = 5;
const HOURS_TO_JUDGE = 24;
/** Days behind the mean of an hour: what was learnt before fades. */
const MOST_DAYS = 10;
const MOST_HOURS = 255;
/** Three times as much is nothing: amounts are compared by their order of magnitude. */
const LEAST_SPREAD = 1.5;
/** That a job moved to another hour is odd, and no attack for itself: it is never as improbable as what hardly teaches. */
const LEAST_TAIL = 1e-4;
/** An hour of the day has two bytes: four bits count its days, the others say the mean in steps of a 64th of a power of two. */
const DAY_BITS = 4;
const DAYS_MASK = 2 ** DAY_BITS - 1;
const STEPS_PER_POWER = 64;

/**
 * How much each entity sends at each hour of its day, by order of magnitude (log₂ of the bytes of an hour in which it
 * sends): a nightly backup is ordinary at its hour, and as much at another hour is not. Hours differ in their means;
 * how far an hour departs from its own is much alike, and is learnt over all of them.
 */
export class SentByHour implements Stateful {
  readonly #hours: HourRuns;
  readonly #usual: Uint16Column;
  /** Hours judged, and the mean square of their departures. */
  readonly #judged;
  readonly #square;

  constructor(rows: Table) {
    this.#hours = new HourRuns(rows, 'sent_by_hour');
    this.#usual = this.#hours.columns.u16('usual');
    this.#judged = rows.u8('sent_by_hour_judged');
    this.#square = rows.u16('sent_by_hour_square');
  }

  isKnown(row: number, ofDay: number): boolean {
    if (!this.#hours.has(row) || this.#judged.at(row) < HOURS_TO_JUDGE) return false;
    return this.#daysAt(row, ofDay) >= DAYS_TO_JUDGE;
  }

  /** So much is usual at that hour: at most one standard deviation above the mean. */
  isOrdinary(row: number, ofDay: number, magnitude: number): boolean {
    return magnitude <= this.#meanAt(row, ofDay) + this.#spread(row, ofDay);
  }

  /** The probability of sending at least so much at an hour that is known. */
  tail(row: number, ofDay: number, magnitude: number): number {
    if (this.isOrdinary(row, ofDay, magnitude)) return 1;
    const deviations = (magnitude - this.#meanAt(row, ofDay)) / this.#spread(row, ofDay);
    return Math.max(LEAST_TAIL, gumbelTail(deviations));
  }

  /**
   * Closes an hour.
   * @param observed hours of the entity before it
   * @param share what of an hour above its mean is taken over: less than 1 of one that may be an attack
   */
  learn(row: number, ofDay: number, magnitude: number, observed: number, share: number): void {
    if (magnitude === 0) return;
    if (!this.#hours.areKept(row, observed)) return;
    const [days, mean] = [this.#daysAt(row, ofDay), this.#meanAt(row, ofDay)];
    const departure = days === 0 ? magnitude : magnitude - mean;
    const learnt = departure <= 0 ? departure : departure * share;
    if (days > 0) this.#learnSpread(row, learnt);
    const next = mean + learnt / (days + 1);
    const steps = Math.round(next * STEPS_PER_POWER);
    this.#usual.set(this.#hours.place(row, ofDay), (steps << DAY_BITS) | Math.min(MOST_DAYS, days + 1));
  }

  end(row: number): void {
    this.#hours.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: SentByHour, row: number, otherRow: number): void {
    this.#hours.moveTo(other.#hours, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#hours.save(to);
  }

  load(from: StateReader): void {
    this.#hours.load(from);
  }

  #learnSpread(row: number, departure: number): void {
    const judged = Math.min(MOST_HOURS, this.#judged.at(row) + 1);
    const square = outOfSteps(this.#square.at(row));
    this.#square.set(row, inSteps(square + (departure * departure - square) / judged));
    this.#judged.set(row, judged);
  }

  #daysAt(row: number, ofDay: number): number {
    return this.#usual.at(this.#hours.place(row, ofDay)) & DAYS_MASK;
  }

  #meanAt(row: number, ofDay: number): number {
    return (this.#usual.at(this.#hours.place(row, ofDay)) >>> DAY_BITS) / STEPS_PER_POWER;
  }

  /** The standard deviation, wider where few days speak for the hour. */
  #spread(row: number, ofDay: number): number {
    const variance = Math.max(LEAST_SPREAD ** 2, outOfSteps(this.#square.at(row)));
    return Math.sqrt(variance * (1 + 1 / this.#daysAt(row, ofDay)));
  }
}
