import { type ConnectionLine, FIELD_NAMES, FROM_LOCAL, FROM_PORT, TIME } from './connection-line.ts';
import type { TsvHeader } from './tsv-header.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const UNSET = 0x2d;
const EMPTY = Buffer.from('(empty)');
const TRUE = 0x54;
const FALSE = 0x46;
/** Numbers of up to 15 digits are exact as they are summed up. */
const MOST_DIGITS = 15;
const DECIMALS = 6;
const NOT_READ = -1;
const REFUSED = -1;

/**
 * Reads lines of conn.log in TSV as Zeek itself writes it: separated by tabs, `-` for unset. One pass over the bytes and
 * no call for a value: most of the time once went into such calls. Whatever is written otherwise is left to `TsvRecord`.
 */
export class TsvConnections {
  /** The field of each column; `null` where the header is not as Zeek writes it. */
  #columns: Int8Array | null = null;

  /** A header was read; `null` where the lines below it are not those of conn.log. */
  setHeader(header: TsvHeader | null): void {
    const isUsual =
      header !== null &&
      header.separator === TAB &&
      header.unset.equals(Buffer.of(UNSET)) &&
      header.empty.equals(EMPTY);
    this.#columns = isUsual ? columnsOf(header) : null;
  }

  /**
   * Reads the line that starts at `at`, of bytes that end with a line break.
   * @returns where the next line starts; -1 where the line is left to others
   */
  read(bytes: Buffer, at: number, line: ConnectionLine): number {
    const columns = this.#columns;
    if (columns === null || bytes[at] === HASH) return REFUSED;
    const { numbers, starts, ends } = line;
    const { length } = columns;
    let stated = 0;
    let i = at;
    let byte = 0;
    for (let column = 0; column < length; column++, i++) {
      if (column > 0 && byte !== TAB) return REFUSED;
      const field = columns[column] as number;
      const start = i;
      byte = bytes[i] as number;
      if (field < FROM_PORT) {
        // Control characters do not stand within a field, of which Zeek writes none.
        while (byte >= SPACE && byte !== BACKSLASH) byte = bytes[++i] as number;
        if (field !== NOT_READ) {
          if (byte === BACKSLASH) return REFUSED;
          starts[field] = start;
          ends[field] = i;
          if (!isUnset(bytes, start, i)) stated |= 1 << field;
        } else while (byte >= SPACE) byte = bytes[++i] as number;
      } else if (byte === UNSET) {
        byte = bytes[++i] as number;
      } else if (field < FROM_LOCAL) {
        let value = 0;
        for (; byte >= ZERO && byte < COLON; byte = bytes[++i] as number) value = value * 10 + byte - ZERO;
        const digits = i - start;
        if (digits === 0 || digits > MOST_DIGITS) return REFUSED;
        if (field >= TIME) {
          let fraction = 0;
          if (byte === DOT) {
            const dot = i;
            byte = bytes[++i] as number;
            for (; byte >= ZERO && byte < COLON; byte = bytes[++i] as number) {
              fraction = fraction * 10 + byte - ZERO;
            }
            const decimals = i - dot - 1;
            if (decimals !== DECIMALS) fraction = inMillionths(fraction, decimals);
          }
          value = value * 1_000_000 + fraction;
          if (fraction < 0 || value > Number.MAX_SAFE_INTEGER) return REFUSED;
        }
        numbers[field] = value;
        stated |= 1 << field;
      } else {
        if (byte !== TRUE && byte !== FALSE) return REFUSED;
        numbers[field] = byte === TRUE ? 1 : 0;
        stated |= 1 << field;
        byte = bytes[++i] as number;
      }
    }
    line.found(stated);
    // Behind the last field, over whose end the loop has gone.
    if (byte === CR) byte = bytes[i++] as number;
    return byte === LF ? i : REFUSED;
  }
}

/** Further digits are cut off; -1 where there are none, or more than are exact. */
function inMillionths(fraction: number, decimals: number): number {
  if (decimals === 0 || decimals > MOST_DIGITS) return -1;
  return decimals < DECIMALS
    ? fraction * 10 ** (DECIMALS - decimals)
    : Math.floor(fraction / 10 ** (decimals - DECIMALS));
}

function isUnset(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return true;
  if (length === 1) return bytes[start] === UNSET;
  return length === EMPTY.length && bytes[start] === EMPTY[0] && EMPTY.compare(bytes, start, end) === 0;
}

function columnsOf({ columns, columnCount }: TsvHeader): Int8Array {
  const fields = new Int8Array(columnCount).fill(NOT_READ);
  for (const [field, name] of FIELD_NAMES.entries()) {
    const column = columns?.get(name);
    if (column !== undefined) fields[column] = field;
  }
  return fields;
}
