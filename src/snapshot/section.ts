import type { ColumnKind, ColumnPage } from '../model/index.ts';

/** What a section holds; a part holds nothing itself, an empty column has no kind of number. */
export const SECTION_KINDS = [
  'part',
  'plain',
  'records',
  'texts',
  'empty',
  'f64',
  'f32',
  'u32',
  'i32',
  'u16',
  'u8',
] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

/** Takes what a state says of itself, section by section: a file does, and a hash. */
export interface SectionSink {
  /** @param name unique within the whole state, its parts joined by `/` */
  begin(kind: SectionKind, name: string): void;
  /** A value that JSON can say, of a section `plain` or `records`. */
  value(value: unknown): void;
  /** Does not keep the bytes: they may change after the call. */
  write(bytes: Uint8Array): void;
  /** @param count how many values, texts or rows it was */
  end(count: number): void;
}

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const satisfies Record<ColumnKind, unknown>;

export const COLUMN_KINDS: readonly ColumnKind[] = ['f64', 'f32', 'u32', 'i32', 'u16', 'u8'];

export function isColumnKind(kind: SectionKind): kind is ColumnKind {
  return kind in ARRAYS;
}

/** The largest of each kind of whole number; another one would begin anew at its least. */
const MOST: Readonly<Partial<Record<ColumnKind, number>>> = {
  u32: 0xff_ff_ff_ff,
  i32: 0x7f_ff_ff_ff,
  u16: 0xff_ff,
  u8: 0xff,
};

/** The same numbers, as near as the kind can say them. */
export function asKind(kind: ColumnKind, page: ColumnPage): ColumnPage {
  const most = MOST[kind];
  const least = kind === 'i32' ? -0x80_00_00_00 : 0;
  const made = new ARRAYS[kind](page.length);
  for (let row = 0; row < page.length; row++) {
    const value = page[row] as number;
    made[row] = most === undefined ? value : Math.min(most, Math.max(least, value));
  }
  return made;
}

export function kindOf(page: ColumnPage): ColumnKind {
  if (page instanceof Float64Array) return 'f64';
  if (page instanceof Float32Array) return 'f32';
  if (page instanceof Uint32Array) return 'u32';
  if (page instanceof Int32Array) return 'i32';
  return page instanceof Uint16Array ? 'u16' : 'u8';
}

export function rowBytes(kind: ColumnKind): number {
  return ARRAYS[kind].BYTES_PER_ELEMENT;
}

/** The numbers that lie in `bytes` from `offset`. */
export function pageIn(kind: ColumnKind, bytes: ArrayBuffer, offset: number, rows: number): ColumnPage {
  return new ARRAYS[kind](bytes, offset, rows);
}
