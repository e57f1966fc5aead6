import { Runs, type Table, type Uint16Column } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { gumbelTail } from './gumbel.ts';

const HOURS = 24;
/** From here on an entity's hours are kept apart: whoever is gone after a day costs nothing. */
const BEGIN_AFTER_HOURS = 24;
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
  /** Where an entity's hours begin, from 1; 0 for none yet. */
  readonly #begin;
  /** Hours judged, and the mean square of their departures. */
  readonly #judged;
  readonly #square;
  readonly #hours = new Runs();
  readonly #usual: Uint16Column = this.#hours.u16('usual');

  constructor(rows: Table) {
    this.#begin = rows.u32('sent_by_hour');
    this.#judged = rows.u8('sent_by_hour_judged');
    this.#square = rows.u16('sent_by_hour_square');
  }

  isKnown(row: number, ofDay: number): boolean {
    if (this.#begin.at(row) === 0 || this.#judged.at(row) < HOURS_TO_JUDGE) return false;
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
    if (this.#begin.at(row) === 0) {
      if (observed < BEGIN_AFTER_HOURS) return;
      this.#begin.set(row, this.#hours.add(HOURS) + 1);
    }
    const [days, mean] = [this.#daysAt(row, ofDay), this.#meanAt(row, ofDay)];
    const departure = days === 0 ? magnitude : magnitude - mean;
    const learnt = departure <= 0 ? departure : departure * share;
    if (days > 0) this.#learnSpread(row, learnt);
    const next = mean + learnt / (days + 1);
    const steps = Math.round(next * STEPS_PER_POWER);
    this.#usual.set(this.#place(row, ofDay), (steps << DAY_BITS) | Math.min(MOST_DAYS, days + 1));
  }

  end(row: number): void {
    const begin = this.#begin.at(row);
    if (begin > 0) this.#hours.remove(begin - 1, HOURS);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: SentByHour, row: number, otherRow: number): void {
    const begin = this.#begin.at(row);
    if (begin === 0) return;
    const moved = other.#hours.add(HOURS);
    for (let i = 0; i < HOURS; i++) this.#hours.copyTo(other.#hours, begin - 1 + i, moved + i);
    other.#begin.set(otherRow, moved + 1);
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

  #place(row: number, ofDay: number): number {
    return this.#begin.at(row) - 1 + ofDay;
  }

  #daysAt(row: number, ofDay: number): number {
    return this.#usual.at(this.#place(row, ofDay)) & DAYS_MASK;
  }

  #meanAt(row: number, ofDay: number): number {
    return (this.#usual.at(this.#place(row, ofDay)) >>> DAY_BITS) / STEPS_PER_POWER;
  }

  /** The standard deviation, wider where few days speak for the hour. */
  #spread(row: number, ofDay: number): number {
    const variance = Math.max(LEAST_SPREAD ** 2, outOfSteps(this.#square.at(row)));
    return Math.sqrt(variance * (1 + 1 / this.#daysAt(row, ofDay)));
  }
}
