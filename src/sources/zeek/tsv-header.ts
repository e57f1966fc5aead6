/** What the header lines of a Zeek TSV log have said so far. */
export interface TsvHeader {
  readonly separator: number;
  readonly setSeparator: number;
  readonly unset: Buffer;
  readonly empty: Buffer;
  /** The log kind (`#path`), `null` where no header names it. */
  readonly path: string | null;
  /** Column of each field; `null` before any `#fields`. */
  readonly columns: ReadonlyMap<string, number> | null;
  readonly columnCount: number;
}

const TAB = 0x09;

export const NO_HEADER: TsvHeader = {
  separator: TAB,
  setSeparator: 0x2c,
  unset: Buffer.from('-'),
  empty: Buffer.from('(empty)'),
  path: null,
  columns: null,
  columnCount: 0,
};

/**
 * The header after one more line that begins with `#`. `#separator` begins a new header (logs of
 * several hours in one file), so nothing of the old one survives it. `#open`, `#close`, `#types` and
 * comments change nothing: a value's type is asked of the value.
 */
export function readHeaderLine(header: TsvHeader, line: string): TsvHeader {
  const declared = /^#separator[ \t]+(\S+)/.exec(line)?.[1];
  if (declared !== undefined) return { ...NO_HEADER, separator: oneByte(declared) ?? TAB };
  const [name = '', ...values] = line.split(String.fromCharCode(header.separator));
  const value = values[0] ?? '';
  switch (name) {
    case '#set_separator':
      return { ...header, setSeparator: oneByte(value) ?? NO_HEADER.setSeparator };
    case '#unset_field':
      return { ...header, unset: Buffer.from(value) };
    case '#empty_field':
      return { ...header, empty: Buffer.from(value) };
    case '#path':
      return { ...header, path: value === '' ? null : value };
    case '#fields':
      return { ...header, columns: columnsOf(values), columnCount: values.length };
    default:
      return header;
  }
}

function columnsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const [index, name] of names.entries()) if (name !== '') columns.set(name, index);
  return columns;
}

/** `\x09`, `\t` or the character itself. */
function oneByte(text: string): number | null {
  const hex = /^\\x([0-9a-fA-F]{2})$/.exec(text)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (text === '\\t') return TAB;
  return text.length === 1 && text.charCodeAt(0) < 0x80 ? text.charCodeAt(0) : null;
}
