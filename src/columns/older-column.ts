import type { ColumnKind, StateReader } from '../model/index.ts';
import { ByColumns } from './by-columns.ts';
import { PAGE_ROWS } from './column.ts';

/** The numbers of a column that an older release wrote and this one has no more, by row. */
export function olderColumn(from: StateReader, name: string, kind: ColumnKind): (row: number) => number {
  const pages = new ByColumns(from).column(name, kind, PAGE_ROWS);
  return (row) => pages[Math.floor(row / PAGE_ROWS)]?.[row % PAGE_ROWS] ?? 0;
}
