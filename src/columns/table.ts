import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import {
  type Float32Column,
  type Float64Column,
  type Uint16Column,
  type Uint32Column,
  type Uint8Column,
} from './column.ts';
import { RowPages } from './row-pages.ts';

/**
 * Rows of numbers, kept as columns. A row is a small integer; one that was removed is given again, the last
 * removed first, so that the same steps always lead to the same rows.
 */
export class Table implements Stateful {
  readonly #rows = new RowPages();
  readonly #free: number[] = [];
  #end = 0;

  f64(name: string): Float64Column {
    return this.#rows.f64(name);
  }

  f32(name: string): Float32Column {
    return this.#rows.f32(name);
  }

  u32(name: string): Uint32Column {
    return this.#rows.u32(name);
  }

  u16(name: string): Uint16Column {
    return this.#rows.u16(name);
  }

  u8(name: string): Uint8Column {
    return this.#rows.u8(name);
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
    if (this.#end === this.#rows.capacity) this.#rows.addPage();
    return this.#end++;
  }

  remove(row: number): void {
    this.#rows.clear(row);
    this.#free.push(row);
  }

  /** Overwrites one row with another. */
  copy(from: number, to: number): void {
    this.#rows.copy(from, to);
  }

  /** Overwrites a row of another one that has the same columns. */
  copyTo(other: Table, from: number, to: number): void {
    this.#rows.copyTo(other.#rows, from, to);
  }

  save(to: StateWriter): void {
    to.plain('rows', { end: this.#end, free: this.#free });
    this.#rows.save(to, this.#end);
  }

  load(from: StateReader): void {
    const { end, free } = from.plain('rows') as { end: number; free: number[] };
    this.#end = end;
    for (const row of free) this.#free.push(row);
    this.#rows.load(from, end);
  }
}
