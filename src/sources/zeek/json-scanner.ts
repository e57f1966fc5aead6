const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/** Bytes that may not stand in a string as they are: control characters, the quote, the backslash (RFC 8259 §7). */
export const ENDS_PLAIN_TEXT = table((byte) => byte < 0x20 || byte === QUOTE || byte === BACKSLASH);
const IS_SPACE = table(
  (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b && byte !== 0x0c),
);
const IS_DIGIT = table((byte) => byte >= ZERO && byte <= 0x39);
const IS_HEX_DIGIT = table((byte) => /[0-9a-fA-F]/.test(String.fromCharCode(byte)));
const IS_ESCAPED = table((byte) => '"\\/bfnrt'.includes(String.fromCharCode(byte)));

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/**
 * Goes over JSON text (RFC 8259) in bytes and makes nothing of it: each method stands before what it names,
 * and moves behind it or says `false`. It accepts exactly what `JSON.parse` does of the same text in UTF-8.
 */
export class JsonScanner {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  /** Whether the last string held an escape. */
  isEscaped = false;
  /** What closes each array and object around the present place: any depth, but never recursion. */
  #closing = new Uint8Array(64);

  load(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** The next byte that is no white space, 0 at the end. */
  next(): number {
    while (this.at < this.end) {
      const byte = this.bytes[this.at] ?? 0;
      if (IS_SPACE[byte] === 0) return byte;
      this.at++;
    }
    return 0;
  }

  /** Moves behind this byte and white space before it. */
  takes(byte: number): boolean {
    if (this.next() !== byte) return false;
    this.at++;
    return true;
  }

  string(): boolean {
    if (!this.takes(QUOTE)) return false;
    this.isEscaped = false;
    for (;;) {
      this.#while(ENDS_PLAIN_TEXT, 0);
      if (this.at >= this.end) return false;
      const byte = this.bytes[this.at++];
      if (byte === QUOTE) return true;
      if (byte !== BACKSLASH || !this.#escape()) return false;
    }
  }

  #escape(): boolean {
    this.isEscaped = true;
    const byte = this.#byte();
    this.at++;
    if (byte !== 0x75) return IS_ESCAPED[byte] === 1;
    const first = this.at;
    this.#while(IS_HEX_DIGIT, 1);
    if (this.at < first + 4) return false;
    this.at = first + 4;
    return true;
  }

  number(): boolean {
    if (this.#byte() === MINUS) this.at++;
    const isZero = this.#byte() === ZERO;
    if (isZero) this.at++;
    else if (!this.#digits()) return false;
    if (this.#byte() === DOT) {
      this.at++;
      if (!this.#digits()) return false;
    }
    return this.#exponent();
  }

  #exponent(): boolean {
    if ((this.#byte() | 0x20) !== 0x65) return true;
    this.at++;
    const sign = this.#byte();
    if (sign === MINUS || sign === 0x2b) this.at++;
    return this.#digits();
  }

  /** Any value, whatever it holds. */
  value(): boolean {
    let depth = 0;
    do {
      const byte = this.next();
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        this.at++;
        const closing = byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
        if (!this.takes(closing)) {
          this.#nest(depth++, closing);
          if (byte === OPEN_OBJECT && !this.key()) return false;
          continue;
        }
      } else if (!this.#scalar(byte)) return false;
      depth = this.#close(depth);
    } while (depth > 0);
    return depth === 0;
  }

  /** The name of a member of an object, with the colon behind it. */
  key(): boolean {
    return this.string() && this.takes(COLON);
  }

  /** Behind a value: closes what ends here, or moves to the next value. The depth then, -1 where neither is there. */
  #close(depth: number): number {
    for (let inner = depth; inner > 0; inner--) {
      const closing = this.#closing[inner - 1] ?? 0;
      if (this.takes(closing)) continue;
      if (!this.takes(COMMA)) return -1;
      return closing === CLOSE_ARRAY || this.key() ? inner : -1;
    }
    return 0;
  }

  #nest(depth: number, closing: number): void {
    if (depth === this.#closing.length) {
      const wider = new Uint8Array(depth * 2);
      wider.set(this.#closing);
      this.#closing = wider;
    }
    this.#closing[depth] = closing;
  }

  #scalar(first: number): boolean {
    if (first === QUOTE) return this.string();
    if (first === 0x74) return this.#word(TRUE);
    if (first === 0x66) return this.#word(FALSE);
    return first === 0x6e ? this.#word(NULL) : this.number();
  }

  #word(word: Buffer): boolean {
    const start = this.at;
    this.at += word.length;
    return this.at <= this.end && this.bytes.compare(word, 0, word.length, start, this.at) === 0;
  }

  #digits(): boolean {
    const first = this.at;
    this.#while(IS_DIGIT, 1);
    return this.at > first;
  }

  #while(kinds: Uint8Array, kind: number): void {
    const { bytes, end } = this;
    let i = this.at;
    while (i < end && kinds[bytes[i] ?? 0] === kind) i++;
    this.at = i;
  }

  #byte(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? 0) : 0;
  }
}

function table(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}
