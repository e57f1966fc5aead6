import { type ConnectionLine, FROM_LOCAL, FROM_PORT, TIME } from './connection-line.ts';
import { type JsonNames, KIND, NOT_READ } from './json-names.ts';
import { ENDS_PLAIN_TEXT } from './json-scanner.ts';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const REFUSED = -1;
/** Four letters as one number, as they stand in memory. */
const TRUE = word('true');
const FALSE = word('fals');
const LETTER_E = 0x65;
const CONN = word('conn');
/** Microseconds up to here come out of `JSON.parse`, of seconds with six decimals, without an error of rounding. */
const MOST_MICROS = 2 ** 51;
const DECIMALS = 6;
/** So many are exact in 32 bits. */
const MOST_DIGITS = 9;
const POWERS_OF_TEN = Float64Array.from({ length: DECIMALS + 1 }, (_, power) => 10 ** power);

/**
 * Reads a line of conn.log in JSON as Zeek writes it: no spaces, known names, texts without escapes, plain numbers. One
 * pass over the bytes and no call for a value: most of the time of an ingest once went into such calls. Whatever stands
 * otherwise is left to `JsonConnections`, for the whole line.
 */
export class CompactJson {
  readonly #names: JsonNames;
  /** Whether the last line said of itself that it is of conn.log. */
  statesKind = false;

  constructor(names: JsonNames) {
    this.#names = names;
  }

  /** As `JsonConnections.read`; names that are not known yet are left to it too, to be learnt. */
  read(bytes: Buffer, at: number, line: ConnectionLine): number {
    if (bytes[at] !== OPEN_OBJECT) return REFUSED;
    const names = this.#names;
    const { view, numbers, starts, ends } = line;
    this.statesKind = false;
    let seen = 0;
    let stated = 0;
    let expected = 0;
    let i = at;
    let byte = COMMA;
    do {
      const name = names.match(view, ++i, expected);
      if (name < 0) return REFUSED;
      expected = name + 1;
      i += names.length(name);
      const field = names.field(name);
      const bit = field < 0 ? 0 : 1 << field;
      if ((seen & bit) !== 0) return REFUSED;
      seen |= bit;
      byte = bytes[i] as number;
      if (byte === QUOTE) {
        const start = i + 1;
        do byte = bytes[++i] as number;
        while (ENDS_PLAIN_TEXT[byte] === 0);
        if (byte !== QUOTE) return REFUSED;
        if (field >= 0) {
          if (field >= FROM_PORT) return REFUSED;
          starts[field] = start;
          ends[field] = i;
          const isUnset = i === start || (i === start + 1 && bytes[start] === MINUS);
          if (!isUnset) stated |= bit;
        } else if (field !== NOT_READ) {
          if (field !== KIND || i !== start + 4 || view.getInt32(start, true) !== CONN) return REFUSED;
          this.statesKind = true;
        }
        byte = bytes[++i] as number;
      } else if (byte >= ZERO && byte < COLON) {
        if (byte === ZERO && isDigit(bytes[i + 1] as number)) return REFUSED;
        let start = i;
        let digits = 0;
        for (; isDigit(byte); byte = bytes[++i] as number) digits = (Math.imul(digits, 10) + byte - ZERO) | 0;
        if (i - start > MOST_DIGITS && !isBelow4e9(bytes, start, i)) return REFUSED;
        let value = digits >>> 0;
        let decimals = 0;
        if (byte === DOT) {
          start = ++i;
          digits = 0;
          byte = bytes[i] as number;
          for (; isDigit(byte); byte = bytes[++i] as number)
            digits = (Math.imul(digits, 10) + byte - ZERO) | 0;
          decimals = i - start;
          if (decimals === 0) return REFUSED;
        }
        if (field >= 0) {
          if (field < FROM_PORT || field >= FROM_LOCAL) return REFUSED;
          if (field >= TIME) {
            if (decimals > DECIMALS) return REFUSED;
            value =
              value * 1_000_000 +
              (decimals === 0 ? 0 : digits * (POWERS_OF_TEN[DECIMALS - decimals] as number));
            if (value > MOST_MICROS) return REFUSED;
          } else if (decimals > 0) return REFUSED;
          numbers[field] = value;
          stated |= bit;
        } else if (field !== NOT_READ) return REFUSED;
      } else {
        if (i + 4 > view.byteLength) return REFUSED;
        const letters = view.getInt32(i, true);
        if (letters === FALSE && bytes[i + 4] === LETTER_E) i += 5;
        else if (letters === TRUE) i += 4;
        else return REFUSED;
        if (field >= 0) {
          if (field < FROM_LOCAL) return REFUSED;
          numbers[field] = letters === TRUE ? 1 : 0;
          stated |= bit;
        } else if (field !== NOT_READ) return REFUSED;
        byte = bytes[i] as number;
      }
    } while (byte === COMMA);
    if (byte !== CLOSE_OBJECT) return REFUSED;
    line.found(stated);
    if (bytes[++i] === CR) i++;
    return bytes[i] === LF ? i + 1 : REFUSED;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < COLON;
}

/** Ten digits that are exact in 32 bits: those of the seconds since 1970. */
function isBelow4e9(bytes: Buffer, start: number, end: number): boolean {
  return end - start === 10 && (bytes[start] as number) < 0x34;
}

function word(letters: string): number {
  return Buffer.from(letters).readInt32LE();
}
