const LEAST_SLOTS = 64;
/** A slot whose number was removed: a search goes on behind it. */
const REMOVED = -1;

/**
 * Finds numbers from 1 by a hash: open addressing, at most half full. What has the same hash is told apart by whoever
 * asks. It follows from what it finds, and so is never written down.
 */
export class HashIndex {
  /** A slot is a hash and a number beside it: finding one visits one place of the memory. */
  #slots = new Int32Array(2 * LEAST_SLOTS);
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
    if (slots > this.#mask + 1) this.#rebuild(slots);
  }

  /** The first slot of this hash from `slot` on, or from its beginning; -1 where there is none. */
  search(hash: number, slot = -1): number {
    let at = (slot === -1 ? hash : slot + 1) & this.#mask;
    for (;;) {
      const number = this.#slots[2 * at + 1] as number;
      if (number === 0) return -1;
      if (this.#slots[2 * at] === hash && number !== REMOVED) return at;
      at = (at + 1) & this.#mask;
    }
  }

  /** The number in a slot that a search gave. */
  at(slot: number): number {
    return this.#slots[2 * slot + 1] as number;
  }

  add(hash: number, number: number): void {
    const slots = this.#mask + 1;
    if (2 * (this.#used + 1) > slots) this.#rebuild(slots * (4 * this.#size > slots ? 2 : 1));
    this.#put(hash, number);
    this.#size++;
  }

  remove(slot: number): void {
    this.#slots[2 * slot + 1] = REMOVED;
    this.#size--;
  }

  #put(hash: number, number: number): void {
    let at = hash & this.#mask;
    while (this.#slots[2 * at + 1] !== 0) at = (at + 1) & this.#mask;
    this.#slots[2 * at] = hash;
    this.#slots[2 * at + 1] = number;
    this.#used++;
  }

  #rebuild(slots: number): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * slots);
    this.#mask = slots - 1;
    this.#used = 0;
    for (let at = 0; at < before.length; at += 2) {
      const number = before[at + 1] as number;
      if (number !== 0 && number !== REMOVED) this.#put(before[at] as number, number);
    }
  }
}
