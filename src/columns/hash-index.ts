const LEAST_SLOTS = 64;
/** A slot whose number was removed: a search goes on behind it. */
const REMOVED = 0xffff_ffff;

/**
 * Finds numbers from 1 by a hash: open addressing, at most half full. What has the same hash is told apart by whoever
 * asks. It follows from what it finds, and so is never written down.
 */
export class HashIndex {
  #numbers = new Uint32Array(LEAST_SLOTS);
  #hashes = new Int32Array(LEAST_SLOTS);
  #mask = LEAST_SLOTS - 1;
  /** Slots that are not empty, those of removed numbers among them. */
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Makes room for so many at once. */
  reserve(count: number): void {
    let slots = LEAST_SLOTS;
    while (slots < 2 * count) slots *= 2;
    if (slots > this.#numbers.length) this.#rebuild(slots);
  }

  /** The first slot of this hash from `slot` on, or from its beginning; -1 where there is none. */
  search(hash: number, slot = -1): number {
    let at = (slot === -1 ? hash : slot + 1) & this.#mask;
    for (;;) {
      const number = this.#numbers[at] as number;
      if (number === 0) return -1;
      if (this.#hashes[at] === hash && number !== REMOVED) return at;
      at = (at + 1) & this.#mask;
    }
  }

  /** The number in a slot that a search gave. */
  at(slot: number): number {
    return this.#numbers[slot] as number;
  }

  add(hash: number, number: number): void {
    if (2 * (this.#used + 1) > this.#numbers.length) {
      this.#rebuild(this.#numbers.length * (4 * this.#size > this.#numbers.length ? 2 : 1));
    }
    this.#put(hash, number);
    this.#size++;
  }

  remove(slot: number): void {
    this.#numbers[slot] = REMOVED;
    this.#size--;
  }

  #put(hash: number, number: number): void {
    let at = hash & this.#mask;
    while (this.#numbers[at] !== 0) at = (at + 1) & this.#mask;
    this.#numbers[at] = number;
    this.#hashes[at] = hash;
    this.#used++;
  }

  #rebuild(slots: number): void {
    const [numbers, hashes] = [this.#numbers, this.#hashes];
    this.#numbers = new Uint32Array(slots);
    this.#hashes = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#used = 0;
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] as number;
      if (number !== 0 && number !== REMOVED) this.#put(hashes[at] as number, number);
    }
  }
}
