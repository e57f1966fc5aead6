import { ARRAYS } from '../../src/columns/index.ts';
import type { ColumnKind, ColumnPage } from '../../src/model/index.ts';

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
