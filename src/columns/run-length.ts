import { PAGE_ROWS } from './column.ts';

/** The longest run; a page holds one of it at least. */
export const LONGEST_RUN = PAGE_ROWS;
/** Powers of two, and the lengths half-way between them. */
export const LENGTHS: readonly number[] = [
  1,
  2,
  ...Array.from({ length: 8 }, (_, i) => [3 * 2 ** i, 4 * 2 ** i]).flat(),
  LONGEST_RUN,
];

/** The length of the shortest run that holds so many rows. */
export function runLength(rows: number): number {
  const length = LENGTHS.find((each) => each >= rows);
  if (length === undefined) throw new RangeError(`runs: none holds ${rows} rows`);
  return length;
}
