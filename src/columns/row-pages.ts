import type { StateReader, StateWriter } from '../model/index.ts';
import {
  type Column,
  Float32Column,
  Float64Column,
  PAGE_ROWS,
  Uint16Column,
  Uint32Column,
  Uint8Column,
} from './column.ts';
import { asKind, numbersIn, type RowForm, rowForm } from './row-form.ts';

/** Where the rows of a state of this form are written down, and how they lie there. */
export const ROWS_WRITTEN = { form: 'row', bytes: 'row_bytes' } as const;

/**
 * Rows of numbers of several kinds, a row's numbers side by side: whoever needs a row waits for a few lines of memory, and
 * not once for each of its columns. They are written down as they lie in memory, with the form of a row beside them.
 */
export class RowPages {
  readonly #columns = new Map<string, Column>();
  readonly #pages: Uint8Array<ArrayBuffer>[] = [];
  /** `null` before the first page, while columns may still be added. */
  #form: RowForm | null = null;
  #rowBytes = 0;

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

  /** Rows that there is room for. */
  get capacity(): number {
    return this.#pages.length * PAGE_ROWS;
  }

  /** Makes room for one more page of rows, all of them zeros. */
  addPage(): void {
    this.#addPage(new Uint8Array(PAGE_ROWS * this.#formed().bytes));
  }

  /** Makes zeros of neighbouring rows; all of them lie in one page. */
  clear(row: number, length = 1): void {
    const at = (row % PAGE_ROWS) * this.#rowBytes;
    this.#page(row).fill(0, at, at + length * this.#rowBytes);
  }

  copy(from: number, to: number): void {
    this.#page(to).set(this.#bytes(from), (to % PAGE_ROWS) * this.#rowBytes);
  }

  /** Overwrites a row of others that have the same columns, made in the same order. */
  copyTo(other: RowPages, from: number, to: number): void {
    other.#page(to).set(this.#bytes(from), (to % PAGE_ROWS) * this.#rowBytes);
  }

  /** @param end rows */
  save(to: StateWriter, end: number): void {
    const form = this.#formed();
    to.plain(ROWS_WRITTEN.form, form);
    to.column(ROWS_WRITTEN.bytes, this.#pages, end * form.bytes);
  }

  /** Into new ones. */
  load(from: StateReader, end: number): void {
    const form = this.#formed();
    const said = from.has(ROWS_WRITTEN.form) ? (from.plain(ROWS_WRITTEN.form) as RowForm) : null;
    if (said === null) return this.#loadColumns(from, end);
    const pages = from.column(ROWS_WRITTEN.bytes, 'u8', PAGE_ROWS * said.bytes) as Uint8Array<ArrayBuffer>[];
    if (JSON.stringify(said) === JSON.stringify(form)) {
      // What was made with the rows, empty, is of no use any more.
      this.#pages.length = 0;
      for (const column of this.#columns.values()) column.dropPages();
      for (const page of pages) this.#addPage(page);
    } else this.#loadOtherForm(said, pages);
  }

  /** As an older release wrote them: what it did not know stays zero. */
  #loadOtherForm(said: RowForm, pages: readonly Uint8Array<ArrayBuffer>[]): void {
    while (this.#pages.length < pages.length) this.addPage();
    for (const [name, kind, at] of said.columns) {
      const column = this.#columns.get(name);
      if (column === undefined) continue;
      for (const [i, page] of pages.entries()) {
        column.fill(i * PAGE_ROWS, asKind(column.kind, numbersIn(page, said, kind, at)));
      }
    }
  }

  /** A state of version 3 or older has a part for each column. */
  #loadColumns(from: StateReader, end: number): void {
    while (this.capacity < end) this.addPage();
    for (const [name, column] of this.#columns) {
      if (!from.has(name)) continue;
      for (const [i, page] of from.column(name, null, PAGE_ROWS).entries()) {
        column.fill(i * PAGE_ROWS, asKind(column.kind, page));
      }
    }
  }

  #page(row: number): Uint8Array {
    return this.#pages[Math.floor(row / PAGE_ROWS)] as Uint8Array;
  }

  #bytes(row: number): Uint8Array {
    const at = (row % PAGE_ROWS) * this.#rowBytes;
    return this.#page(row).subarray(at, at + this.#rowBytes);
  }

  #formed(): RowForm {
    if (this.#form !== null) return this.#form;
    const form = rowForm(new Map(Array.from(this.#columns, ([name, { kind }]) => [name, kind])));
    for (const column of this.#columns.values()) column.lay(form.bytes);
    this.#rowBytes = form.bytes;
    return (this.#form = form);
  }

  #addPage(page: Uint8Array<ArrayBuffer>): void {
    this.#pages.push(page);
    for (const [name, , at] of this.#formed().columns) {
      this.#columns.get(name)?.addPage(page.buffer, page.byteOffset + at, page.length - at);
    }
  }

  #with<C extends Column>(name: string, column: C): C {
    if (this.#form !== null) throw new Error(`columns: ${name} came after the first row`);
    this.#columns.set(name, column);
    return column;
  }
}
