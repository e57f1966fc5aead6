/** A quoted cell that is never closed must not swallow the file. */
const ROW_CHARS = 65_536;
const ROW_LINES = 64;

/** What stands in a row under the first of these columns' names (in lower case) that has something. */
export type Row = (...names: readonly string[]) => string;

/** A row of cells that are asked for by name. What makers write in an empty cell counts as nothing. */
export function rowOf(cellOf: (name: string) => string | undefined): Row {
  return (...names) => {
    for (const name of names) {
      const value = (cellOf(name) ?? '').trim();
      if (value !== '' && !/^(?:-|n\/a|null|none)$/i.test(value)) return value;
    }
    return '';
  };
}

export type CsvRows = (line: string) => readonly string[] | null;

/**
 * Cells of one row after the other, from lines: quoted cells may hold the separator, doubled quotes and line breaks;
 * blanks around a separator (`", "`) are no part of a cell. `null` while a row goes on.
 */
export function csvRows(separator: string): CsvRows {
  let begun = '';
  let lines = 0;
  return (line) => {
    if (begun === '' && !line.includes('"')) return line.split(separator).map((cell) => cell.trim());
    const text = begun === '' ? line : `${begun}\n${line}`;
    lines++;
    const goesOn = begun !== '' && !line.includes('"');
    const cells = goesOn ? null : cellsOf(text, separator);
    const isOver = cells !== null || lines >= ROW_LINES || text.length >= ROW_CHARS;
    begun = isOver ? '' : text;
    if (isOver) lines = 0;
    return isOver ? (cells ?? []) : null;
  };
}

/** `null` where a quote is not closed. */
function cellsOf(text: string, separator: string): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (text[at] === ' ') at++;
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end < 0) return null;
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      at = text.indexOf(separator, end + 1);
    } else {
      const end = text.indexOf(separator, at);
      cells.push(text.slice(at, end < 0 ? undefined : end).trim());
      at = end;
    }
    if (at < 0) return cells;
    at += 1;
  }
}

function closingQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}
