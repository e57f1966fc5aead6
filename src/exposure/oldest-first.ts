import type { Table, Uint32Column } from '../columns/index.ts';
import type { Stateful, StateReader, StateWriter } from '../model/index.ts';

/** Rows of a table (row 0 is none) in an order, the oldest first: a list linked both ways, so that any row moves at once. */
export class OldestFirst implements Stateful {
  readonly #before: Uint32Column;
  readonly #after: Uint32Column;
  #oldest = 0;
  #newest = 0;

  constructor(rows: Table) {
    this.#before = rows.u32('before');
    this.#after = rows.u32('after');
  }

  get oldest(): number {
    return this.#oldest;
  }

  append(row: number): void {
    this.#before.set(row, this.#newest);
    this.#after.set(row, 0);
    if (this.#newest === 0) this.#oldest = row;
    else this.#after.set(this.#newest, row);
    this.#newest = row;
  }

  /** Makes it the newest. */
  renew(row: number): void {
    if (row === this.#newest) return;
    this.remove(row);
    this.append(row);
  }

  remove(row: number): void {
    const before = this.#before.at(row);
    const after = this.#after.at(row);
    if (before === 0) this.#oldest = after;
    else this.#after.set(before, after);
    if (after === 0) this.#newest = before;
    else this.#before.set(after, before);
  }

  *all(): Iterable<number> {
    for (let row = this.#oldest; row !== 0; row = this.#after.at(row)) yield row;
  }

  /** Without the columns, which are the table's. */
  save(to: StateWriter): void {
    to.plain('ends', { oldest: this.#oldest, newest: this.#newest });
  }

  load(from: StateReader): void {
    const { oldest, newest } = from.plain('ends') as { oldest: number; newest: number };
    this.#oldest = oldest;
    this.#newest = newest;
  }
}
