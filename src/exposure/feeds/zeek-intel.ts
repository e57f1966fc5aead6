import { ownValue } from '../../model/index.ts';
import {
  addressEntry,
  domainEntry,
  type Entry,
  hashEntry,
  networkEntry,
  schemelessUrlEntry,
} from './entry.ts';
import type { LineReader, TextFormat } from './format.ts';

/** Zeek's indicator types → how we read them; the others are counted by name. */
const READERS: Readonly<Record<string, (text: string) => Entry>> = {
  ADDR: addressEntry,
  SUBNET: networkEntry,
  URL: schemelessUrlEntry,
  DOMAIN: domainEntry,
  FILE_HASH: hashEntry,
};

const FIELDS = '#fields\t';

/**
 * Zeek's intel framework files: tab-separated, the columns named by a `#fields` line in any order,
 * `-` for unset.
 */
export const zeekIntel: TextFormat = {
  kind: 'text',
  name: 'zeek_intel',
  recognises: ({ lines }) => lines.some((line) => line.startsWith(FIELDS)),
  complaint({ lines }) {
    const header = lines.find((line) => line.startsWith(FIELDS))?.split('\t');
    if (header === undefined)
      return 'has no line that begins with "#fields" and a tab, as Zeek intel files have';
    const missing = ['indicator', 'indicator_type'].find((needed) => !header.includes(needed));
    return missing === undefined ? null : `has no column "${missing}" in its #fields line`;
  },
  reader: rows,
};

function rows(): LineReader {
  let columns: readonly string[] = [];
  return (row) => {
    if (row.startsWith(FIELDS)) {
      columns = row.split('\t').slice(1);
      return null;
    }
    if (row === '' || row.startsWith('#')) return null;
    const cells = row.split('\t');
    if (cells.length !== columns.length) return { entry: { kind: 'refused', reason: 'wrong_column_count' } };
    const cell = (name: string) => {
      const value = cells[columns.indexOf(name)] ?? '';
      return value === '-' ? '' : value;
    };
    return {
      entry: entryOf(cell('indicator'), cell('indicator_type')),
      words: [cell('meta.source'), cell('meta.desc')],
    };
  };
}

function entryOf(indicator: string, type: string): Entry {
  const kind = type.replace(/^Intel::/, '');
  const read = ownValue(READERS, kind);
  if (read !== undefined) return read(indicator);
  const known = /^[A-Z][A-Z_]{0,30}$/.test(kind);
  return known ? { kind: 'skipped', what: kind.toLowerCase() } : { kind: 'refused', reason: 'invalid_entry' };
}
