import type { Table } from '../../columns/index.ts';
import type { EpochMs, StateReader, Stateful, StateWriter } from '../../model/index.ts';
import type { Learning } from '../learning.ts';
import { DaysOfUse } from './days-of-use.ts';

/** Places remembered beside the first; whoever is at more is at home everywhere. */
const MOST = 8;
/** On the first days all is new of necessity. */
const DAYS_TO_JUDGE = 5;

/**
 * The networks from which each machine is used (its site, and the part of the address that names the network). Most
 * have one and pay for one. How improbable a new one is, follows from how many of its days brought one.
 */
export class PlacesOfUse implements Stateful {
  /** The first place; 0 for none. */
  readonly #first;
  /** It was met at a new place in the running hour. */
  readonly #isFresh;
  readonly #others: DaysOfUse;
  readonly #learning: Pick<Learning, 'daysWithData'>;

  constructor(rows: Table, learning: Pick<Learning, 'daysWithData'>) {
    this.#learning = learning;
    this.#first = rows.u32('first_place');
    this.#isFresh = rows.u8('fresh_place');
    this.#others = new DaysOfUse(rows, 'places_of_use', MOST, { name: 'place', kind: 'u32' });
  }

  /** @param place a number for it; 0 where nobody says */
  use(row: number, place: number, time: EpochMs): void {
    const first = this.#first.at(row);
    if (place === first || place === 0) return;
    if (first === 0) this.#first.set(row, place);
    else if (this.#others.use(row, place, time)) this.#isFresh.set(row, 1);
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
    this.#others.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: PlacesOfUse, row: number, otherRow: number): void {
    this.#others.moveTo(other.#others, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#others.save(to);
  }

  load(from: StateReader): void {
    this.#others.load(from);
  }
}
