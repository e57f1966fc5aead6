import type { Table } from '../../columns/index.ts';
import { inSteps, outOfSteps } from '../logarithm.ts';
import { negativeBinomialUpperTail } from '../negative-binomial.ts';

/** Below so many hours in which it talked to anybody inside there is nothing to compare with. */
const HOURS_TO_JUDGE = 12;
/** Hours behind the mean; what was learnt before fades. */
const MOST_HOURS = 255;
/** An hour's count enters at most at this multiple of its mean. */
const WINSOR = 4;
/** Whoever has always talked to one alone may talk to another: so many more at least are usual … */
const LEAST_FURTHER = 0.25;
/** … and spread by so many times that: with the least, a geometric distribution. */
const LEAST_DISPERSION = 1.25;
/** Of an hour so improbable detectors are told: it is evidence beside their own. */
const FAR_FLUNG = 1e-3;
const MANY = 65_535;

/**
 * To how many machines inside an entity turns in an hour in which it turns to any: a camera has its recorder, a
 * workstation its servers. Whoever looks round, or moves from one machine to the next, turns to more.
 * Those beyond the first are a negative binomial with the moments of the hours before.
 */
export class FanOut {
  /** Machines inside that it turned to in the running hour. */
  readonly #running;
  readonly #hours;
  readonly #mean;
  readonly #square;

  constructor(rows: Table) {
    this.#running = rows.u16('fan_out');
    this.#hours = rows.u8('fan_out_hours');
    this.#mean = rows.u16('fan_out_mean');
    this.#square = rows.u16('fan_out_square');
  }

  /** One that it did not turn to in this hour before. */
  meet(row: number): void {
    this.#running.set(row, Math.min(MANY, this.#running.at(row) + 1));
  }

  areKnown(row: number): boolean {
    return this.#hours.at(row) >= HOURS_TO_JUDGE;
  }

  /** Nothing is said of the running hour while it is within one standard deviation of what is usual. */
  isOrdinary(row: number): boolean {
    const further = this.#running.at(row) - 1;
    return further <= 0 || further <= outOfSteps(this.#mean.at(row)) + Math.sqrt(this.#variance(row));
  }

  /** The probability of an hour with at least as many as the running one. */
  tail(row: number): number {
    return this.isOrdinary(row) ? 1 : this.#tailOf(row, this.#running.at(row));
  }

  /** Turned to so many, it turns to more than anybody would expect of it; never while too little is known of it. */
  isFarFlung(row: number, isOneMore: boolean): boolean {
    return this.areKnown(row) && this.#tailOf(row, this.#running.at(row) + (isOneMore ? 1 : 0)) < FAR_FLUNG;
  }

  /** Closes an hour. @param share what of one above the mean is taken over: less than 1 of one that may be an attack */
  learn(row: number, share: number): void {
    const running = this.#running.at(row);
    if (running === 0) return;
    const further = running - 1;
    const [hours, mean] = [this.#hours.at(row), outOfSteps(this.#mean.at(row))];
    const most = this.areKnown(row) ? WINSOR * (mean + 1) : further;
    const learnt = further <= mean ? further : mean + (Math.min(further, most) - mean) * share;
    const square = outOfSteps(this.#square.at(row));
    this.#hours.set(row, Math.min(MOST_HOURS, hours + 1));
    this.#mean.set(row, inSteps(mean + (learnt - mean) / (hours + 1)));
    this.#square.set(row, inSteps(square + (learnt * learnt - square) / (hours + 1)));
  }

  startAnew(row: number): void {
    this.#running.set(row, 0);
  }

  /** The probability of turning to so many or more. */
  #tailOf(row: number, hosts: number): number {
    const mean = Math.max(LEAST_FURTHER, outOfSteps(this.#mean.at(row)));
    return negativeBinomialUpperTail(hosts - 1, mean, this.#variance(row));
  }

  /** At least that of a geometric distribution where hardly anything is known, and wider where few hours speak for it. */
  #variance(row: number): number {
    const [hours, mean] = [this.#hours.at(row), outOfSteps(this.#mean.at(row))];
    const spread = outOfSteps(this.#square.at(row)) - mean * mean;
    const least = LEAST_DISPERSION * Math.max(LEAST_FURTHER, mean);
    return Math.max(spread, least) * (1 + 4 / Math.max(1, hours));
  }
}
