import { NO_ROW, SideLists, type Table } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import type { Learning } from '../learning.ts';

/** Places remembered beside the first; whoever is at more is at home everywhere. */
const MOST = 8;
/** On the first days all is new of necessity. */
const DAYS_TO_JUDGE = 5;
const MANY_DAYS = 255;

/**
 * The networks from which each machine is used (its site, and the part of the address that names the network). Most
 * have one and pay for one. How improbable a new one is, follows from how many of its days brought one.
 */
export class PlacesOfUse implements Stateful {
  /** The first place; 0 for none. */
  readonly #first;
  /** It was met at a new place in the running hour. */
  readonly #isFresh;
  readonly #others: SideLists;
  readonly #place;
  readonly #days;
  /** The last day on which it was there, by the last eight bits of its number. */
  readonly #lastDay;
  readonly #learning: Pick<Learning, 'daysWithData'>;

  constructor(rows: Table, learning: Pick<Learning, 'daysWithData'>) {
    this.#learning = learning;
    this.#first = rows.u32('first_place');
    this.#isFresh = rows.u8('fresh_place');
    this.#others = new SideLists(rows, 'places_of_use', MOST);
    const { places } = this.#others;
    this.#place = places.u32('place');
    this.#days = places.u8('days');
    this.#lastDay = places.u8('last_day');
  }

  /** @param place a number for it; 0 where nobody says */
  use(row: number, place: number, time: EpochMs): void {
    const first = this.#first.at(row);
    if (place === first || place === 0) return;
    if (first === 0) this.#first.set(row, place);
    else this.#useOther(row, place, Math.floor(time / DAY_MS) & 0xff);
  }

  areKnown(row: number): boolean {
    const days = this.#learning.daysWithData(row);
    return days >= DAYS_TO_JUDGE && this.#first.at(row) !== 0 && this.#others.size(row) < MOST;
  }

  isFresh(row: number): boolean {
    return this.#isFresh.at(row) === 1;
  }

  /** The probability of a day that brings a new place, where the running hour has. */
  tail(row: number): number {
    if (!this.isFresh(row)) return 1;
    // Half a time for what was not seen yet (Krichevsky and Trofimov 1981); the one of the running hour is no example.
    return Math.min(1, (this.#others.size(row) - 1 + 0.5) / (this.#learning.daysWithData(row) + 1));
  }

  startAnew(row: number): void {
    this.#isFresh.set(row, 0);
  }

  end(row: number): void {
    this.#others.end(row, () => undefined);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: PlacesOfUse, row: number, otherRow: number): void {
    this.#others.moveTo(other.#others, row, otherRow, () => undefined);
  }

  save(to: StateWriter): void {
    this.#others.save(to);
  }

  load(from: StateReader): void {
    this.#others.load(from);
  }

  #useOther(row: number, place: number, day: number): void {
    const known = this.#others.find(row, (at) => this.#place.at(at) === place);
    if (known === NO_ROW) {
      const made = this.#others.add(
        row,
        (a, b) => this.#days.at(a) < this.#days.at(b),
        () => undefined,
      );
      this.#place.set(made, place);
      this.#days.set(made, 1);
      this.#lastDay.set(made, day);
      this.#isFresh.set(row, 1);
    } else if (this.#lastDay.at(known) !== day) {
      this.#lastDay.set(known, day);
      this.#days.set(known, Math.min(MANY_DAYS, this.#days.at(known) + 1));
    }
  }
}
