import type { ColumnKind, ColumnPage } from '../model/index.ts';
import { PAGE_ROWS } from './column.ts';

/** How the numbers of a row lie beside each other, as it is written down with them. */
export interface RowForm {
  /** Of a row; the last ones may belong to no column. */
  readonly bytes: number;
  /** Of each column its name, its kind, and at which byte of the row its number is. */
  readonly columns: readonly (readonly [name: string, kind: ColumnKind, at: number])[];
}

/** The numbers of each kind, side by side. */
export const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const satisfies Record<ColumnKind, unknown>;

/** The widest first, so that each number lies where its kind may. */
export function rowForm(kinds: ReadonlyMap<string, ColumnKind>): RowForm {
  const columns: [name: string, kind: ColumnKind, at: number][] = [];
  let bytes = 0;
  let widest = 1;
  for (const [name, kind] of [...kinds].sort(([, a], [, b]) => width(b) - width(a))) {
    columns.push([name, kind, bytes]);
    bytes += width(kind);
    widest = Math.max(widest, width(kind));
  }
  return { bytes: Math.max(1, Math.ceil(bytes / widest) * widest), columns };
}

/** A column's numbers in pages of rows of this form, from each row's first byte that is the column's. */
export function numbersIn(
  page: Uint8Array<ArrayBuffer>,
  { bytes }: RowForm,
  kind: ColumnKind,
  at: number,
): ColumnPage {
  const stride = bytes / width(kind);
  const length = Math.floor((page.length - at) / width(kind));
  const spread = new ARRAYS[kind](page.buffer, page.byteOffset + at, length);
  const numbers = new ARRAYS[kind](PAGE_ROWS);
  for (let row = 0; row < PAGE_ROWS; row++) numbers[row] = spread[row * stride] as number;
  return numbers;
}

function width(kind: ColumnKind): number {
  return ARRAYS[kind].BYTES_PER_ELEMENT;
}

/** The largest of each kind of whole number; another one would begin anew at its least. */
const MOST: Readonly<Partial<Record<ColumnKind, number>>> = { u32: 0xff_ff_ff_ff, u16: 0xff_ff, u8: 0xff };

/** The same numbers, as near as a column's kind can say them: releases make columns narrower. */
export function asKind(kind: ColumnKind, numbers: ColumnPage): ColumnPage {
  if (numbers instanceof ARRAYS[kind]) return numbers;
  const most = MOST[kind];
  const said = new ARRAYS[kind](numbers.length);
  for (let row = 0; row < numbers.length; row++) {
    const value = numbers[row] as number;
    said[row] = most === undefined ? value : Math.min(most, Math.max(0, value));
  }
  return said;
}
