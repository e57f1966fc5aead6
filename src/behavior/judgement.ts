import type { Table } from '../columns/index.ts';
import type { Counted, HourClass, HourCounts, HourlyRates } from './rates.ts';
import { combine } from './surprise.ts';

/** A machine that answers so often in an ordinary hour is there for others. */
const SERVES_PER_HOUR = 1;
/** An hour at least so probable does not deviate (contract §3: below 0.05, as it is counted twice), with a margin. */
const ORDINARY = 0.06;
/** The most that is kept of a bound; a busier hour is weighed. */
const MOST = 65_534;
const WHATEVER = 65_535;

/** What is known of the bounds of an ordinary hour. */
const BOUNDS = { notMeasured: 0, known: 1, none: 2 } as const;

/**
 * How improbable an hour is, given an entity's rates.
 *
 * Most hours are ordinary, and weighing one costs some hundred divisions. So once an hour it is weighed what a
 * rather busy hour would be; one that is no busier than that, in no respect, is no less probable.
 */
export class Judgement {
  readonly #rates: HourlyRates;
  readonly #bounds;
  readonly #opened;
  readonly #answered;
  readonly #volume;
  readonly #newDestinations;

  constructor(rows: Table, rates: HourlyRates) {
    this.#rates = rates;
    this.#bounds = rows.u8('ordinary');
    this.#opened = rows.u16('ordinary_opened');
    this.#answered = rows.u16('ordinary_answered');
    this.#volume = rows.u8('ordinary_volume');
    this.#newDestinations = rows.u16('ordinary_new_destinations');
  }

  /** The probability of an hour at least as busy; 1 for one that is ordinary. */
  tail(row: number, hours: HourClass, counts: HourCounts): number {
    if (!this.#rates.areKnown(row, hours)) return 1;
    if (this.#bounds.at(row) === BOUNDS.notMeasured) this.#measureBounds(row, hours);
    return this.#isWithinBounds(row, counts) ? 1 : this.#weigh(row, hours, counts);
  }

  /** The rates have changed, or are those of another hour. */
  startAnew(row: number): void {
    this.#bounds.set(row, BOUNDS.notMeasured);
  }

  #measureBounds(row: number, hours: HourClass): void {
    const counts = {
      opened: this.#busy(row, hours, 'opened'),
      answered: this.#serves(row, hours) ? this.#busy(row, hours, 'answered') : WHATEVER,
      volume: Math.min(this.#busy(row, hours, 'volume'), 255),
      // Its first hours were full of new ones, so that these spread more than an ordinary hour does.
      newDestinations: Math.min(MOST, Math.floor(this.#rates.mean(row, hours, 'newDestinations'))),
    };
    this.#opened.set(row, counts.opened);
    this.#answered.set(row, counts.answered);
    this.#volume.set(row, counts.volume);
    this.#newDestinations.set(row, counts.newDestinations);
    this.#bounds.set(row, this.#weigh(row, hours, counts) >= ORDINARY ? BOUNDS.known : BOUNDS.none);
  }

  /** So many in a rather busy hour. */
  #busy(row: number, hours: HourClass, what: Counted): number {
    const usual = this.#rates.mean(row, hours, what);
    return Math.min(MOST, Math.floor(usual + Math.sqrt(this.#rates.variance(row, hours, what))));
  }

  #isWithinBounds(row: number, { opened, answered, volume, newDestinations }: HourCounts): boolean {
    return (
      this.#bounds.at(row) === BOUNDS.known &&
      opened <= this.#opened.at(row) &&
      (answered <= this.#answered.at(row) || this.#answered.at(row) === WHATEVER) &&
      volume <= this.#volume.at(row) &&
      newDestinations <= this.#newDestinations.at(row)
    );
  }

  /**
   * What others do to a machine that serves nobody is theirs: being reached for counts only where it is usual.
   */
  #weigh(row: number, hours: HourClass, { opened, answered, volume, newDestinations }: HourCounts): number {
    const serves = this.#serves(row, hours);
    if (opened === 0 && !(serves && answered > 0)) return 1;
    const rates = this.#rates;
    const tails = [
      rates.upperTail(row, hours, 'opened', opened),
      rates.upperTail(row, hours, 'volume', volume),
      rates.upperTail(row, hours, 'newDestinations', newDestinations),
    ];
    if (serves) tails.push(rates.upperTail(row, hours, 'answered', answered));
    return combine(tails);
  }

  #serves(row: number, hours: HourClass): boolean {
    return this.#rates.mean(row, hours, 'answered') >= SERVES_PER_HOUR;
  }
}
