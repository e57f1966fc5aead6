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

/**
 * Rows of numbers, kept as columns. A row is a small integer; one that was removed is given again, the last
 * removed first, so that the same steps always lead to the same rows.
 */
export class Table implements Stateful {
  readonly #columns = new Map<string, Column>();
  readonly #free: number[] = [];
  #end = 0;
  #capacity = 0;

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
    if (this.#end === this.#capacity) this.#addPage();
    return this.#end++;
  }

  remove(row: number): void {
    for (const column of this.#columns.values()) column.clear(row);
    this.#free.push(row);
  }

  /** Overwrites one row with another. */
  copy(from: number, to: number): void {
    for (const column of this.#columns.values()) column.copy(from, to);
  }

  /** Overwrites a row of another one that has the same columns. */
  copyTo(other: Table, from: number, to: number): void {
    for (const [name, column] of this.#columns) other.#columns.get(name)?.set(to, column.at(from));
  }

  save(to: StateWriter): void {
    to.plain('rows', { end: this.#end, free: this.#free });
    for (const [name, column] of this.#columns) to.column(name, column.pages(), this.#end);
  }

  load(from: StateReader): void {
    const { end, free } = from.plain('rows') as { end: number; free: number[] };
    this.#end = end;
    this.#capacity = Math.ceil(end / PAGE_ROWS) * PAGE_ROWS;
    for (const row of free) this.#free.push(row);
    for (const [name, column] of this.#columns) {
      if (from.has(name)) column.restore(from.column(name, column.kind, PAGE_ROWS));
      // An older release did not know it.
      else for (let row = 0; row < end; row += PAGE_ROWS) column.addPage();
    }
  }

  #with<C extends Column>(name: string, column: C): C {
    this.#columns.set(name, column);
    for (let row = 0; row < this.#capacity; row += PAGE_ROWS) column.addPage();
    return column;
  }

  #addPage(): void {
    for (const column of this.#columns.values()) column.addPage();
    this.#capacity += PAGE_ROWS;
  }
}
