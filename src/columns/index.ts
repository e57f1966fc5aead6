/** State as numbers side by side: compact, written down as it lies in memory, nothing for the garbage collector. */
export { ByColumns } from './by-columns.ts';
export {
  type Float32Column,
  type Float64Column,
  PAGE_ROWS,
  type Uint16Column,
  type Uint32Column,
  type Uint8Column,
} from './column.ts';
export { LazyRecords } from './lazy-records.ts';
export { NumbersByText } from './numbers-by-text.ts';
export { olderColumn } from './older-column.ts';
export { PackedTexts } from './packed-texts.ts';
export { ARRAYS } from './row-form.ts';
export { RowTexts } from './row-texts.ts';
export { runLength } from './run-length.ts';
export { Runs } from './runs.ts';
export { SideLists } from './side-lists.ts';
export { NO_ROW, SideRows } from './side-rows.ts';
export { Table } from './table.ts';
export { Texts } from './texts.ts';
