import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import type { Uint32Column } from './column.ts';
import { Table } from './table.ts';

/** No row. */
export const NO_ROW = -1;

/** What only some rows of a table have: a row of their own beside it, made by need and given back. */
export class SideRows implements Stateful {
  readonly table = new Table();
  /** The row beside, from 1; 0 for none. */
  readonly #beside: Uint32Column;

  constructor(rows: Table, name: string) {
    this.#beside = rows.u32(name);
  }

  /** The row beside, or `NO_ROW`. */
  at(row: number): number {
    return this.#beside.at(row) - 1;
  }

  /** The row beside; one of zeros is made where there was none. */
  make(row: number): number {
    const known = this.at(row);
    if (known !== NO_ROW) return known;
    const made = this.table.add();
    this.#beside.set(row, made + 1);
    return made;
  }

  end(row: number): void {
    const known = this.at(row);
    if (known === NO_ROW) return;
    this.table.remove(known);
    this.#beside.set(row, 0);
  }

  /** Into a row of another table that has the same columns beside; gives both rows, or `null` where there is none. */
  moveTo(other: SideRows, row: number, otherRow: number): { from: number; to: number } | null {
    const from = this.at(row);
    other.#beside.set(otherRow, 0);
    if (from === NO_ROW) return null;
    const to = other.make(otherRow);
    this.table.copyTo(other.table, from, to);
    return { from, to };
  }

  save(to: StateWriter): void {
    this.table.save(to);
  }

  load(from: StateReader): void {
    this.table.load(from);
  }
}
