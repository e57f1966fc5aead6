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
import type { SectionKind, SectionMemory, SectionSink } from './section.ts';

/** Values are gathered until their text is so long. */
const BATCH_CHARACTERS = 65_536;

/**
 * Writes sections into an open file, in blocks that have a checksum each.
 *
 * plain     JSON
 * records   batches of: u32 length, a JSON array of so many bytes
 * texts     batches, see `texts.ts`
 * columns   the numbers as they lie in memory, little-endian
 */
export class FileSink implements SectionSink {
  readonly #disk: SnapshotDisk;
  readonly #file: number;
  readonly #sections: Section[] = [];
  readonly #block = Buffer.allocUnsafe(BLOCK_BYTES);
  #filled = 0;
  /** JSON of values that wait for their batch. */
  #values: string[] = [];
  #characters = 0;
  /** Where the next block goes. */
  #at = HEADER_BYTES;
  #open: {
    readonly kind: SectionKind;
    readonly name: string;
    readonly at: number;
    readonly sums: number[];
    readonly shared?: true;
  } | null = null;

  constructor(disk: SnapshotDisk, file: number, head: SnapshotHead) {
    this.#disk = disk;
    this.#file = file;
    writeAll(disk, file, encodeHeader(head));
  }

  get ofDerived(): this {
    return this;
  }

  begin(kind: SectionKind, name: string, memory: SectionMemory): void {
    const section = { kind, name, at: this.#at, sums: [] };
    this.#open = memory === 'shared' ? { ...section, shared: true } : section;
  }

  value(value: unknown): void {
    const text = jsonOf(value);
    if (this.#open?.kind === 'plain') {
      this.write(Buffer.from(text));
      return;
    }
    this.#values.push(text);
    this.#characters += text.length;
    if (this.#characters >= BATCH_CHARACTERS) this.#writeBatch();
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
    if (this.#values.length > 0) this.#writeBatch();
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

  #writeBatch(): void {
    const json = Buffer.from(`[${this.#values.join(',')}]`);
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(json.length);
    this.write(length);
    this.write(json);
    this.#values = [];
    this.#characters = 0;
  }
}

function jsonOf(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON cannot say ${String(value)}`);
  return text;
}
