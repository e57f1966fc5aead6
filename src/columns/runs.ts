import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { PAGE_ROWS } from './column.ts';
import { FreeRuns, type SaidFree } from './free-runs.ts';
import { RowColumns } from './row-columns.ts';

/**
 * Lists of rows, each list a run of neighbouring rows: short lists pay for a short run. A run is 1, 2, 3, 4, 6, 8,
 * 12 … rows long; a page holds runs of one length only, so that a freed run fits the next one of its length (a slab
 * allocator, Bonwick 1994). A page of which every run is free is blank, and is cut anew for whatever length is wanted:
 * lists that grow leave no room behind that only shorter ones could use.
 */
export class Runs extends RowColumns implements Stateful {
  readonly #free = new FreeRuns();
  #end = 0;

  /** The first row of a run of zeros. @param length one that {@link runLength} gives */
  add(length: number): number {
    const first = this.#free.take(length);
    if (first !== null) return first;
    this.#free.cut(this.#free.blank() ?? this.#newPage(), length);
    return this.#free.take(length) as number;
  }

  remove(first: number, length: number): void {
    this.rows.clear(first, length);
    this.#free.give(first, length);
  }

  /** Moves a run's rows to a new run of another length; gives its first row. What does not fit is dropped. */
  resize(first: number, length: number, newLength: number): number {
    const moved = this.add(newLength);
    for (let i = 0; i < Math.min(length, newLength); i++) this.copy(first + i, moved + i);
    this.remove(first, length);
    return moved;
  }

  save(to: StateWriter): void {
    to.plain('runs', { end: this.#end, ...this.#free.said() });
    this.rows.save(to, this.#end);
  }

  load(from: StateReader): void {
    const { end, ...free } = from.plain('runs') as { end: number } & SaidFree;
    this.#end = end;
    this.#free.restore(free);
    this.rows.load(from, end);
  }

  #newPage(): number {
    this.rows.addPage();
    const page = this.#end / PAGE_ROWS;
    this.#end += PAGE_ROWS;
    return page;
  }
}
