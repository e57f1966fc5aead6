import { Runs, type Table } from '../../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';

const HOURS = 24;
/** From here on an entity's hours are kept apart: whoever is gone after a day costs nothing. */
const BEGIN_AFTER_HOURS = 24;

/** A run of the 24 hours of the day for each entity that has lived for a day: what is known of an hour stands in its columns. */
export class HourRuns implements Stateful {
  /** Its columns are added before the first entity is. */
  readonly columns = new Runs();
  /** Where an entity's hours begin, from 1; 0 for none yet. */
  readonly #begin;

  /** @param name of the column of `rows` that says where an entity's hours are */
  constructor(rows: Table, name: string) {
    this.#begin = rows.u32(name);
  }

  has(row: number): boolean {
    return this.#begin.at(row) > 0;
  }

  /**
   * Whether the hours of an entity are kept: from now on, if it has lived for long enough.
   * @param observed hours of it until now
   */
  areKept(row: number, observed: number): boolean {
    if (this.has(row)) return true;
    if (observed < BEGIN_AFTER_HOURS) return false;
    this.#begin.set(row, this.columns.add(HOURS) + 1);
    return true;
  }

  place(row: number, ofDay: number): number {
    return this.#begin.at(row) - 1 + ofDay;
  }

  end(row: number): void {
    if (this.has(row)) this.columns.remove(this.place(row, 0), HOURS);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: HourRuns, row: number, otherRow: number): void {
    if (!this.has(row)) return;
    const moved = other.columns.add(HOURS);
    for (let i = 0; i < HOURS; i++) this.columns.copyTo(other.columns, this.place(row, i), moved + i);
    other.#begin.set(otherRow, moved + 1);
  }

  save(to: StateWriter): void {
    this.columns.save(to);
  }

  load(from: StateReader): void {
    this.columns.load(from);
  }
}
