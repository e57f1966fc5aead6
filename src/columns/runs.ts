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

/** The longest run; a page holds one of it at least. */
export const LONGEST_RUN = PAGE_ROWS;
/** Powers of two, and the lengths half-way between them. */
const LENGTHS = [1, 2, ...Array.from({ length: 8 }, (_, i) => [3 * 2 ** i, 4 * 2 ** i]).flat(), LONGEST_RUN];

/** The length of the shortest run that holds so many rows. */
export function runLength(rows: number): number {
  const length = LENGTHS.find((each) => each >= rows);
  if (length === undefined) throw new RangeError(`runs: none holds ${rows} rows`);
  return length;
}

/**
 * Lists of rows, each list a run of neighbouring rows: short lists pay for a short run. A run is 1, 2, 3, 4, 6, 8,
 * 12 … rows long; a page holds runs of one length only, so that a freed run fits the next one of its length (a slab
 * allocator, Bonwick 1994).
 */
export class Runs implements Stateful {
  readonly #columns = new Map<string, Column>();
  /** Per length, from the shortest, the first rows of runs that are free, the last freed last. */
  readonly #free: number[][] = LENGTHS.map(() => []);
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
    const free = this.#freeOf(length);
    if (free.length === 0) this.#cutPage(length, free);
    return free.pop() as number;
  }

  remove(first: number, length: number): void {
    for (let row = first; row < first + length; row++) this.#clear(row);
    this.#freeOf(length).push(first);
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
    to.plain('runs', { end: this.#end, free: this.#free });
    for (const [name, column] of this.#columns) to.column(name, column.pages(), this.#end);
  }

  load(from: StateReader): void {
    const { end, free } = from.plain('runs') as { end: number; free: number[][] };
    this.#end = end;
    for (const [nth, rows] of free.entries()) for (const row of rows) this.#free[nth]?.push(row);
    for (const [name, column] of this.#columns) {
      column.restore(from.column(name, column.kind, PAGE_ROWS));
    }
  }

  #freeOf(length: number): number[] {
    const free = this.#free[LENGTHS.indexOf(length)];
    if (free === undefined) throw new RangeError(`runs: no run is ${length} rows long`);
    return free;
  }

  #cutPage(length: number, free: number[]): void {
    for (const column of this.#columns.values()) column.addPage();
    const first = this.#end;
    this.#end += PAGE_ROWS;
    // From the last to the first, so that the first is given first.
    for (let row = this.#end - length; row >= first; row -= length) free.push(row);
  }

  #clear(row: number): void {
    for (const column of this.#columns.values()) column.clear(row);
  }

  #with<C extends Column>(name: string, column: C): C {
    this.#columns.set(name, column);
    return column;
  }
}
