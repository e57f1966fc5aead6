import type { EpochMs } from '../model/index.ts';
import { DAY_MS } from '../model/index.ts';

/**
 * Which distinct keys were met within a day, up to the number at which it matters: bounded by construction. Most
 * meet one key only, which needs no map.
 */
export class DistinctInDay {
  readonly #limit: number;
  #onlyKey: string | null = null;
  #onlyLast: EpochMs = 0;
  #last: Map<string, EpochMs> | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Notes a key; true once `limit` distinct keys have been met within a day of `time`. */
  note(key: string, time: EpochMs): boolean {
    if (!this.noteAgain(key, time)) {
      this.#forgetBefore(time - DAY_MS);
      this.#add(key, time);
    }
    return this.#size >= this.#limit;
  }

  /** Notes a key that is remembered; false, and nothing noted, for another one. */
  noteAgain(key: string, time: EpochMs): boolean {
    if (key === this.#onlyKey) {
      if (time > this.#onlyLast) this.#onlyLast = time;
      return true;
    }
    const last = this.#last?.get(key);
    if (last === undefined) return false;
    if (time > last) this.#last?.set(key, time);
    return true;
  }

  forget(key: string): void {
    if (key === this.#onlyKey) this.#onlyKey = null;
    this.#last?.delete(key);
  }

  /** The keys with the last time that each was met, in the order in which they came. */
  entries(): readonly (readonly [string, EpochMs])[] {
    if (this.#onlyKey !== null) return [[this.#onlyKey, this.#onlyLast]];
    return this.#last === null ? [] : [...this.#last];
  }

  /** Brings back what {@link entries} gave. */
  restore(entries: Iterable<readonly [string, EpochMs]>): void {
    for (const [key, last] of entries) this.#add(key, last);
  }

  get #size(): number {
    return this.#onlyKey === null ? (this.#last?.size ?? 0) : 1;
  }

  #add(key: string, time: EpochMs): void {
    if (this.#size === 0) {
      this.#onlyKey = key;
      this.#onlyLast = time;
      this.#last = null;
      return;
    }
    this.#last ??= new Map(this.entries());
    this.#onlyKey = null;
    this.#last.set(key, time);
  }

  #forgetBefore(time: EpochMs): void {
    if (this.#onlyKey !== null && this.#onlyLast < time) this.#onlyKey = null;
    for (const [key, last] of this.#last ?? []) if (last < time) this.#last?.delete(key);
  }
}
