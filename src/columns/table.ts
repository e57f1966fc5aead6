import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { RowColumns } from './row-columns.ts';

/**
 * Rows of numbers, kept as columns. A row is a small integer; one that was removed is given again, the last
 * removed first, so that the same steps always lead to the same rows.
 */
export class Table extends RowColumns implements Stateful {
  readonly #free: number[] = [];
  #end = 0;

  /** Rows in use. */
  get size(): number {
    return this.#end - this.#free.length;
  }

  /** One more than the highest row ever used; rows below it may be free. */
  get end(): number {
    return this.#end;
  }

  /** A row of zeros. */
  add(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    if (this.#end === this.rows.capacity) this.rows.addPage();
    return this.#end++;
  }

  remove(row: number): void {
    this.rows.clear(row);
    this.#free.push(row);
  }

  save(to: StateWriter): void {
    to.plain('rows', { end: this.#end, free: this.#free });
    this.rows.save(to, this.#end);
  }

  load(from: StateReader): void {
    const { end, free } = from.plain('rows') as { end: number; free: number[] };
    this.#end = end;
    for (const row of free) this.#free.push(row);
    this.rows.load(from, end);
  }
}
