import type { Refusal } from '../../model/index.ts';
import { type Fault, LAST_MILLIS, type ZeekRecord } from './record.ts';
import { NO_HEADER, type TsvHeader } from './tsv-header.ts';

const BACKSLASH = 0x5c;
const ZERO = 0x30;
const DOT = 0x2e;
const EXPONENT = 0x65;
const SCIENTIFIC = /^-?\d{1,16}(?:\.\d{1,16})?e[+-]?\d{1,2}$/;
const MINUS = 0x2d;
const MICROS_PER_SECOND = 1_000_000;

/**
 * The fields of one TSV line, found by their separators and decoded only when asked for. One such
 * record serves a whole file: `load` points it at the next line.
 */
export class TsvRecord implements ZeekRecord {
  fault: Fault | null = null;
  #header: TsvHeader = NO_HEADER;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where each field starts; one entry more than fields, for the end of the last. */
  #starts = new Uint32Array(64);

  /**
   * @returns whether the line has as many fields as the header has columns; further fields are borne
   * as long as they are empty (some tools end each record with a separator)
   */
  load(header: TsvHeader, bytes: Buffer): boolean {
    this.fault = null;
    this.#header = header;
    this.#bytes = bytes;
    const columns = header.columnCount;
    if (this.#starts.length <= columns) this.#starts = new Uint32Array(columns + 1);
    const starts = this.#starts;
    let fields = 1;
    starts[0] = 0;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== header.separator) continue;
      starts[fields] = i + 1;
      if (fields === columns) return bytes.subarray(i).every((byte) => byte === header.separator);
      fields++;
    }
    starts[fields] = bytes.length + 1;
    return fields === columns;
  }

  has(field: string): boolean {
    return this.#header.columns?.has(field) ?? false;
  }

  text(field: string): string | null {
    const at = this.#locate(field);
    return at === null ? null : this.#decode(at.start, at.end);
  }

  texts(field: string): readonly string[] {
    const at = this.#locate(field);
    if (at === null) return [];
    const elements: string[] = [];
    for (let start = at.start; start <= at.end; ) {
      const found = this.#bytes.indexOf(this.#header.setSeparator, start);
      const end = found < 0 || found > at.end ? at.end : found;
      if (end > start && !this.#equals(this.#header.unset, start, end))
        elements.push(this.#decode(start, end));
      start = end + 1;
    }
    return elements;
  }

  count(field: string): number | null {
    const at = this.#locate(field);
    if (at === null) return null;
    const value = this.#digits(at.start, at.end);
    return value === null ? this.refuse('wrong_type', field) : value;
  }

  micros(field: string): number | null {
    const time = this.#seconds(field);
    if (time === null) return null;
    const micros = time.whole * MICROS_PER_SECOND + time.micros;
    if (!Number.isSafeInteger(micros)) return this.refuse('invalid_value', field);
    return time.isNegative ? 0 - micros : micros;
  }

  millis(field: string): number | null {
    const time = this.#seconds(field);
    if (time === null) return null;
    const millis = time.whole * 1_000 + Math.round(time.micros / 1_000);
    if (millis > LAST_MILLIS) return this.refuse('invalid_value', field);
    return time.isNegative ? 0 - millis : millis;
  }

  bool(field: string): boolean | null {
    const at = this.#locate(field);
    if (at === null) return null;
    if (at.end - at.start === 1) {
      if (this.#bytes[at.start] === 0x54) return true;
      if (this.#bytes[at.start] === 0x46) return false;
    }
    return this.refuse('wrong_type', field);
  }

  refuse(reason: Refusal, field: string): null {
    this.fault ??= { reason, field };
    return null;
  }

  /** Where a field's text stands; `null` where it is absent, unset or empty. */
  #locate(field: string): { readonly start: number; readonly end: number } | null {
    const column = this.#header.columns?.get(field);
    if (column === undefined) return null;
    const start = this.#starts[column] ?? 0;
    const end = (this.#starts[column + 1] ?? 0) - 1;
    if (end <= start) return null;
    if (this.#equals(this.#header.unset, start, end) || this.#equals(this.#header.empty, start, end))
      return null;
    return { start, end };
  }

  #equals(word: Buffer, start: number, end: number): boolean {
    return end - start === word.length && this.#bytes.compare(word, 0, word.length, start, end) === 0;
  }

  /** Seconds and millionths; `null` where there are none, or refused. */
  #seconds(
    field: string,
  ): { readonly isNegative: boolean; readonly whole: number; readonly micros: number } | null {
    const at = this.#locate(field);
    if (at === null) return null;
    const exponent = this.#bytes.indexOf(EXPONENT, at.start);
    if (exponent >= 0 && exponent < at.end) return this.#scientific(field, at);
    const isNegative = this.#bytes[at.start] === MINUS;
    const first = isNegative ? at.start + 1 : at.start;
    const dot = this.#bytes.indexOf(DOT, first);
    const hasFraction = dot >= 0 && dot < at.end;
    const whole = this.#digits(first, hasFraction ? dot : at.end);
    const micros = hasFraction ? this.#fraction(dot + 1, at.end) : 0;
    if (whole === null || micros === null) return this.refuse('wrong_type', field);
    return { isNegative, whole, micros };
  }

  /** Zeek writes what is too long for it in this form, e.g. the end of a certificate beyond 2038. */
  #scientific(field: string, { start, end }: { readonly start: number; readonly end: number }) {
    const text = this.#bytes.toString('latin1', start, end);
    const value = SCIENTIFIC.test(text) ? Math.abs(Number(text)) : Number.NaN;
    const whole = Math.floor(value);
    if (!Number.isSafeInteger(whole)) return this.refuse('wrong_type', field);
    return { isNegative: text.startsWith('-'), whole, micros: Math.floor((value - whole) * 1e6) };
  }

  #digits(start: number, end: number): number | null {
    if (end <= start || end - start > 16) return null;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = (this.#bytes[i] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return null;
      value = value * 10 + digit;
    }
    return Number.isSafeInteger(value) ? value : null;
  }

  /** Millionths; further digits are cut off. */
  #fraction(start: number, end: number): number | null {
    if (end <= start) return null;
    let value = 0;
    for (let i = 0; i < Math.max(6, end - start); i++) {
      const digit = start + i < end ? (this.#bytes[start + i] ?? 0) - ZERO : 0;
      if (digit < 0 || digit > 9) return null;
      if (i < 6) value = value * 10 + digit;
    }
    return value;
  }

  #decode(start: number, end: number): string {
    const escape = this.#bytes.indexOf(BACKSLASH, start);
    if (escape < 0 || escape >= end) return this.#bytes.toString('utf8', start, end);
    return unescape(this.#bytes.subarray(start, end)).toString('utf8');
  }
}

/** Undoes Zeek's escapes: a backslash is written `\\`, a byte that is not printable `\xNN`. */
function unescape(bytes: Buffer): Buffer {
  const plain = Buffer.alloc(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let byte = bytes[i] ?? 0;
    if (byte === BACKSLASH && bytes[i + 1] === BACKSLASH) {
      i++;
    } else if (byte === BACKSLASH && bytes[i + 1] === 0x78) {
      const high = hexDigit(bytes[i + 2]);
      const low = hexDigit(bytes[i + 3]);
      if (high !== null && low !== null) {
        byte = high * 16 + low;
        i += 3;
      }
    }
    plain[length++] = byte;
  }
  return plain.subarray(0, length);
}

function hexDigit(byte: number | undefined): number | null {
  if (byte === undefined) return null;
  if (byte >= ZERO && byte <= ZERO + 9) return byte - ZERO;
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : null;
}
