import { JournalError } from '../errors.ts';
import { FLOAT, NEGATIVE, THOUSANDTHS, VARINT_BYTES, WHOLE } from './numbers.ts';
import { HEX, LATIN1, UTF16 } from './spelling.ts';

/**
 * Reads what a `Sink` wrote. The frame's checksum has vouched for the bytes; still no length is believed that the
 * rest of the frame cannot hold, so that damage ends in an error and never in a hang or a flood of memory.
 */
export class Source {
  readonly #bytes: Buffer;
  #at: number;
  readonly #texts: string[] = [];
  readonly #last: number[] = [];

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damaged('it is cut short');
    return byte;
  }

  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 0x80;
    for (let index = 1; index < VARINT_BYTES; index++) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value;
      scale *= 0x80;
    }
    throw damaged('a number is too long');
  }

  number(): number {
    const packed = this.varint();
    const form = packed & 3;
    const count = (packed - form) / 4;
    if (form === WHOLE) return count;
    if (form === NEGATIVE) return 0 - count;
    if (form === THOUSANDTHS) return count / 1_000;
    return this.#float();
  }

  step(lane: number): number {
    const packed = this.varint();
    const form = packed & 3;
    if (form === FLOAT) return this.#float();
    if (form === THOUSANDTHS) throw damaged('a running number is not whole');
    const count = (packed - form) / 4;
    const value = (this.#last[lane] ?? 0) + (form === WHOLE ? count : -count);
    this.#last[lane] = value;
    return value;
  }

  text(): string {
    const index = this.varint();
    const known = this.#texts[index];
    if (known !== undefined) return known;
    if (index !== this.#texts.length) throw damaged('it refers to a text that it does not hold');
    const text = this.#spelt();
    this.#texts.push(text);
    return text;
  }

  once(): string {
    return this.#spelt();
  }

  /** How many things follow, of at least one byte each. */
  count(): number {
    const count = this.varint();
    this.#mustHold(count);
    return count;
  }

  /** The flags of a record of which this release knows `known`. */
  flags(known: number): number {
    const flags = this.varint();
    if (flags >= 2 ** known) throw newerFormat('a record says more than this release knows of');
    return flags;
  }

  /** As many bytes, not copied. */
  raw(length: number): Uint8Array {
    this.#mustHold(length);
    const from = this.#at;
    this.#at += length;
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + from, length);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw damaged('bytes are left over');
  }

  #float(): number {
    this.#mustHold(8);
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  #spelt(): string {
    const packed = this.varint();
    const spelling = packed & 3;
    const units = (packed - spelling) / 4;
    if (spelling === LATIN1) return this.#slice('latin1', units);
    if (spelling === HEX) return this.#slice('hex', units);
    if (spelling === UTF16) return this.#slice('utf16le', units * 2);
    throw newerFormat('a text has a spelling that this release does not know');
  }

  #slice(encoding: 'latin1' | 'hex' | 'utf16le', length: number): string {
    this.#mustHold(length);
    const from = this.#at;
    this.#at += length;
    return this.#bytes.toString(encoding, from, this.#at);
  }

  #mustHold(bytes: number): void {
    if (bytes > this.#bytes.length - this.#at) throw damaged('a length goes beyond its end');
  }
}

export function damaged(what: string): JournalError {
  return new JournalError('corrupt', `a journal record is not as written: ${what}; restore it from a backup`);
}

export function newerFormat(what: string): JournalError {
  return new JournalError('newer_format', `${what}: use a newer release`);
}
