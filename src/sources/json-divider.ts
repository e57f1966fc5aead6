const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/**
 * Where JSON text divides into records: the elements of an array, or values that stand one behind the other. Only brackets
 * and texts are followed, nothing is parsed: exact up to the first error of syntax, where parsing the record in question
 * ends as well.
 */
export class JsonDivider {
  /** Objects and arrays begun so far: each costs memory beyond its bytes once it is parsed. */
  containers = 0;
  #isInArray: boolean;
  #depth: number;
  #isText = false;
  #isEscaped = false;

  /** @param isInArray whether the text goes on behind an element of the outermost array */
  constructor(isInArray = false) {
    this.#isInArray = isInArray;
    this.#depth = isInArray ? 1 : 0;
  }

  /** Whether what comes next is within the outermost array. */
  get isInArray(): boolean {
    return this.#isInArray;
  }

  /**
   * The next byte from `at` on at which a record ends: the bracket that opens or closes an outermost array, a comma in it,
   * or the bracket that closes a value outside of one. -1 where there is none before `end`.
   */
  next(bytes: Uint8Array, at: number, end: number): number {
    let [depth, isText] = [this.#depth, this.#isText];
    let i = at;
    let found = -1;
    if (this.#isEscaped && i < end) {
      this.#isEscaped = false;
      i++;
    }
    for (; i < end && found < 0; i++) {
      switch (bytes[i] ?? 0) {
        case LF:
          // No text of JSON goes over a line's end.
          isText = false;
          break;
        case BACKSLASH:
          if (!isText) break;
          this.#isEscaped = ++i === end;
          break;
        case QUOTE:
          isText = !isText;
          break;
        case ARRAY_START:
          if (isText) break;
          this.containers++;
          if (depth++ > 0) break;
          this.#isInArray = true;
          found = i;
          break;
        case OBJECT_START:
          if (isText) break;
          this.containers++;
          depth++;
          break;
        case OBJECT_END:
        case ARRAY_END:
          if (isText) break;
          depth = Math.max(0, depth - 1);
          if (depth > 0) break;
          this.#isInArray = false;
          found = i;
          break;
        case COMMA:
          if (depth === 1 && this.#isInArray && !isText) found = i;
          break;
        default:
      }
    }
    [this.#depth, this.#isText] = [depth, isText];
    return found;
  }
}

/** Where the first byte stands that is no white space to JSON; the length where there is none. */
export function firstJsonInk(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isJsonSpace(bytes[at] ?? 0)) at++;
  return at;
}

/** Behind the last byte that is no white space to JSON. */
export function endOfJsonInk(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isJsonSpace(bytes[end - 1] ?? 0)) end--;
  return end;
}

function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;
}
