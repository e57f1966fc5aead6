import type { Section } from './format.ts';
import { isColumnKind, type SectionMemory } from './section.ts';

/** The most that one stretch of memory holds. */
const STRETCH_BYTES = 1_073_741_824;
/** Room beside a column's own bytes, for its last page. */
const SPARE_BYTES = 16_384;
/** Numbers of eight bytes may begin at such places only. */
const ALIGNMENT = 8;

/**
 * The memory of all columns of a snapshot that are read into one kind of it, taken at once, before anything else is read.
 * The garbage collector goes over the whole heap each time that so much memory outside of it was taken: with a heap of
 * gigabytes that costs seconds, with an empty one nothing.
 */
export class ColumnMemory {
  readonly #stretches: ArrayBufferLike[] = [];
  readonly #Memory: ArrayBufferConstructor | SharedArrayBufferConstructor;
  #nth = 0;
  #at = 0;

  /** @param sections of them those whose columns are of this kind of memory */
  constructor(of: SectionMemory, sections: readonly Section[], stretchBytes: number = STRETCH_BYTES) {
    this.#Memory = of === 'shared' ? SharedArrayBuffer : ArrayBuffer;
    let left = 0;
    for (const { kind, bytes, shared = false } of sections)
      if (isColumnKind(kind) && shared === (of === 'shared')) left += bytes + SPARE_BYTES;
    for (; left > 0; left -= stretchBytes) {
      this.#stretches.push(new this.#Memory(Math.min(left, stretchBytes)));
    }
  }

  /** Whole pages for so many bytes of a column, or for as many of them as lie side by side: one page at least. */
  take(bytes: number, pageBytes: number): Uint8Array {
    const wanted = Math.ceil(bytes / pageBytes) * pageBytes;
    const stretch = this.#stretchFor(pageBytes, wanted);
    const size = Math.min(wanted, Math.floor((stretch.byteLength - this.#at) / pageBytes) * pageBytes);
    const piece = new Uint8Array(stretch, this.#at, size);
    this.#at += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    return piece;
  }

  #stretchFor(pageBytes: number, wanted: number): ArrayBufferLike {
    let stretch = this.#stretches[this.#nth];
    if (stretch !== undefined && stretch.byteLength - this.#at >= pageBytes) return stretch;
    this.#at = 0;
    stretch = this.#stretches[++this.#nth];
    if (stretch !== undefined && stretch.byteLength >= pageBytes) return stretch;
    // Pages larger than was thought of, or a column that is read twice.
    stretch = new this.#Memory(Math.max(pageBytes, Math.min(wanted, STRETCH_BYTES)));
    this.#stretches.splice(this.#nth, this.#stretches.length, stretch);
    return stretch;
  }
}
