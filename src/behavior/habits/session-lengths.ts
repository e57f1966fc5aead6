import type { Float32Column, Table } from '../../columns/index.ts';
import type { Contact } from '../contact.ts';
import { gumbelTail } from './gumbel.ts';

/** Below so many hours with sessions there is nothing to compare with. */
const HOURS_TO_JUDGE = 8;
/** What was learnt fades to half in as many hours with sessions as two weeks have hours. */
const DISCOUNT = 2 ** (-1 / (14 * 24));
/** Twice as long is nothing: durations are compared by their order of magnitude. */
const LEAST_SPREAD = 1;
const MOST_MS = 2 ** 32 - 1;
/**
 * The longest session that ends in an hour, by its order of magnitude (log₂): a tunnel or a shell that somebody keeps
 * open is many times as long as what a machine does by itself. The logarithm of the longest of many heavy-tailed durations
 * follows a Gumbel distribution (Fisher and Tippett 1928), here with the moments of the hours before.
 */
export class SessionLengths {
  /** Discounted number of hours with sessions, and the sums over them. */
  readonly #hours: Float32Column;
  readonly #sum: Float32Column;
  readonly #squares: Float32Column;
  readonly #longestMs;

  constructor(rows: Table) {
    this.#hours = rows.f32('session_hours');
    this.#sum = rows.f32('session_sum');
    this.#squares = rows.f32('session_squares');
    this.#longestMs = rows.u32('longest_session_ms');
  }

  /** A connection that the entity opened and kept. */
  note(row: number, { durationMs, outcome }: Contact): void {
    if (durationMs === null || durationMs <= this.#longestMs.at(row) || outcome !== 'established') return;
    this.#longestMs.set(row, Math.min(MOST_MS, durationMs));
  }

  areKnown(row: number): boolean {
    return this.#hours.at(row) >= HOURS_TO_JUDGE;
  }

  /** Nothing is said of the running hour's longest while it is within one standard deviation of what is usual. */
  isOrdinary(row: number): boolean {
    const longest = this.#longestMs.at(row);
    return longest === 0 || Math.log2(longest) <= this.#mean(row) + this.#spread(row);
  }

  /** The probability of an hour with a session at least as long. */
  tail(row: number): number {
    if (this.isOrdinary(row)) return 1;
    return gumbelTail((Math.log2(this.#longestMs.at(row)) - this.#mean(row)) / this.#spread(row));
  }

  /** Closes an hour. @param share what of one above the mean is taken over: less than 1 of one that may be an attack */
  learn(row: number, share: number): void {
    const longest = this.#longestMs.at(row);
    if (longest === 0) return;
    const hours = this.#hours.at(row);
    const mean = hours === 0 ? 0 : this.#mean(row);
    const magnitude = Math.log2(longest);
    const learnt = magnitude <= mean ? magnitude : mean + (magnitude - mean) * share;
    this.#hours.set(row, hours * DISCOUNT + 1);
    this.#sum.set(row, this.#sum.at(row) * DISCOUNT + learnt);
    this.#squares.set(row, this.#squares.at(row) * DISCOUNT + learnt * learnt);
  }

  startAnew(row: number): void {
    this.#longestMs.set(row, 0);
  }

  #mean(row: number): number {
    return this.#sum.at(row) / this.#hours.at(row);
  }

  /** The standard deviation, wider where few hours speak for it. */
  #spread(row: number): number {
    const [hours, mean] = [this.#hours.at(row), this.#mean(row)];
    const variance = Math.max(LEAST_SPREAD ** 2, this.#squares.at(row) / hours - mean * mean);
    return Math.sqrt(variance * (1 + 4 / hours));
  }
}
