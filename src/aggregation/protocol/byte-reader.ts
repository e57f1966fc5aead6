import { NAME_PATTERN } from '../../model/index.ts';
import { Refused } from './refused.ts';

/** A name with its length: NAME_PATTERN allows 1 to 64 characters. */
export const LEAST_NAME_BYTES = 2;
export const MOST_NAME_BYTES = 65;
export const U16_BYTES = 2;
export const U32_BYTES = 4;
export const U48_BYTES = 6;

/** Reads a message field by field; whatever does not fit exactly is refused. Numbers are big-endian. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A view, not a copy. */
  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new Refused('malformed');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  expect(text: string): void {
    if (this.take(text.length).toString('latin1') !== text) throw new Refused('malformed');
  }

  u16(): number {
    return this.take(U16_BYTES).readUInt16BE();
  }

  u32(): number {
    return this.take(U32_BYTES).readUInt32BE();
  }

  /** Up to 2^48: enough for a count of anything, and exact. */
  u48(): number {
    return this.take(U48_BYTES).readUIntBE(0, U48_BYTES);
  }

  hex(length: number): string {
    return this.take(length).toString('hex');
  }

  /** A name is told by its length; one that is written differently would be another, so that bytes have one reading. */
  name(): string {
    const name = this.take(this.take(1).readUInt8()).toString('latin1');
    if (!NAME_PATTERN.test(name)) throw new Refused('malformed');
    return name;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Refused('malformed');
  }
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(U16_BYTES);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(U32_BYTES);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u48(value: number): Buffer {
  const bytes = Buffer.alloc(U48_BYTES);
  bytes.writeUIntBE(value, 0, U48_BYTES);
  return bytes;
}

export function nameBytes(text: string): Buffer {
  if (!NAME_PATTERN.test(text))
    throw new RangeError(`a name of letters, digits, ".", "_", "-" is needed, got "${text}"`);
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
}
