/** A longer spelling is no address, MAC or service that comes again; it is looked at anew each time. */
const LONGEST_SPELLING = 96;
const FIRST_SLOTS = 1_024;
/** Integers per slot, and which of them is what; the first is the hash. */
const SLOT = 4;
const PLACE = 1;
const LENGTH = 2;
const NUMBER = 3;

/** The canonical form of a word; `null` where the text is no such word. */
export type Canonical = (text: string) => string | null;

/** Bytes, and the same to be read four at a time. */
interface Text {
  readonly bytes: Buffer;
  readonly view: DataView;
}

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
  #bytes = new Uint8Array(FIRST_SLOTS * 16);
  /** The same bytes, to be read four at a time. */
  #spelt = new DataView(this.#bytes.buffer);
  #taken = 0;
  #spellings = 0;
  /** Per slot: the spelling's hash, where it begins, its length (0: a free slot), its number. */
  #slots = new Int32Array(FIRST_SLOTS * SLOT);

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
  numberOf(text: Text, start: number, end: number): number {
    const { view } = text;
    const hash = hashOf(view, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (hash * SLOT) & mask; ; slot = (slot + SLOT) & mask) {
      const length = slots[slot + LENGTH] as number;
      if (length === 0) return this.#learn(text.bytes, start, end, hash);
      if (slots[slot] !== hash || length !== end - start) continue;
      if (isSame(this.#spelt, slots[slot + PLACE] as number, view, start, end))
        return slots[slot + NUMBER] as number;
    }
  }

  #learn(bytes: Buffer, start: number, end: number, hash: number): number {
    const word = this.#canonical(bytes.toString('utf8', start, end));
    const number = word === null ? 0 : this.#numberOfWord(word);
    const length = end - start;
    if (length === 0 || length > LONGEST_SPELLING || this.isFull) return number;
    if (this.#taken + length > this.#bytes.length) this.#makeRoom();
    bytes.copy(this.#bytes, this.#taken, start, end);
    if ((this.#spellings + 1) * SLOT * 2 > this.#slots.length) this.#grow();
    this.#enter(hash, this.#taken, length, number);
    this.#taken += length;
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

  #enter(hash: number, place: number, length: number, number: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash * SLOT) & mask;
    while (slots[slot + LENGTH] !== 0) slot = (slot + SLOT) & mask;
    slots[slot] = hash;
    slots[slot + PLACE] = place;
    slots[slot + LENGTH] = length;
    slots[slot + NUMBER] = number;
  }

  /** Half of the slots stay free, so that looking up stays short. */
  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 4);
    for (let slot = 0; slot < old.length; slot += SLOT) {
      const length = old[slot + LENGTH] as number;
      if (length === 0) continue;
      this.#enter(old[slot] as number, old[slot + PLACE] as number, length, old[slot + NUMBER] as number);
    }
  }

  #makeRoom(): void {
    const roomy = new Uint8Array(this.#bytes.length * 2);
    roomy.set(this.#bytes);
    this.#bytes = roomy;
    this.#spelt = new DataView(roomy.buffer);
  }
}

/** Four bytes at a time, each step's high bits folded into the low ones: these choose the slot. */
function hashOf(view: DataView, start: number, end: number): number {
  const last = end - 4;
  if (last < start) return shortWord(view, start, end);
  let hash = end - start;
  for (let i = start; i < last; i += 4) hash = mixed(hash, view.getInt32(i, true));
  // The last four may overlap with those before.
  return mixed(hash, view.getInt32(last, true));
}

/** Up to three bytes as they are: another word of as many has another number. */
function shortWord(view: DataView, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const first = view.getUint8(start);
  if (length === 1) return first;
  return first | (view.getUint8(start + 1) << 8) | (length === 2 ? 0 : view.getUint8(start + 2) << 16);
}

function mixed(hash: number, bytes: number): number {
  const product = Math.imul(hash ^ bytes, 0x01000193);
  return product ^ (product >>> 15);
}

/** Of words that are equally long and have one hash. */
function isSame(known: DataView, place: number, view: DataView, start: number, end: number): boolean {
  const ahead = place - start;
  const last = end - 4;
  if (last < start) return true;
  for (let i = start; i < last; i += 4) {
    if (view.getInt32(i, true) !== known.getInt32(ahead + i, true)) return false;
  }
  return view.getInt32(last, true) === known.getInt32(ahead + last, true);
}
