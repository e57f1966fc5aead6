import { addressEntry, domainEntry, type Entry, hashEntry, networkEntry } from './entry.ts';
import type { Line, Lines } from './lines.ts';

/** Zeek's indicator types → how we read them; the others are counted by name. */
const READERS: Readonly<Record<string, (text: string) => Entry>> = {
  ADDR: addressEntry,
  SUBNET: networkEntry,
  DOMAIN: domainEntry,
  FILE_HASH: hashEntry,
};

/**
 * Zeek's intel framework files: tab-separated, the columns named by a `#fields` line in any order,
 * `-` for unset.
 */
export function readZeekIntel(text: string): Lines {
  if (!/^#fields\t/m.test(text)) {
    return {
      ok: false,
      message: 'has no line that begins with "#fields" and a tab, as Zeek intel files have',
    };
  }
  const header = /^#fields\t(.*?)\r?$/m.exec(text)?.[1]?.split('\t') ?? [];
  for (const needed of ['indicator', 'indicator_type']) {
    if (!header.includes(needed))
      return { ok: false, message: `has no column "${needed}" in its #fields line` };
  }
  return { ok: true, lines: rows(text) };
}

function* rows(text: string): Generator<Line> {
  let columns: readonly string[] = [];
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const row = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (row.startsWith('#fields\t')) columns = row.split('\t').slice(1);
    else if (row !== '' && !row.startsWith('#')) yield readRow(row, columns, number);
  }
}

function readRow(row: string, columns: readonly string[], number: number): Line {
  const cells = row.split('\t');
  const words = [cell(cells, columns, 'meta.source'), cell(cells, columns, 'meta.desc')];
  const entry: Entry =
    cells.length === columns.length
      ? readCell(cell(cells, columns, 'indicator'), cell(cells, columns, 'indicator_type'))
      : { kind: 'refused', reason: 'wrong_column_count' };
  return { number, entry, words, confidence: null };
}

function readCell(indicator: string, type: string): Entry {
  const kind = type.replace(/^Intel::/, '');
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  if (read !== undefined) return read(indicator);
  const known = /^[A-Z][A-Z_]{0,30}$/.test(kind);
  return known ? { kind: 'skipped', what: kind.toLowerCase() } : { kind: 'refused', reason: 'invalid_entry' };
}

function cell(cells: readonly string[], columns: readonly string[], name: string): string {
  const value = cells[columns.indexOf(name)] ?? '';
  return value === '-' ? '' : value;
}
