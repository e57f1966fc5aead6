import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { SnapshotDamaged } from './errors.ts';
import { BLOCK_BYTES, type Section } from './format.ts';

/** A snapshot's open file. */
export interface OpenFile {
  readonly handle: number;
  /** Its name, for messages. */
  readonly name: string;
  /** Told of the bytes that were read. */
  readonly onRead: (bytes: number) => void;
}

/**
 * The bytes of a section, in order. They are read straight to where they are wanted; a block's checksum is compared
 * as soon as its last byte is there.
 */
export class SectionBytes {
  readonly #file: OpenFile;
  readonly #section: Section;
  #taken = 0;
  #sum = 0;

  constructor(file: OpenFile, section: Section) {
    this.#file = file;
    this.#section = section;
  }

  get left(): number {
    return this.#section.bytes - this.#taken;
  }

  /** Reads on until `target` is full; the bytes behind the last whole block are not yet vouched for. @throws SnapshotDamaged */
  read(target: Uint8Array): void {
    for (let at = 0; at < target.length; ) {
      const size = Math.min(target.length - at, BLOCK_BYTES - (this.#taken % BLOCK_BYTES));
      const piece = target.subarray(at, at + size);
      this.#readPiece(piece);
      this.#sum = crc32(piece, this.#sum);
      this.#taken += size;
      at += size;
      if (this.#taken % BLOCK_BYTES === 0 || this.left === 0) this.#compare();
    }
  }

  #readPiece(piece: Uint8Array): void {
    const { handle, name, onRead } = this.#file;
    const start = this.#section.at + this.#taken;
    for (let at = 0; at < piece.length; ) {
      const read = readSync(handle, piece, at, piece.length - at, start + at);
      if (read === 0) throw new SnapshotDamaged(name, start + at, 'it is cut short');
      at += read;
    }
    onRead(piece.length);
  }

  #compare(): void {
    const block = Math.floor((this.#taken - 1) / BLOCK_BYTES);
    const isAsWritten = this.#sum === this.#section.sums[block];
    this.#sum = 0;
    if (isAsWritten) return;
    const place = this.#section.at + block * BLOCK_BYTES;
    throw new SnapshotDamaged(
      this.#file.name,
      place,
      `checksum of "${this.#section.name}" does not match (its block of ${this.#taken - block * BLOCK_BYTES} bytes from there)`,
    );
  }
}

/** The bytes of a section block by block, each vouched for before any of it is given. */
export class CheckedBytes {
  readonly #bytes: SectionBytes;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(file: OpenFile, section: Section) {
    this.#bytes = new SectionBytes(file, section);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#block.length && this.#bytes.left === 0;
  }

  /** The next `length` bytes, to be used before the next call. */
  take(length: number): Buffer {
    if (this.#block.length - this.#at < length) this.#fetch(length);
    const taken = this.#block.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  #fetch(length: number): void {
    const rest = this.#block.subarray(this.#at);
    const wanted = Math.ceil((length - rest.length) / BLOCK_BYTES) * BLOCK_BYTES;
    const size = Math.min(this.#bytes.left, wanted);
    if (rest.length + size < length) throw new RangeError('a section ends within a value');
    const block = Buffer.allocUnsafe(rest.length + size);
    rest.copy(block);
    this.#bytes.read(block.subarray(rest.length));
    this.#block = block;
    this.#at = 0;
  }
}
