import type { ColumnKind, ColumnPage } from '../model/index.ts';

export const COLUMN_KINDS = [
  'f64',
  'f32',
  'u32',
  'i32',
  'u16',
  'u8',
] as const satisfies readonly ColumnKind[];

/** What a section holds; a part holds nothing itself, an empty column has no kind of number. */
export const SECTION_KINDS = ['part', 'plain', 'records', 'texts', 'empty', ...COLUMN_KINDS] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

export function isColumnKind(kind: SectionKind): kind is ColumnKind {
  return (COLUMN_KINDS as readonly SectionKind[]).includes(kind);
}

/** What the columns of a section are read into: memory of this thread, or such as can be handed to others. */
export type SectionMemory = 'own' | 'shared';

/** Takes what a state says of itself, section by section: a file does, and a hash. */
export interface SectionSink {
  /** Where parts go that follow from the others; `null`: nowhere. */
  readonly ofDerived: SectionSink | null;
  /** @param name unique within the whole state, its parts joined by `/` */
  begin(kind: SectionKind, name: string, memory: SectionMemory): void;
  /** A value that JSON can say, of a section `plain` or `records`. */
  value(value: unknown): void;
  /** Does not keep the bytes: they may change after the call. */
  write(bytes: Uint8Array): void;
  /** @param count how many values, texts or rows it was */
  end(count: number): void;
}

interface ColumnConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (bytes: ArrayBufferLike, offset: number, rows: number): ColumnPage;
}

const ARRAYS: Readonly<Record<ColumnKind, ColumnConstructor>> = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
};

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
export function pageIn(kind: ColumnKind, bytes: ArrayBufferLike, offset: number, rows: number): ColumnPage {
  return new ARRAYS[kind](bytes, offset, rows);
}
