import { type Float32Column, Runs, type Table } from '../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { negativeBinomialUpperTail } from './negative-binomial.ts';

/** Working hours and the rest differ more than one hour from the next: each has its own rates. */
export type HourClass = 'work' | 'rest';

/**
 * What is counted in an hour: connections that it opened, those of others that it answered, log₂ of the bytes
 * sent (sizes are judged by their order of magnitude), destinations met for the first time, connections that nobody
 * answered or that were refused, connections to destinations that it first met less than a day before, and such of them
 * as take hold of a machine inside (ports of administration); and 1 for an hour in which it did anything at all.
 */
export const COUNTED = [
  'opened',
  'answered',
  'volume',
  'newDestinations',
  'failed',
  'novel',
  'reached',
  'occupied',
] as const;
export type Counted = (typeof COUNTED)[number];
export type HourCounts = Readonly<Record<Counted, number>>;

/** Below so many hours, of whatever class, there is nothing to deviate from. */
export const HOURS_TO_JUDGE = 8;
/** An hour's count enters the baseline at most at this multiple of its mean: a flood does not teach. */
export const WINSOR = 4;
/** What was learnt fades to half in two weeks: a legitimate change is learnt in days. */
const HALF_LIFE_HOURS = 14 * 24;
const DISCOUNT = 2 ** (-1 / HALF_LIFE_HOURS);
/** A class of hours is thought to be like all hours, with the weight of so many of its own. */
const PRIOR_HOURS = 4;
/** An entity is thought to be like its kind, with the weight of so many of its own hours. */
const PEER_HOURS = 12;

/** What is known of an entity's hours, to be given back as it was: discounted hours of each class, and the moments of what is counted in them. */
export interface KeptRates {
  readonly hours: readonly [work: number, rest: number];
  readonly sums: readonly number[];
  readonly squares: readonly number[];
}
/** What is renewed is known from an hour or two: its mean square is so many times what it was. */
const DOUBT = 1.25;

/** What an hour of the row's kind is like; `null` where that is not known. */
export type PeersOf = (
  row: number,
  what: Counted,
) => { readonly mean: number; readonly meanSquare: number } | null;
const NO_PEERS: PeersOf = () => null;

/**
 * How many of some things an entity does in an hour: discounted negative binomials.
 *
 * Counts per hour are over-dispersed, so the mean and the mean square are learnt apart, both with a half-life, and the
 * tail is that of a negative binomial with these two moments (method of moments). Working hours and the rest are apart,
 * and each is shrunk towards the two together: after half a day there is something to judge by, and after days the
 * class speaks for itself. A young entity is shrunk towards its kind, too. An entity has rates from its first learnt hour on.
 */
export class HourlyRates<C extends Counted> implements Stateful {
  readonly #counted: readonly C[];
  readonly #peersOf: PeersOf;
  readonly #place: ReadonlyMap<Counted, number>;
  /** Discounted number of hours of a class. */
  readonly #workHours;
  readonly #restHours;
  /** Where an entity's rates begin, those of working hours first; from 1, and 0 before its first hour is learnt. */
  readonly #begin;
  readonly #moments = new Runs();
  /** Seven digits: what fades to half in two weeks is not known better. */
  readonly #sum = this.#moments.f32('sum');
  readonly #squares = this.#moments.f32('squares');

  /** @param name of the column that tells where an entity's rates are; the others are named after it */
  constructor(
    rows: Table,
    name: string,
    hours: readonly [work: string, rest: string],
    counted: readonly C[],
    peersOf: PeersOf = NO_PEERS,
  ) {
    this.#counted = counted;
    this.#peersOf = peersOf;
    this.#place = new Map(counted.map((what, place) => [what, place]));
    this.#workHours = rows.f32(hours[0]);
    this.#restHours = rows.f32(hours[1]);
    this.#begin = rows.u32(name);
  }

  /**
   * Closes an hour.
   * @param share what of an hour above its mean is taken over: less than 1 of one that may be an attack
   */
  learn(row: number, hours: HourClass, counts: Readonly<Record<C, number>>, share = 1): void {
    const first = this.#firstOf(row, hours);
    const weights = this.#weights(hours);
    const weight = weights.at(row);
    for (let place = 0; place < this.#counted.length; place++) {
      const what = this.#counted[place] as C;
      // A magnitude is bounded as it is.
      const count = what === 'volume' ? counts[what] : this.#winsorised(first + place, weight, counts[what]);
      this.#learn(first + place, this.#tempered(first + place, weight, count, share));
    }
    weights.set(row, weight * DISCOUNT + 1);
  }

  /** Closes so many hours in which nothing was counted: what `learn` would do one by one, to the last bit. */
  learnSilence(row: number, hours: HourClass, times: number): void {
    if (times === 0) return;
    const first = this.#firstOf(row, hours);
    for (let at = first; at < first + this.#counted.length; at++) {
      this.#sum.set(at, faded(this.#sum.at(at), times));
      this.#squares.set(at, faded(this.#squares.at(at), times));
    }
    const weights = this.#weights(hours);
    let weight = weights.at(row);
    for (let hour = 0; hour < times; hour++) weight = Math.fround(weight * DISCOUNT + 1);
    weights.set(row, weight);
  }

  /** Discounted hours behind the estimates of a class. */
  weight(row: number, hours: HourClass): number {
    return this.#weights(hours).at(row);
  }

  /** Discounted hours of both classes. */
  hours(row: number): number {
    return this.#workHours.at(row) + this.#restHours.at(row);
  }

  /** Whether there is enough behind them to judge an hour by: its own hours, or those of its kind. */
  areKnown(row: number): boolean {
    if (this.hours(row) >= HOURS_TO_JUDGE) return true;
    return this.#counted[0] !== undefined && this.#peersOf(row, this.#counted[0]) !== null;
  }

  /** The mean of all hours, working or not. */
  overall(row: number, what: C): number {
    const begin = this.#begin.at(row) - 1;
    const all = this.hours(row);
    if (begin < 0 || all === 0) return 0;
    const place = this.#place.get(what) as number;
    return (this.#sum.at(begin + place) + this.#sum.at(begin + this.#counted.length + place)) / all;
  }

  /** The variance of all hours, at least Poisson's. */
  overallVariance(row: number, what: C): number {
    const begin = this.#begin.at(row) - 1;
    const all = this.hours(row);
    if (begin < 0 || all === 0) return 0;
    const place = this.#place.get(what) as number;
    const squares = this.#squares.at(begin + place) + this.#squares.at(begin + this.#counted.length + place);
    const mean = this.overall(row, what);
    return Math.max(squares / all - mean * mean, mean);
  }

  mean(row: number, hours: HourClass, what: C): number {
    return this.#shrunk('mean', row, hours, what);
  }

  /** The variance, at least Poisson's, with the weight of one ordinary hour of doubt. */
  variance(row: number, hours: HourClass, what: C): number {
    return this.#varianceAbout(row, hours, what, this.mean(row, hours, what));
  }

  /** P(X ≥ count): how ordinary it is to see at least so many in one hour. */
  upperTail(row: number, hours: HourClass, what: C, count: number): number {
    if (count <= 0) return 1;
    const mean = this.mean(row, hours, what);
    const atLeast = Math.max(mean, 1 / (this.#hoursBehind(row, what) + 1));
    return negativeBinomialUpperTail(count, atLeast, this.#varianceAbout(row, hours, what, mean));
  }

  /** `null` where nothing was learnt yet. */
  kept(row: number): KeptRates | null {
    const begin = this.#begin.at(row) - 1;
    if (begin < 0) return null;
    const all = (column: Float32Column) =>
      Array.from({ length: this.#length }, (_, i) => column.at(begin + i));
    const hours = [this.#workHours.at(row), this.#restHours.at(row)] as const;
    return { hours, sums: all(this.#sum), squares: all(this.#squares) };
  }

  restore(row: number, { hours, sums, squares }: KeptRates): void {
    const begin = this.#firstOf(row, 'work');
    this.#workHours.set(row, hours[0]);
    this.#restHours.set(row, hours[1]);
    for (let i = 0; i < this.#length; i++) {
      this.#sum.set(begin + i, sums[i] ?? 0);
      this.#squares.set(begin + i, squares[i] ?? 0);
    }
  }

  /**
   * What was learnt of each class of hours counts like so many hours, so that those to come soon speak for themselves.
   * @param times how many times as often something is done
   */
  renew(row: number, most: number, times: (what: C) => number): void {
    for (const hours of ['work', 'rest'] as const) {
      const [first, weights] = [this.#firstOf(row, hours), this.#weights(hours)];
      const share = Math.min(1, most / weights.at(row));
      if (weights.at(row) > most) weights.set(row, most);
      for (const [place, what] of this.#counted.entries()) {
        const [at, more] = [first + place, times(what)];
        this.#sum.set(at, this.#sum.at(at) * share * more);
        this.#squares.set(at, this.#squares.at(at) * share * more * more * (more > 1 ? DOUBT : 1));
      }
    }
  }

  end(row: number): void {
    const begin = this.#begin.at(row);
    if (begin > 0) this.#moments.remove(begin - 1, this.#length);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: HourlyRates<C>, row: number, otherRow: number): void {
    const begin = this.#begin.at(row);
    if (begin === 0) return;
    const moved = other.#moments.add(this.#length);
    for (let i = 0; i < this.#length; i++) this.#moments.copyTo(other.#moments, begin - 1 + i, moved + i);
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

  #tempered(at: number, weight: number, count: number, share: number): number {
    return tempered(count, weight === 0 ? 0 : this.#sum.at(at) / weight, share);
  }

  #varianceAbout(row: number, hours: HourClass, what: C, mean: number): number {
    const known = this.#hoursBehind(row, what);
    const spread = known === 0 ? 0 : this.#shrunk('meanSquare', row, hours, what) - mean * mean;
    // What is not known of the mean itself widens what is to be expected.
    const widest = Math.max(spread, mean);
    return widest + widest / (this.weight(row, hours) + PRIOR_HOURS) + 1 / (known + 1);
  }

  /** Hours that speak for a mean, those of the kind among them. */
  #hoursBehind(row: number, what: C): number {
    return this.hours(row) + (this.#peersOf(row, what) === null ? 0 : PEER_HOURS);
  }

  /** A class's moment, drawn towards that of all hours, and that towards the kind's. */
  #shrunk(moment: 'mean' | 'meanSquare', row: number, hours: HourClass, what: C): number {
    const peers = this.#peersOf(row, what);
    const begin = this.#begin.at(row) - 1;
    const all = this.hours(row);
    if (begin < 0 || all === 0) return peers === null ? 0 : peers[moment];
    const column = moment === 'mean' ? this.#sum : this.#squares;
    const place = this.#place.get(what) as number;
    const work = column.at(begin + place);
    const rest = column.at(begin + this.#counted.length + place);
    const own = hours === 'work' ? work : rest;
    const pooled =
      peers === null
        ? (PRIOR_HOURS * (work + rest)) / all
        : (PRIOR_HOURS * (work + rest + PEER_HOURS * peers[moment])) / (all + PEER_HOURS);
    return (own + pooled) / (this.weight(row, hours) + PRIOR_HOURS);
  }

  /** The first of a class's rates, made with the entity's first learnt hour. */
  #firstOf(row: number, hours: HourClass): number {
    let begin = this.#begin.at(row);
    if (begin === 0) this.#begin.set(row, (begin = this.#moments.add(this.#length) + 1));
    return begin - 1 + (hours === 'work' ? 0 : this.#counted.length);
  }

  get #length(): number {
    return 2 * this.#counted.length;
  }

  #weights(hours: HourClass): Float32Column {
    return hours === 'work' ? this.#workHours : this.#restHours;
  }
}

/** A count of which only a share is taken over above a mean. */
export function tempered(count: number, mean: number, share: number): number {
  return share === 1 || count <= mean ? count : mean + (count - mean) * share;
}

/** As often discounted, one after the other, and rounded as a column does: a power would round otherwise. */
function faded(value: number, times: number): number {
  let left = value;
  if (left !== 0) for (let hour = 0; hour < times; hour++) left = Math.fround(left * DISCOUNT);
  return left;
}
