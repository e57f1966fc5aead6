import { FLOAT, MOST, MOST_STEPPED, NEGATIVE, THOUSANDTHS, VARINT_BYTES, WHOLE } from './numbers.ts';
import { HEX, LATIN1, type Spelling, spellingOf, UTF16 } from './spelling.ts';

const FIRST_BYTES = 4_096;
/** Room is taken for as much as was written the last time, up to here: records of one stream are alike. */
const MOST_BYTES_AT_FIRST = 1_048_576;
let usualBytes = FIRST_BYTES;
/** From here on what is written stays where it is: to copy the bytes of a feed would hold the loop. */
const PAGE_BYTES = 1_048_576;

/** Writes the payload of one frame. What it remembers (texts, running numbers) ends with the frame. */
export class Sink {
  #bytes = Buffer.allocUnsafe(usualBytes);
  #at = 0;
  /** What was written before these, in order. */
  readonly #pages: Buffer[] = [];
  readonly #texts = new Map<string, number>();
  readonly #last: number[] = [];

  written(): Buffer {
    const last = this.#bytes.subarray(0, this.#at);
    const all = this.#pages.length === 0 ? last : Buffer.concat([...this.#pages, last]);
    usualBytes = Math.min(Math.max(FIRST_BYTES, all.length + all.length / 8), MOST_BYTES_AT_FIRST) | 0;
    return all;
  }

  /** The same in small steps, of what is many pages. */
  *writing(): Generator<void, Buffer> {
    const parts = [...this.#pages, this.#bytes.subarray(0, this.#at)];
    const all = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      at += part.copy(all, at);
      yield;
    }
    return all;
  }

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = value;
  }

  /** A whole number from 0 to 2^53 − 1, low bits first. */
  varint(value: number): void {
    this.#makeRoom(VARINT_BYTES);
    let rest = value;
    // Beyond 31 bits the bit operators would cut.
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 0x80)) this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
    for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#at++] = (rest & 0x7f) | 0x80;
    this.#bytes[this.#at++] = rest;
  }

  number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) <= MOST) this.#whole(value);
    else if (!this.#thousandths(value)) this.#float(value);
  }

  /** A number that runs on from the last one of its lane. */
  step(lane: number, value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) > MOST_STEPPED) {
      this.#float(value);
      return;
    }
    this.#whole(value - (this.#last[lane] ?? 0));
    this.#last[lane] = value;
  }

  /** A text is spelt where it comes first, and is a number from then on. */
  text(value: string): void {
    const known = this.#texts.get(value);
    this.varint(known ?? this.#texts.size);
    if (known !== undefined) return;
    this.#texts.set(value, this.#texts.size);
    this.#spell(value);
  }

  /** A text that comes once only: it is spelt, and not remembered. */
  once(value: string): void {
    this.#spell(value);
  }

  raw(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Of each of these numbers what it is above `least`, in a byte. */
  bytesAbove(values: ArrayLike<number>, least: number): void {
    const { length } = values;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const start = this.#at;
    for (let i = 0; i < length; i++) bytes[start + i] = (values[i] as number) - least;
    this.#at += length;
  }

  /** The same in two bytes, low bits first. */
  shortsAbove(values: ArrayLike<number>, least: number): void {
    const { length } = values;
    this.#makeRoom(length * 2);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const above = (values[i] as number) - least;
      bytes[at++] = above;
      bytes[at++] = above >>> 8;
    }
    this.#at = at;
  }

  /** In four. */
  longsAbove(values: ArrayLike<number>, least: number): void {
    const { length } = values;
    this.#makeRoom(length * 4);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const above = (values[i] as number) - least;
      bytes[at++] = above;
      bytes[at++] = above >>> 8;
      bytes[at++] = above >>> 16;
      bytes[at++] = above >>> 24;
    }
    this.#at = at;
  }

  #whole(value: number): void {
    if (value < 0) this.varint(-value * 4 + NEGATIVE);
    else this.varint(value * 4 + WHOLE);
  }

  #thousandths(value: number): boolean {
    const count = Math.round(value * 1_000);
    if (!(count > 0 && count <= MOST && count / 1_000 === value)) return false;
    this.varint(count * 4 + THOUSANDTHS);
    return true;
  }

  #float(value: number): void {
    this.varint(FLOAT);
    this.#makeRoom(8);
    // JSON knows no negative zero, and a replay must not depend on the format.
    this.#at = this.#bytes.writeDoubleLE(value === 0 ? 0 : value, this.#at);
  }

  #spell(text: string): void {
    const spelling = spellingOf(text);
    if (spelling === LATIN1) this.#latin1(text);
    else if (spelling === HEX) this.#encoded(text, 'hex', text.length / 2, HEX);
    else this.#encoded(text, 'utf16le', text.length, UTF16);
  }

  /** Most texts are short: a call out of JavaScript would take longer than their characters. */
  #latin1(text: string): void {
    this.varint(text.length * 4 + LATIN1);
    this.#makeRoom(text.length);
    for (let index = 0; index < text.length; index++) this.#bytes[this.#at + index] = text.charCodeAt(index);
    this.#at += text.length;
  }

  #encoded(text: string, encoding: 'hex' | 'utf16le', units: number, spelling: Spelling): void {
    this.varint(units * 4 + spelling);
    this.#makeRoom(text.length * 2);
    this.#at += this.#bytes.write(text, this.#at, encoding);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return;
    if (this.#bytes.length >= PAGE_BYTES) return this.#turnPage(bytes);
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
  #turnPage(bytes: number): void {
    this.#pages.push(this.#bytes.subarray(0, this.#at));
    this.#bytes = Buffer.allocUnsafe(Math.max(PAGE_BYTES, bytes));
    this.#at = 0;
  }
}
