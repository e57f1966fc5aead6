const PAGE_BITS = 16;
const PAGE = 1 << PAGE_BITS;

/** So many small steps of a build are done before it gives way: well below a millisecond, unless a step says otherwise. */
export const STEPS_PER_SLICE = 4_096;

/**
 * The same of steps that write to memory in no order: each may be the first to touch its page, and the system's work to give
 * one took up to 8 µs where it was measured.
 */
export const FIRST_TOUCHES_PER_SLICE = 512;

/** Words whose number is not known before, in pages: growing copies nothing. */
export class GrowingWords {
  readonly #pages: Uint32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(word: number): void {
    const at = this.#length & (PAGE - 1);
    if (at === 0) this.#pages.push(new Uint32Array(PAGE));
    (this.#pages[this.#length >>> PAGE_BITS] as Uint32Array)[at] = word;
    this.#length++;
  }

  at(place: number): number {
    return (this.#pages[place >>> PAGE_BITS] as Uint32Array)[place & (PAGE - 1)] as number;
  }

  /** Side by side in shared memory. They are gone from here. */
  *moved(): Generator<void, Uint32Array> {
    const all = sharedWords(this.#length);
    for (let nth = 0; nth < this.#pages.length; nth++) {
      const page = this.#pages[nth] as Uint32Array;
      all.set(page.subarray(0, Math.min(PAGE, this.#length - nth * PAGE)), nth * PAGE);
      this.#pages[nth] = NO_WORDS;
      yield;
    }
    return all;
  }
}

/** Texts of at most 255 Latin-1 units, each behind a byte that says its length. */
export class GrowingNames {
  readonly #pages: Uint8Array[] = [];
  #at = PAGE;
  #words = 0;

  /** Of all texts, each filled up to whole words. */
  get words(): number {
    return this.#words;
  }

  /** Of a text of so many units, behind its length. */
  static wordsOf(length: number): number {
    return Math.floor(length / 4) + 1;
  }

  /** Where the text stands; `null` where it is too long or of other units. */
  push(text: string): number | null {
    const { length } = text;
    if (length > 255) return null;
    if (this.#at + length + 1 > PAGE) {
      this.#pages.push(new Uint8Array(PAGE));
      this.#at = 0;
    }
    const page = this.#pages.at(-1) as Uint8Array;
    const start = this.#at;
    page[start] = length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 255) return null;
      page[start + 1 + i] = unit;
    }
    this.#at += length + 1;
    this.#words += GrowingNames.wordsOf(length);
    return (this.#pages.length - 1) * PAGE + start;
  }

  /** The page of a place, and the place within it. */
  pageOf(place: number): Uint8Array {
    return this.#pages[place >>> PAGE_BITS] as Uint8Array;
  }

  static placeInPage(place: number): number {
    return place & (PAGE - 1);
  }
}

export function sharedWords(count: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(count * Uint32Array.BYTES_PER_ELEMENT));
}

/** What is used of the words, where more were taken than that: a copy then. */
export function* trimmed(words: Uint32Array, used: number): Generator<void, Uint32Array> {
  if (words.length === used) return words;
  const exact = sharedWords(used);
  for (let at = 0; at < used; at += PAGE) {
    exact.set(words.subarray(at, Math.min(used, at + PAGE)), at);
    yield;
  }
  return exact;
}

const NO_WORDS = new Uint32Array(0);
