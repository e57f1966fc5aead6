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
    const first = this.#firstOf(row, hours);
    const weights = this.#weights(hours);
    const weight = weights.at(row);
    this.#learn(first + COUNTED.opened, this.#winsorised(first + COUNTED.opened, weight, counts.opened));
    this.#learn(
      first + COUNTED.answered,
      this.#winsorised(first + COUNTED.answered, weight, counts.answered),
    );
    this.#learn(first + COUNTED.volume, counts.volume);
    const newOnes = first + COUNTED.newDestinations;
    this.#learn(newOnes, this.#winsorised(newOnes, weight, counts.newDestinations));
    weights.set(row, weight * DISCOUNT + 1);
  }

  /** Closes so many hours in which nothing was counted: what `learn` would do one by one, to the last bit. */
  learnSilence(row: number, hours: HourClass, times: number): void {
    if (times === 0) return;
    const first = this.#firstOf(row, hours);
    for (let at = first; at < first + RATES / 2; at++) {
      this.#sum.set(at, faded(this.#sum.at(at), times));
      this.#squares.set(at, faded(this.#squares.at(at), times));
    }
    const weights = this.#weights(hours);
    let weight = weights.at(row);
    for (let hour = 0; hour < times; hour++) weight = weight * DISCOUNT + 1;
    weights.set(row, weight);
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
    return this.#varianceAbout(row, hours, what, this.mean(row, hours, what));
  }

  /** P(X ≥ count): how ordinary it is to see at least so many in one hour. */
  upperTail(row: number, hours: HourClass, what: Counted, count: number): number {
    if (count <= 0) return 1;
    const mean = this.mean(row, hours, what);
    const atLeast = Math.max(mean, 1 / (this.weight(row, hours) + 1));
    return negativeBinomialUpperTail(count, atLeast, this.#varianceAbout(row, hours, what, mean));
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

  #learn(at: number, count: number): void {
    this.#sum.set(at, this.#sum.at(at) * DISCOUNT + count);
    this.#squares.set(at, this.#squares.at(at) * DISCOUNT + count * count);
  }

  #winsorised(at: number, weight: number, count: number): number {
    return weight >= HOURS_TO_JUDGE ? Math.min(count, WINSOR * (this.#sum.at(at) / weight + 1)) : count;
  }

  #varianceAbout(row: number, hours: HourClass, what: Counted, mean: number): number {
    const weight = this.weight(row, hours);
    const spread = weight === 0 ? 0 : this.#squares.at(this.#at(row, hours, what)) / weight - mean * mean;
    return Math.max(spread, mean) + 1 / (weight + 1);
  }

  /** The first of a class's rates, made with the entity's first learnt hour. */
  #firstOf(row: number, hours: HourClass): number {
    let begin = this.#begin.at(row);
    if (begin === 0) this.#begin.set(row, (begin = this.#moments.add(RATES) + 1));
    return begin - 1 + (hours === 'work' ? 0 : RATES / 2);
  }

  #weights(hours: HourClass) {
    return hours === 'work' ? this.#workHours : this.#restHours;
  }

  #at(row: number, hours: HourClass, what: Counted): number {
    return this.#begin.at(row) - 1 + (hours === 'work' ? 0 : RATES / 2) + COUNTED[what];
  }
}

/** As often discounted, one after the other: a power would round otherwise. */
function faded(value: number, times: number): number {
  let left = value;
  if (left !== 0) for (let hour = 0; hour < times; hour++) left *= DISCOUNT;
  return left;
}
