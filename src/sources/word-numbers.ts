/** A longer spelling is no address, MAC or service that comes again; it is looked at anew each time. */
const LONGEST_SPELLING = 96;
const FIRST_SLOTS = 1_024;

/** The canonical form of a word; `null` where the text is no such word. */
export type Canonical = (text: string) => string | null;

/**
 * Small numbers for words that come again and again, found by the bytes of their spelling: text is made of
 * a word only when it is met for the first time. All spellings of a canonical word share its number. Numbers
 * count from 1 and keep their meaning; 0 stands for what is no such word.
 */
export class WordNumbers {
  readonly #canonical: Canonical;
  readonly #capacity: number;
  /** Canonical words by number. */
  readonly #words: string[] = [''];
  readonly #numbers = new Map<string, number>();
  /** The spellings, one after another. */
  #bytes = Buffer.alloc(FIRST_SLOTS * 8);
  #bytesLength = 0;
  #spellings = 0;
  /** Four integers per slot: the spelling's hash, where it begins, its length (0: a free slot), its number. */
  #slots = new Int32Array(FIRST_SLOTS * 4);

  /**
   * @param capacity how many spellings are remembered
   * @param first the words that have the first numbers, from 1
   */
  constructor(canonical: Canonical, capacity: number, first: readonly string[] = []) {
    this.#canonical = canonical;
    this.#capacity = capacity;
    for (const word of first) this.#numberOfWord(word);
  }

  /** No further spelling is remembered: unless there are few words, its owner should begin anew with an empty one. */
  get isFull(): boolean {
    return this.#spellings >= this.#capacity;
  }

  /** One more than the highest number. */
  get size(): number {
    return this.#words.length;
  }

  /** The canonical word of a number other than 0. */
  text(number: number): string {
    return this.#words[number] ?? '';
  }

  /** The number of the word that is spelt by these bytes (UTF-8). */
  numberOf(bytes: Buffer, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slots = this.#slots;
    const mask = slots.length / 4 - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const length = slots[slot * 4 + 2] ?? 0;
      if (length === 0) return this.#learn(bytes, start, end, hash);
      if (slots[slot * 4] !== hash || length !== end - start) continue;
      if (this.#isSpelt(slots[slot * 4 + 1] ?? 0, bytes, start, end)) return slots[slot * 4 + 3] ?? 0;
    }
  }

  #isSpelt(at: number, bytes: Buffer, start: number, end: number): boolean {
    for (let i = start, known = at; i < end; i++, known++) {
      if (bytes[i] !== this.#bytes[known]) return false;
    }
    return true;
  }

  #learn(bytes: Buffer, start: number, end: number, hash: number): number {
    const word = this.#canonical(bytes.toString('utf8', start, end));
    const number = word === null ? 0 : this.#numberOfWord(word);
    const length = end - start;
    if (length === 0 || length > LONGEST_SPELLING || this.isFull) return number;
    if (this.#bytesLength + length > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    bytes.copy(this.#bytes, this.#bytesLength, start, end);
    if ((this.#spellings + 1) * 8 > this.#slots.length) this.#grow();
    this.#enter(hash, this.#bytesLength, length, number);
    this.#bytesLength += length;
    this.#spellings++;
    return number;
  }

  #numberOfWord(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.#words.push(word) - 1;
    this.#numbers.set(word, number);
    return number;
  }

  #enter(hash: number, at: number, length: number, number: number): void {
    const slots = this.#slots;
    const mask = slots.length / 4 - 1;
    let slot = hash & mask;
    while (slots[slot * 4 + 2] !== 0) slot = (slot + 1) & mask;
    slots.set([hash, at, length, number], slot * 4);
  }

  /** Half of the slots stay free, so that looking up stays short. */
  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 4) {
      const [hash = 0, at = 0, length = 0, number = 0] = old.subarray(i, i + 4);
      if (length > 0) this.#enter(hash, at, length, number);
    }
  }
}

/** FNV-1a, its high bits folded into the low ones that choose the slot. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
