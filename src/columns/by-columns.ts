import type { ColumnKind, ColumnPage, StateReader } from '../model/index.ts';
import { PAGE_ROWS } from './column.ts';
import { numbersIn, type RowForm } from './row-form.ts';
import { ROWS_WRITTEN } from './row-pages.ts';

/** A state whose rows are read column by column, as releases up to state version 3 wrote them. */
export class ByColumns implements StateReader {
  readonly #from: StateReader;
  readonly #form: RowForm | null;

  constructor(from: StateReader) {
    this.#from = from;
    this.#form = from.has(ROWS_WRITTEN.form) ? (from.plain(ROWS_WRITTEN.form) as RowForm) : null;
  }

  plain(name: string): unknown {
    return this.#from.plain(name);
  }

  records(name: string): Iterable<unknown> {
    return this.#from.records(name);
  }

  texts(name: string): Iterable<string> {
    return this.#from.texts(name);
  }

  part(name: string): StateReader {
    return new ByColumns(this.#from.part(name));
  }

  derived(name: string): StateReader | null {
    return this.#from.derived(name);
  }

  has(name: string): boolean {
    if (this.#form === null) return this.#from.has(name);
    if (this.#form.columns.some(([column]) => column === name)) return true;
    return name !== ROWS_WRITTEN.form && name !== ROWS_WRITTEN.bytes && this.#from.has(name);
  }

  column(name: string, kind: ColumnKind | null, pageRows: number): readonly ColumnPage[] {
    const column = this.#form?.columns.find(([each]) => each === name);
    if (this.#form === null || column === undefined) return this.#from.column(name, kind, pageRows);
    const form = this.#form;
    const pages = this.#from.column(ROWS_WRITTEN.bytes, 'u8', PAGE_ROWS * form.bytes);
    return pages.map((page) => numbersIn(page as Uint8Array<ArrayBuffer>, form, column[1], column[2]));
  }
}
