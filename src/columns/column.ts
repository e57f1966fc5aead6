import type { ColumnKind, ColumnPage } from '../model/index.ts';

/** Rows per page: small enough to be allocated by need, large enough to cost nothing to find. */
export const PAGE_ROWS = 1_024;
const SHIFT = 10;
const MASK = PAGE_ROWS - 1;

/** One number of every row. The numbers of a row lie side by side, so that a column's are a row's width apart. */
export interface Column {
  readonly kind: ColumnKind;
  at(row: number): number;
  set(row: number, value: number): void;
  /** Rows are so many bytes wide: said once, before the first page. */
  lay(rowBytes: number): void;
  /** One more page of rows: the column's first number is at this place of the memory, and so many bytes are left from there. */
  addPage(memory: ArrayBuffer, at: number, bytes: number): void;
  dropPages(): void;
  /** Sets the numbers of neighbouring rows; they are of the column's own kind. */
  fill(first: number, numbers: ColumnPage): void;
}

/*
 * One class per type of number, alike but for it: a class that served several would be slow for all of them,
 * because the engine specialises a method by the arrays that it meets.
 */

/** Any numbers, instants among them. */
export class Float64Column implements Column {
  readonly kind = 'f64';
  #pages: Float64Array[] = [];
  #stride = 1;

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Float64Array)[(row & MASK) * this.#stride] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Float64Array)[(row & MASK) * this.#stride] = value;
  }

  lay(rowBytes: number): void {
    this.#stride = rowBytes / 8;
  }

  addPage(memory: ArrayBuffer, at: number, bytes: number): void {
    this.#pages.push(new Float64Array(memory, at, Math.floor(bytes / 8)));
  }

  dropPages(): void {
    this.#pages.length = 0;
  }

  fill(first: number, numbers: ColumnPage): void {
    for (let done = 0; done < numbers.length; ) {
      const to = this.#pages[(first + done) >>> SHIFT] as Float64Array;
      const start = (first + done) & MASK;
      const end = Math.min(numbers.length, done + PAGE_ROWS - start);
      for (let at = start * this.#stride; done < end; done++, at += this.#stride)
        to[at] = numbers[done] as number;
    }
  }
}

/** Numbers of which seven digits are enough. */
export class Float32Column implements Column {
  readonly kind = 'f32';
  #pages: Float32Array[] = [];
  #stride = 1;

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Float32Array)[(row & MASK) * this.#stride] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Float32Array)[(row & MASK) * this.#stride] = value;
  }

  lay(rowBytes: number): void {
    this.#stride = rowBytes / 4;
  }

  addPage(memory: ArrayBuffer, at: number, bytes: number): void {
    this.#pages.push(new Float32Array(memory, at, Math.floor(bytes / 4)));
  }

  dropPages(): void {
    this.#pages.length = 0;
  }

  fill(first: number, numbers: ColumnPage): void {
    for (let done = 0; done < numbers.length; ) {
      const to = this.#pages[(first + done) >>> SHIFT] as Float32Array;
      const start = (first + done) & MASK;
      const end = Math.min(numbers.length, done + PAGE_ROWS - start);
      for (let at = start * this.#stride; done < end; done++, at += this.#stride)
        to[at] = numbers[done] as number;
    }
  }
}

/** Counts, and the numbers of rows elsewhere. */
export class Uint32Column implements Column {
  readonly kind = 'u32';
  #pages: Uint32Array[] = [];
  #stride = 1;

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint32Array)[(row & MASK) * this.#stride] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint32Array)[(row & MASK) * this.#stride] = value;
  }

  lay(rowBytes: number): void {
    this.#stride = rowBytes / 4;
  }

  addPage(memory: ArrayBuffer, at: number, bytes: number): void {
    this.#pages.push(new Uint32Array(memory, at, Math.floor(bytes / 4)));
  }

  dropPages(): void {
    this.#pages.length = 0;
  }

  fill(first: number, numbers: ColumnPage): void {
    for (let done = 0; done < numbers.length; ) {
      const to = this.#pages[(first + done) >>> SHIFT] as Uint32Array;
      const start = (first + done) & MASK;
      const end = Math.min(numbers.length, done + PAGE_ROWS - start);
      for (let at = start * this.#stride; done < end; done++, at += this.#stride)
        to[at] = numbers[done] as number;
    }
  }
}

/** Small counts and ports. */
export class Uint16Column implements Column {
  readonly kind = 'u16';
  #pages: Uint16Array[] = [];
  #stride = 1;

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint16Array)[(row & MASK) * this.#stride] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint16Array)[(row & MASK) * this.#stride] = value;
  }

  lay(rowBytes: number): void {
    this.#stride = rowBytes / 2;
  }

  addPage(memory: ArrayBuffer, at: number, bytes: number): void {
    this.#pages.push(new Uint16Array(memory, at, Math.floor(bytes / 2)));
  }

  dropPages(): void {
    this.#pages.length = 0;
  }

  fill(first: number, numbers: ColumnPage): void {
    for (let done = 0; done < numbers.length; ) {
      const to = this.#pages[(first + done) >>> SHIFT] as Uint16Array;
      const start = (first + done) & MASK;
      const end = Math.min(numbers.length, done + PAGE_ROWS - start);
      for (let at = start * this.#stride; done < end; done++, at += this.#stride)
        to[at] = numbers[done] as number;
    }
  }
}

/** Flags and choices among few. */
export class Uint8Column implements Column {
  readonly kind = 'u8';
  #pages: Uint8Array[] = [];
  #stride = 1;

  at(row: number): number {
    return (this.#pages[row >>> SHIFT] as Uint8Array)[(row & MASK) * this.#stride] as number;
  }

  set(row: number, value: number): void {
    (this.#pages[row >>> SHIFT] as Uint8Array)[(row & MASK) * this.#stride] = value;
  }

  /** Rows side by side, as bytes; all of them lie in one page. Only of rows that have nothing else. */
  bytes(row: number, length: number): Uint8Array {
    const { page, start } = this.place(row);
    return page.subarray(start, start + length);
  }

  /** The page of a row, and where in it the row is. Only of rows that have nothing else. */
  place(row: number): { readonly page: Uint8Array; readonly start: number } {
    if (this.#stride !== 1) throw new Error('columns: bytes of rows that hold other numbers too');
    return { page: this.#pages[row >>> SHIFT] as Uint8Array, start: row & MASK };
  }

  lay(rowBytes: number): void {
    this.#stride = rowBytes;
  }

  addPage(memory: ArrayBuffer, at: number, bytes: number): void {
    this.#pages.push(new Uint8Array(memory, at, bytes));
  }

  dropPages(): void {
    this.#pages.length = 0;
  }

  fill(first: number, numbers: ColumnPage): void {
    for (let done = 0; done < numbers.length; ) {
      const to = this.#pages[(first + done) >>> SHIFT] as Uint8Array;
      const start = (first + done) & MASK;
      const end = Math.min(numbers.length, done + PAGE_ROWS - start);
      for (let at = start * this.#stride; done < end; done++, at += this.#stride)
        to[at] = numbers[done] as number;
    }
  }
}
