import type { ColumnKind, ColumnPage } from '../../src/model/index.ts';

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const satisfies Record<ColumnKind, unknown>;

/** `null` where there are no pages. */
export function kindOf([page]: readonly ColumnPage[]): ColumnKind | null {
  const kinds = Object.keys(ARRAYS) as readonly ColumnKind[];
  return kinds.find((kind) => page instanceof ARRAYS[kind]) ?? null;
}

/** What each copy has in place of a number of the model's. */
export type Moved = (value: number, copy: number) => number;

export const unmoved: Moved = (value) => value;

/** A column of so many rows for so many copies, each copy's rows behind those of the copy before. */
export function copiedPages(
  pages: readonly ColumnPage[],
  kind: ColumnKind,
  pageRows: number,
  rows: number,
  copies: number,
  moved: Moved,
): readonly ColumnPage[] {
  const made = Array.from(
    { length: Math.ceil((rows * copies) / pageRows) },
    () => new ARRAYS[kind](pageRows),
  );
  let at = 0;
  for (let copy = 0; copy < copies; copy++) {
    for (let row = 0; row < rows; row++) {
      const value = pages[Math.floor(row / pageRows)]?.[row % pageRows] ?? 0;
      const page = made[Math.floor(at / pageRows)];
      if (page !== undefined) page[at % pageRows] = moved(value, copy);
      at++;
    }
  }
  return made;
}
