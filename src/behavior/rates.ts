import { Runs, type Table } from '../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { negativeBinomialUpperTail } from './negative-binomial.ts';

/** Working hours and the rest differ more than one hour from the next: each has its own rates. */
export type HourClass = 'work' | 'rest';

/**
 * What is counted in an hour: connections that it opened, those of others that it answered, log₂ of the bytes
 * sent (sizes are judged by their order of magnitude), and destinations met for the first time.
 */
const COUNTED = { opened: 0, answered: 1, volume: 2, newDestinations: 3 } as const;
export type Counted = keyof typeof COUNTED;
export type HourCounts = Readonly<Record<Counted, number>>;

/** Below so many hours of a kind there is nothing to deviate from. */
const HOURS_TO_JUDGE = 24;
/** An hour's count enters the baseline at most at this multiple of its mean: a flood does not teach. */
const WINSOR = 4;
/** What was learnt fades to half in two weeks: a legitimate change is learnt in days. */
const HALF_LIFE_HOURS = 14 * 24;
const DISCOUNT = 2 ** (-1 / HALF_LIFE_HOURS);
/** Four things counted, in two classes of hours. */
const RATES = 8;

/**
 * How many of something an entity does in an hour: discounted negative binomials.
 *
 * Counts per hour are over-dispersed, so the mean and the variance are learnt apart, both with a
 * half-life, and the tail is that of a negative binomial with these two moments (method of moments).
 * An entity has rates from its first learnt hour on.
 */
export class HourlyRates implements Stateful {
  /** Discounted number of hours of a class. */
  readonly #workHours;
  readonly #restHours;
  /** Where an entity's eight rates begin, from 1; 0 before its first hour is learnt. */
  readonly #begin;
  readonly #moments = new Runs();
  readonly #sum = this.#moments.f64('sum');
  readonly #squares = this.#moments.f64('squares');

  constructor(rows: Table) {
    this.#workHours = rows.f64('work_hours');
    this.#restHours = rows.f64('rest_hours');
    this.#begin = rows.u32('rates');
  }

  /** Closes an hour. */
  learn(row: number, hours: HourClass, counts: HourCounts): void {
    if (this.#begin.at(row) === 0) this.#begin.set(row, this.#moments.add(RATES) + 1);
    this.#learn(row, hours, 'opened', this.#winsorised(row, hours, 'opened', counts));
    this.#learn(row, hours, 'answered', this.#winsorised(row, hours, 'answered', counts));
    this.#learn(row, hours, 'volume', counts.volume);
    this.#learn(row, hours, 'newDestinations', this.#winsorised(row, hours, 'newDestinations', counts));
    const weights = this.#weights(hours);
    weights.set(row, weights.at(row) * DISCOUNT + 1);
  }

  /** Discounted hours behind the estimates of a class. */
  weight(row: number, hours: HourClass): number {
    return this.#weights(hours).at(row);
  }

  /** Whether there is enough behind them to judge an hour by. */
  areKnown(row: number, hours: HourClass): boolean {
    return this.weight(row, hours) >= HOURS_TO_JUDGE;
  }

  mean(row: number, hours: HourClass, what: Counted): number {
    const weight = this.weight(row, hours);
    return weight === 0 ? 0 : this.#sum.at(this.#at(row, hours, what)) / weight;
  }

  /** Connections of an ordinary hour, both ways. */
  usual(row: number, hours: HourClass): number {
    return this.mean(row, hours, 'opened') + this.mean(row, hours, 'answered');
  }

  /** The variance, at least Poisson's, with the weight of one ordinary hour of doubt. */
  variance(row: number, hours: HourClass, what: Counted): number {
    const weight = this.weight(row, hours);
    const mean = this.mean(row, hours, what);
    const spread = weight === 0 ? 0 : this.#squares.at(this.#at(row, hours, what)) / weight - mean * mean;
    return Math.max(spread, mean) + 1 / (weight + 1);
  }

  /** P(X ≥ count): how ordinary it is to see at least so many in one hour. */
  upperTail(row: number, hours: HourClass, what: Counted, count: number): number {
    if (count <= 0) return 1;
    const mean = Math.max(this.mean(row, hours, what), 1 / (this.weight(row, hours) + 1));
    return negativeBinomialUpperTail(count, mean, this.variance(row, hours, what));
  }

  end(row: number): void {
    const begin = this.#begin.at(row);
    if (begin > 0) this.#moments.remove(begin - 1, RATES);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: HourlyRates, row: number, otherRow: number): void {
    const begin = this.#begin.at(row);
    if (begin === 0) return;
    const moved = other.#moments.add(RATES);
    for (let i = 0; i < RATES; i++) this.#moments.copyTo(other.#moments, begin - 1 + i, moved + i);
    other.#begin.set(otherRow, moved + 1);
  }

  save(to: StateWriter): void {
    this.#moments.save(to);
  }

  load(from: StateReader): void {
    this.#moments.load(from);
  }

  #learn(row: number, hours: HourClass, what: Counted, count: number): void {
    const at = this.#at(row, hours, what);
    this.#sum.set(at, this.#sum.at(at) * DISCOUNT + count);
    this.#squares.set(at, this.#squares.at(at) * DISCOUNT + count * count);
  }

  #winsorised(row: number, hours: HourClass, what: Counted, { [what]: count }: HourCounts): number {
    return this.areKnown(row, hours) ? Math.min(count, WINSOR * (this.mean(row, hours, what) + 1)) : count;
  }

  #weights(hours: HourClass) {
    return hours === 'work' ? this.#workHours : this.#restHours;
  }

  #at(row: number, hours: HourClass, what: Counted): number {
    return this.#begin.at(row) - 1 + (hours === 'work' ? 0 : RATES / 2) + COUNTED[what];
  }
}
