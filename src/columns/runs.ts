import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import {
  type Column,
  Float32Column,
  Float64Column,
  PAGE_ROWS,
  Uint16Column,
  Uint32Column,
  Uint8Column,
} from './column.ts';
import { FreeRuns, type SaidFree } from './free-runs.ts';

/**
 * Lists of rows, each list a run of neighbouring rows: short lists pay for a short run. A run is 1, 2, 3, 4, 6, 8,
 * 12 … rows long; a page holds runs of one length only, so that a freed run fits the next one of its length (a slab
 * allocator, Bonwick 1994). A page of which every run is free is blank, and is cut anew for whatever length is wanted:
 * lists that grow leave no room behind that only shorter ones could use.
 */
export class Runs implements Stateful {
  readonly #columns = new Map<string, Column>();
  readonly #free = new FreeRuns();
  #end = 0;

  f64(name: string): Float64Column {
    return this.#with(name, new Float64Column());
  }

  f32(name: string): Float32Column {
    return this.#with(name, new Float32Column());
  }

  u32(name: string): Uint32Column {
    return this.#with(name, new Uint32Column());
  }

  u16(name: string): Uint16Column {
    return this.#with(name, new Uint16Column());
  }

  u8(name: string): Uint8Column {
    return this.#with(name, new Uint8Column());
  }

  /** The first row of a run of zeros. @param length one that {@link runLength} gives */
  add(length: number): number {
    const first = this.#free.take(length);
    if (first !== null) return first;
    this.#free.cut(this.#free.blank() ?? this.#newPage(), length);
    return this.#free.take(length) as number;
  }

  remove(first: number, length: number): void {
    for (let row = first; row < first + length; row++) this.#clear(row);
    this.#free.give(first, length);
  }

  /** Moves a run's rows to a new run of another length; gives its first row. What does not fit is dropped. */
  resize(first: number, length: number, newLength: number): number {
    const moved = this.add(newLength);
    for (let i = 0; i < Math.min(length, newLength); i++) this.copy(first + i, moved + i);
    this.remove(first, length);
    return moved;
  }

  /** Overwrites one row with another. */
  copy(from: number, to: number): void {
    for (const column of this.#columns.values()) column.copy(from, to);
  }

  /** Overwrites a row of another one that has the same columns. */
  copyTo(other: Runs, from: number, to: number): void {
    for (const [name, column] of this.#columns) other.#columns.get(name)?.set(to, column.at(from));
  }

  save(to: StateWriter): void {
    to.plain('runs', { end: this.#end, ...this.#free.said() });
    for (const [name, column] of this.#columns) to.column(name, column.pages(), this.#end);
  }

  load(from: StateReader): void {
    const { end, ...free } = from.plain('runs') as { end: number } & SaidFree;
    this.#end = end;
    this.#free.restore(free);
    for (const [name, column] of this.#columns) {
      if (from.has(name)) column.restore(from.column(name, column.kind, PAGE_ROWS));
      // An older release did not know it.
      else for (let row = 0; row < end; row += PAGE_ROWS) column.addPage();
    }
  }

  #newPage(): number {
    for (const column of this.#columns.values()) column.addPage();
    const page = this.#end / PAGE_ROWS;
    this.#end += PAGE_ROWS;
    return page;
  }

  #clear(row: number): void {
    for (const column of this.#columns.values()) column.clear(row);
  }

  #with<C extends Column>(name: string, column: C): C {
    this.#columns.set(name, column);
    return column;
  }
}
