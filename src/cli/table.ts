import { withoutUnseen } from '../model/index.ts';
import { stripVTControlCharacters } from 'node:util';

const GAP = '  ';

/**
 * Rows in aligned columns, without trailing blanks. Columns named in `numeric` are flush right.
 * Colours do not disturb the alignment.
 */
export function columns(rows: readonly (readonly string[])[], numeric: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const blanks = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return numeric.includes(index) ? blanks + cell : cell + blanks;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** What somebody wrote, as text alone: an earlier release let a reason hold controls of a terminal, and breaks of lines. */
export function asText(written: string): string {
  return withoutUnseen(written, ' ');
}

/** Words in lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** 1234567 → `1,234,567`, everywhere alike. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 device`, `12 devices`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function widthOf(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length;
}
