import {
  type ConnectionLine,
  FIELD_NAMES,
  isCount,
  isText,
  isTime,
  PROTOCOL,
  STATE,
} from './connection-line.ts';
import { CompactJson } from './compact-json.ts';
import { JsonNames, KIND, NESTED, NOT_READ } from './json-names.ts';
import { ENDS_PLAIN_TEXT, JsonScanner } from './json-scanner.ts';
import { microsOfInstant, microsOfNumber } from './json-values.ts';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const DOT = 0x2e;
const ZERO = 0x30;
const REFUSED = -1;

/** Those that are exact. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => 10 ** power);
const KIND_NAMES: ReadonlySet<string> = new Set(['_path', '@stream']);

/**
 * Reads lines of conn.log in JSON whose values are in their plain form: most of them by `CompactJson`. Whatever is not
 * (escapes, a name twice, nested ends, …) is left to `JsonBytes`.
 */
export class JsonConnections {
  readonly #names = new JsonNames(fieldOfName);
  readonly #compact = new CompactJson(this.#names);
  readonly #scanner = new JsonScanner();
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The place in the order of names at which the next is expected. */
  #expected = 0;
  #statesKind = false;

  /** As `TsvConnections.read`. */
  read(bytes: Buffer, at: number, line: ConnectionLine): number {
    const next = this.#compact.read(bytes, at, line);
    if (next < 0) return this.#readAnyForm(bytes, at, line);
    this.#statesKind = this.#compact.statesKind;
    return this.#isConnection(line) ? next : REFUSED;
  }

  #readAnyForm(bytes: Buffer, at: number, line: ConnectionLine): number {
    line.clear();
    this.#bytes = bytes;
    this.#at = at + 1;
    this.#statesKind = false;
    this.#expected = 0;
    this.#next();
    if (bytes[at] !== OPEN_OBJECT || !this.#members(line) || !this.#isConnection(line)) return REFUSED;
    if (bytes[this.#at] === CR) this.#at++;
    return bytes[this.#at] === LF ? this.#at + 1 : REFUSED;
  }

  /** By what the line says, or by the two fields that only conn.log has. */
  #isConnection(line: ConnectionLine): boolean {
    return this.#statesKind || (line.states(STATE) && line.states(PROTOCOL));
  }

  #members(line: ConnectionLine): boolean {
    for (;;) {
      if (!this.#member(line)) return false;
      const byte = this.#next();
      this.#at++;
      if (byte === CLOSE_OBJECT) return true;
      if (byte !== COMMA) return false;
      this.#next();
    }
  }

  #member(line: ConnectionLine): boolean {
    const known = this.#names.match(line.view, this.#at, this.#expected);
    if (known < 0) return this.#learn() && this.#member(line);
    this.#expected = known + 1;
    this.#at += this.#names.length(known);
    const first = this.#next();
    const field = this.#names.field(known);
    if (field === NOT_READ) return this.#pass(first);
    if (field < 0) return field === KIND && this.#kind();
    return line.see(field) && this.#value(field, first, line);
  }

  #learn(): boolean {
    const start = this.#at;
    const scanner = this.#scanner;
    scanner.load(this.#bytes, start, this.#bytes.length);
    if (this.#bytes[start] !== QUOTE || !scanner.string() || scanner.isEscaped) return false;
    return (
      this.#bytes[scanner.at] === 0x3a &&
      this.#names.learn(this.#bytes, start, scanner.at + 1, this.#expected)
    );
  }

  #value(field: number, first: number, line: ConnectionLine): boolean {
    if (first === 0x6e) return this.#word('null');
    if (isText(field)) return this.#text(field, first, line);
    if (isCount(field)) return this.#count(field, line);
    return isTime(field) ? this.#time(field, first, line) : this.#truth(field, first, line);
  }

  #text(field: number, first: number, line: ConnectionLine): boolean {
    const start = this.#at + 1;
    if (first !== QUOTE || !this.#plainText()) return false;
    const end = this.#at - 1;
    const isUnset = end === start || (end === start + 1 && this.#bytes[start] === MINUS);
    if (!isUnset) line.stateText(field, start, end);
    return true;
  }

  #count(field: number, line: ConnectionLine): boolean {
    const value = this.#number();
    if (value < 0 || !Number.isSafeInteger(value)) return false;
    line.stateNumber(field, value);
    return true;
  }

  #time(field: number, first: number, line: ConnectionLine): boolean {
    const micros = first === QUOTE ? this.#instant() : microsOfNumber(this.#number());
    if (micros < 0 || !Number.isSafeInteger(micros)) return false;
    line.stateNumber(field, micros);
    return true;
  }

  #truth(field: number, first: number, line: ConnectionLine): boolean {
    const isTrue = first === 0x74;
    if (!this.#word(isTrue ? 'true' : 'false')) return false;
    line.stateNumber(field, isTrue ? 1 : 0);
    return true;
  }

  #kind(): boolean {
    this.#statesKind = this.#word('"conn"');
    return this.#statesKind;
  }

  #instant(): number {
    const start = this.#at + 1;
    if (!this.#plainText()) return -1;
    return microsOfInstant(this.#bytes.toString('latin1', start, this.#at - 1)) ?? -1;
  }

  #word(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) return false;
    }
    this.#at += word.length;
    return true;
  }
  /** Over a value that is not read. */
  #pass(first: number): boolean {
    if (first === QUOTE ? this.#plainText() : this.#wholeNumber()) return true;
    const scanner = this.#scanner;
    scanner.load(this.#bytes, this.#at, this.#bytes.indexOf(LF, this.#at));
    if (!scanner.value()) return false;
    this.#at = scanner.at;
    return true;
  }

  /** Over a string without escapes; stays where it is another. */
  #plainText(): boolean {
    const bytes = this.#bytes;
    let i = this.#at + 1;
    while (ENDS_PLAIN_TEXT[bytes[i] ?? 0] === 0) i++;
    if (bytes[i] !== QUOTE) return false;
    this.#at = i + 1;
    return true;
  }

  /** Over a number of digits alone; stays where it is another. */
  #wholeNumber(): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let i = start;
    while (isDigit(bytes[i] ?? 0)) i++;
    const hasLeadingZero = bytes[start] === ZERO && i > start + 1;
    if (i === start || hasLeadingZero || (bytes[i] !== COMMA && bytes[i] !== CLOSE_OBJECT)) return false;
    this.#at = i;
    return true;
  }

  /** The number that `JSON.parse` reads here; -1 where there is none, or a negative one. */
  #number(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    const whole = this.#digits(0);
    const wholeDigits = this.#at - start;
    if (wholeDigits === 0 || (bytes[start] === ZERO && wholeDigits > 1)) return -1;
    if (bytes[this.#at] === COMMA && whole <= Number.MAX_SAFE_INTEGER) return whole;
    if (bytes[this.#at] !== DOT) return this.#anyNumber(start);
    const dot = this.#at++;
    const digits = this.#digits(whole);
    const byte = bytes[this.#at];
    const scale = POWERS_OF_TEN[this.#at - dot - 1];
    // The quotient of two exact numbers is rounded once, as JSON.parse does.
    const isExact = digits <= Number.MAX_SAFE_INTEGER && scale !== undefined && this.#at > dot + 1;
    return isExact && (byte === COMMA || byte === CLOSE_OBJECT) ? digits / scale : this.#anyNumber(start);
  }

  #anyNumber(start: number): number {
    const scanner = this.#scanner;
    scanner.load(this.#bytes, start, this.#bytes.length);
    if (!scanner.number()) return -1;
    this.#at = scanner.at;
    return Number(this.#bytes.toString('latin1', start, scanner.at));
  }

  #digits(before: number): number {
    const bytes = this.#bytes;
    let i = this.#at;
    let value = before;
    for (let byte = bytes[i] ?? 0; isDigit(byte); byte = bytes[++i] ?? 0) value = value * 10 + byte - ZERO;
    this.#at = i;
    return value;
  }

  /** The next byte that is neither space nor tab. */
  #next(): number {
    let byte = this.#bytes[this.#at] ?? 0;
    while (byte === 0x20 || byte === 0x09) byte = this.#bytes[++this.#at] ?? 0;
    return byte;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}

function fieldOfName(name: string): number {
  if (KIND_NAMES.has(name)) return KIND;
  if (name === 'id') return NESTED;
  return FIELD_NAMES.findIndex((field) => field === name || field.replace('.', '_') === name);
}
