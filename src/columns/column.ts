import type { ColumnKind, ColumnPage } from '../model/index.ts';

/** Rows per page: small enough to be allocated by need, large enough to cost nothing to find. */
export const PAGE_ROWS = 1_024;
const SHIFT = 10;
const MASK = PAGE_ROWS - 1;

/** What a table does with its columns. */
export interface Column {
  readonly kind: ColumnKind;
  at(row: number): number;
  set(row: number, value: number): void;
  /** Makes room for one more page of rows. */
  addPage(): void;
  clear(row: number): void;
  copy(from: number, to: number): void;
  pages(): readonly ColumnPage[];
  /** Takes over pages that were read. */
  restore(pages: readonly ColumnPage[]): void;
}

/*
 * One class per type of number, alike but for it: a class that served several would be slow for all of them,
 * because the engine specialises a method by the arrays that it meets.
 */

/** Any numbers, instants among them. */
export class Float64Column implements Column {
  readonly kind = 'f64';
  #pages: Float64Array[] = [];

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Float64Array)[row & MASK] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Float64Array)[row & MASK] = value;
  }

  addPage(): void {
    this.#pages.push(new Float64Array(PAGE_ROWS));
  }

  clear(row: number): void {
    this.set(row, 0);
  }

  copy(from: number, to: number): void {
    this.set(to, this.at(from));
  }

  pages(): readonly Float64Array[] {
    return this.#pages;
  }

  restore(pages: readonly ColumnPage[]): void {
    this.#pages = pages as Float64Array[];
  }
}

/** Numbers of which seven digits are enough. */
export class Float32Column implements Column {
  readonly kind = 'f32';
  #pages: Float32Array[] = [];

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Float32Array)[row & MASK] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Float32Array)[row & MASK] = value;
  }

  addPage(): void {
    this.#pages.push(new Float32Array(PAGE_ROWS));
  }

  clear(row: number): void {
    this.set(row, 0);
  }

  copy(from: number, to: number): void {
    this.set(to, this.at(from));
  }

  pages(): readonly Float32Array[] {
    return this.#pages;
  }

  restore(pages: readonly ColumnPage[]): void {
    this.#pages = pages as Float32Array[];
  }
}

/** Counts, and the numbers of rows elsewhere. */
export class Uint32Column implements Column {
  readonly kind = 'u32';
  #pages: Uint32Array[] = [];

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint32Array)[row & MASK] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint32Array)[row & MASK] = value;
  }

  addPage(): void {
    this.#pages.push(new Uint32Array(PAGE_ROWS));
  }

  clear(row: number): void {
    this.set(row, 0);
  }

  copy(from: number, to: number): void {
    this.set(to, this.at(from));
  }

  pages(): readonly Uint32Array[] {
    return this.#pages;
  }

  restore(pages: readonly ColumnPage[]): void {
    this.#pages = pages as Uint32Array[];
  }
}

/** Small counts and ports. */
export class Uint16Column implements Column {
  readonly kind = 'u16';
  #pages: Uint16Array[] = [];

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint16Array)[row & MASK] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint16Array)[row & MASK] = value;
  }

  addPage(): void {
    this.#pages.push(new Uint16Array(PAGE_ROWS));
  }

  clear(row: number): void {
    this.set(row, 0);
  }

  copy(from: number, to: number): void {
    this.set(to, this.at(from));
  }

  pages(): readonly Uint16Array[] {
    return this.#pages;
  }

  restore(pages: readonly ColumnPage[]): void {
    this.#pages = pages as Uint16Array[];
  }
}

/** Flags and choices among few. */
export class Uint8Column implements Column {
  readonly kind = 'u8';
  #pages: Uint8Array[] = [];

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint8Array)[row & MASK] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint8Array)[row & MASK] = value;
  }

  /** Rows side by side, as bytes; all of them lie in one page. */
  bytes(row: number, length: number): Uint8Array {
    const start = row & MASK;
    return (this.#pages[row >>> SHIFT] as Uint8Array).subarray(start, start + length);
  }

  /** The page of a row, and where in it the row is. */
  place(row: number): { readonly page: Uint8Array; readonly start: number } {
    return { page: this.#pages[row >>> SHIFT] as Uint8Array, start: row & MASK };
  }

  addPage(): void {
    this.#pages.push(new Uint8Array(PAGE_ROWS));
  }

  clear(row: number): void {
    this.set(row, 0);
  }

  copy(from: number, to: number): void {
    this.set(to, this.at(from));
  }

  pages(): readonly Uint8Array[] {
    return this.#pages;
  }

  restore(pages: readonly ColumnPage[]): void {
    this.#pages = pages as Uint8Array[];
  }
}
