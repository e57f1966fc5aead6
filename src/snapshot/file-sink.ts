import { crc32 } from 'node:zlib';
import { type SnapshotDisk, writeAll } from './disk.ts';
import {
  BLOCK_BYTES,
  encodeEnd,
  encodeHeader,
  HEADER_BYTES,
  type Section,
  type SnapshotHead,
} from './format.ts';
import type { SectionKind, SectionSink } from './section.ts';

/** Writes sections into an open file, in blocks that have a checksum each. */
export class FileSink implements SectionSink {
  readonly #disk: SnapshotDisk;
  readonly #file: number;
  readonly #sections: Section[] = [];
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #filled = 0;
  /** Where the next block goes. */
  #at = HEADER_BYTES;
  #open: {
    readonly kind: SectionKind;
    readonly name: string;
    readonly at: number;
    readonly sums: number[];
  } | null = null;

  constructor(disk: SnapshotDisk, file: number, head: SnapshotHead) {
    this.#disk = disk;
    this.#file = file;
    writeAll(disk, file, encodeHeader(head));
  }

  begin(kind: SectionKind, name: string): void {
    this.#open = { kind, name, at: this.#at, sums: [] };
  }

  write(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length; ) {
      const size = Math.min(BLOCK_BYTES - this.#filled, bytes.length - taken);
      this.#block.set(bytes.subarray(taken, taken + size), this.#filled);
      this.#filled += size;
      taken += size;
      if (this.#filled === BLOCK_BYTES) this.#flush();
    }
  }

  end(count: number): void {
    if (this.#open === null) throw new TypeError('no section is open');
    if (this.#filled > 0) this.#flush();
    this.#sections.push({ ...this.#open, bytes: this.#at - this.#open.at, count });
    this.#open = null;
  }

  /** Writes what proves that the file is whole; gives its size. */
  finish(stateHash: string): number {
    const end = encodeEnd({ stateHash, sections: this.#sections }, this.#at);
    writeAll(this.#disk, this.#file, end);
    return this.#at + end.length;
  }

  #flush(): void {
    const block = this.#block.subarray(0, this.#filled);
    this.#open?.sums.push(crc32(block));
    writeAll(this.#disk, this.#file, block);
    this.#at += this.#filled;
    this.#filled = 0;
  }
}
