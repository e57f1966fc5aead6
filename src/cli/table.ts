import { asText, widthOf } from './screen-text.ts';

const GAP = '  ';

/**
 * Rows in aligned columns, without trailing blanks. Columns named in `numeric` are flush right.
 * Colours do not disturb the alignment; a cell is one line, whatever name of a file is in it.
 */
export function columns(written: readonly (readonly string[])[], numeric: readonly number[] = []): string[] {
  const rows = written.map((row) => row.map(asText));
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
