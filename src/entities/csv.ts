/** One record of a CSV file and the line (1-based) on which it starts. */
interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export type CsvReading =
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly line: number; readonly message: string };

/**
 * RFC 4180: comma-separated cells, `"` quotes, `""` within quotes is a quote, a quoted cell may hold commas and line
 * breaks; CRLF, LF and a lone CR end a record. A byte order mark is dropped, empty lines are passed over.
 */
export function readCsv(text: string): CsvReading {
  const rows: CsvRow[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      const cell = text[at] === '"' ? quoted(text, at) : plain(text, at);
      if (!cell.ok) return { ok: false, line, message: cell.message };
      line += lineBreaks(cell.raw);
      cells.push(cell.value);
      at += cell.raw.length;
      if (text[at] !== ',') break;
      at += 1;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: start, cells });
  }
  return { ok: true, rows };
}

type Cell =
  | { readonly ok: true; readonly raw: string; readonly value: string }
  | { readonly ok: false; readonly message: string };

function plain(text: string, at: number): Cell {
  let end = at;
  while (end < text.length && !endsCell(text[end])) {
    if (text[end] === '"')
      return {
        ok: false,
        message: 'a quote inside an unquoted cell: quote the whole cell and double the quote',
      };
    end += 1;
  }
  const raw = text.slice(at, end);
  return { ok: true, raw, value: raw };
}

function quoted(text: string, at: number): Cell {
  let end = at + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) return { ok: false, message: 'a quoted cell is never closed' };
    if (text[end + 1] !== '"') break;
    end += 2;
  }
  const next = text[end + 1];
  if (next !== undefined && !endsCell(next))
    return { ok: false, message: 'text after the closing quote of a cell' };
  return { ok: true, raw: text.slice(at, end + 1), value: text.slice(at + 1, end).replaceAll('""', '"') };
}

function endsCell(character: string | undefined): boolean {
  return character === ',' || character === '\n' || character === '\r';
}

function lineBreaks(raw: string): number {
  return raw.match(/\r\n|\n|\r/g)?.length ?? 0;
}
