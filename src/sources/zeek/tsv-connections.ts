import { type ConnectionLine, FIELD_NAMES, isCount, isText, isTime } from './connection-line.ts';
import type { TsvHeader } from './tsv-header.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BACKSLASH = 0x5c;
const HASH = 0x23;
const DOT = 0x2e;
const ZERO = 0x30;
const UNSET = 0x2d;
const EMPTY = Buffer.from('(empty)');
const TRUE = 0x54;
const FALSE = 0x46;
/** Numbers of up to 15 digits are exact as they are summed up. */
const MOST_DIGITS = 15;
const NOT_READ = -1;
const REFUSED = -1;

/**
 * Reads lines of conn.log in TSV as Zeek itself writes it: separated by tabs, `-` for unset. Whatever is written
 * otherwise is left to `TsvRecord`.
 */
export class TsvConnections {
  /** The field of each column; `null` where the header is not as Zeek writes it. */
  #columns: Int8Array | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

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
    line.clear();
    this.#bytes = bytes;
    this.#at = at;
    const last = columns.length - 1;
    for (let column = 0; column < last; column++) {
      if (!this.#field(columns[column] ?? NOT_READ, line) || bytes[this.#at++] !== TAB) return REFUSED;
    }
    if (!this.#field(columns[last] ?? NOT_READ, line)) return REFUSED;
    if (bytes[this.#at] === CR) this.#at++;
    return bytes[this.#at] === LF ? this.#at + 1 : REFUSED;
  }

  /** Moves behind a field; `false` where it is not of its plain form. */
  #field(field: number, line: ConnectionLine): boolean {
    if (field === NOT_READ) return this.#pass();
    if (isText(field)) return this.#text(field, line);
    const first = this.#bytes[this.#at] ?? 0;
    if (first === UNSET) {
      this.#at++;
      return true;
    }
    if (isCount(field)) return this.#count(field, line);
    return isTime(field) ? this.#time(field, line) : this.#truth(field, first, line);
  }
  /** Over anything but control characters, of which Zeek writes none within a field. */
  #pass(): boolean {
    const bytes = this.#bytes;
    let i = this.#at;
    while ((bytes[i] ?? 0) >= 0x20) i++;
    this.#at = i;
    return true;
  }

  #text(field: number, line: ConnectionLine): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let i = start;
    let byte = bytes[i] ?? 0;
    while (byte >= 0x20 && byte !== BACKSLASH) byte = bytes[++i] ?? 0;
    this.#at = i;
    if (byte === BACKSLASH) return false;
    if (!isUnset(bytes, start, i)) line.stateText(field, start, i);
    return true;
  }

  #count(field: number, line: ConnectionLine): boolean {
    const start = this.#at;
    const value = this.#digits();
    const digits = this.#at - start;
    if (digits === 0 || digits > MOST_DIGITS) return false;
    line.stateNumber(field, value);
    return true;
  }

  #time(field: number, line: ConnectionLine): boolean {
    const start = this.#at;
    const seconds = this.#digits();
    const digits = this.#at - start;
    if (digits === 0 || digits > MOST_DIGITS) return false;
    const fraction = this.#bytes[this.#at] === DOT ? this.#fraction() : 0;
    const micros = seconds * 1_000_000 + fraction;
    if (fraction < 0 || !Number.isSafeInteger(micros)) return false;
    line.stateNumber(field, micros);
    return true;
  }

  /** In millionths; further digits are cut off. */
  #fraction(): number {
    const start = ++this.#at;
    const value = this.#digits();
    const digits = this.#at - start;
    if (digits === 6) return value;
    if (digits === 0 || digits > MOST_DIGITS) return -1;
    return digits < 6 ? value * 10 ** (6 - digits) : Math.floor(value / 10 ** (digits - 6));
  }

  #digits(): number {
    const bytes = this.#bytes;
    let i = this.#at;
    let value = 0;
    let digit = (bytes[i] ?? 0) - ZERO;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (bytes[++i] ?? 0) - ZERO;
    }
    this.#at = i;
    return value;
  }

  #truth(field: number, first: number, line: ConnectionLine): boolean {
    this.#at++;
    if (first !== TRUE && first !== FALSE) return false;
    line.stateNumber(field, first === TRUE ? 1 : 0);
    return true;
  }
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
