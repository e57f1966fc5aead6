import type { EpochMs } from '../model/index.ts';
import type { Stretch } from './stretch.ts';

const FIRST_SLOTS = 1_024;
/** File and line as one number: a stretch counts its lines in 32 bits. */
const LINES_PER_FILE = 2 ** 32;

/**
 * Records that wait for their turn: they leave in order of their time, ties in order of file and line. New ones are
 * sorted when some are to leave, by merging neighbours in place: logs are nearly in order, so that a record costs a
 * few comparisons and no object.
 */
export class Reorder {
  /** By slot. */
  #time = new Float64Array(FIRST_SLOTS);
  #place = new Float64Array(FIRST_SLOTS);
  #at = new Uint32Array(FIRST_SLOTS);
  readonly #stretch: (Stretch | null)[] = [];
  #free = new Uint32Array(FIRST_SLOTS);
  #freeCount = 0;
  #slots = 0;
  /** Slots: in order from `#first` to `#end`, from there to `#last` as they came. */
  #order = new Uint32Array(FIRST_SLOTS);
  #first = 0;
  #end = 0;
  #last = 0;
  /** Slots of one half while it is merged with the other. */
  #aside = new Uint32Array(FIRST_SLOTS);
  /** Observations that the waiting records state. */
  #weight = 0;

  get weight(): number {
    return this.#weight;
  }

  push(stretch: Stretch, at: number): void {
    if (this.#last === this.#order.length) this.#makeRoom();
    const slot = this.#freeCount > 0 ? (this.#free[--this.#freeCount] as number) : this.#makeSlot();
    this.#time[slot] = stretch.time[at] as number;
    this.#place[slot] = stretch.file * LINES_PER_FILE + (stretch.line[at] as number);
    this.#at[slot] = at;
    this.#stretch[slot] = stretch;
    this.#order[this.#last++] = slot;
    this.#weight += stretch.weightOf(at);
  }

  /** Brings what waits in order; `next` gives it from here on. */
  sort(): void {
    const { length } = this.#order;
    if (this.#aside.length < length) this.#aside = new Uint32Array(length);
    // The new ones among themselves first: what waits is long, and is merged once.
    for (let width = 1; width < this.#last - this.#end; width *= 2) {
      for (let middle = this.#end + width; middle < this.#last; middle += 2 * width) {
        this.#merge(middle - width, middle, Math.min(middle + width, this.#last));
      }
    }
    if (this.#first < this.#end) this.#merge(this.#first, this.#end, this.#last);
    this.#end = this.#last;
  }

  /** When the first in order happened; `null` where none waits in order. */
  get nextTime(): EpochMs | null {
    return this.#first === this.#end ? null : (this.#time[this.#order[this.#first] as number] as number);
  }

  /** The first in order leaves: calls back with it and gives what that gives. */
  leave<T>(take: (stretch: Stretch, at: number) => T): T {
    if (this.#first === this.#end) throw new RangeError('nothing waits');
    const slot = this.#order[this.#first++] as number;
    const stretch = this.#stretch[slot] as Stretch;
    const at = this.#at[slot] as number;
    this.#stretch[slot] = null;
    this.#free[this.#freeCount++] = slot;
    this.#weight -= stretch.weightOf(at);
    return take(stretch, at);
  }

  /** Merges two neighbours that are in order, from behind. What is in its place already is not touched. */
  #merge(start: number, middle: number, stop: number): void {
    const [order, aside] = [this.#order, this.#aside];
    const before = order[middle - 1] as number;
    let end = middle;
    while (end < stop && this.#isBefore(order[end] as number, before)) end++;
    const moving = end - middle;
    for (let i = 0; i < moving; i++) aside[i] = order[middle + i] as number;
    let left = middle - 1;
    let to = end - 1;
    for (let right = moving - 1; right >= 0; right--) {
      const slot = aside[right] as number;
      while (left >= start && this.#isBefore(slot, order[left] as number))
        order[to--] = order[left--] as number;
      order[to--] = slot;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#time[a] as number) - (this.#time[b] as number);
    return difference < 0 || (difference === 0 && (this.#place[a] as number) < (this.#place[b] as number));
  }

  /** What waits moves to the front, to twice as much room where that gains little. */
  #makeRoom(): void {
    const { length } = this.#order;
    const roomy = this.#first < length / 2 ? new Uint32Array(length * 2) : this.#order;
    roomy.set(this.#order.subarray(this.#first, this.#last));
    this.#order = roomy;
    this.#end -= this.#first;
    this.#last -= this.#first;
    this.#first = 0;
  }

  #makeSlot(): number {
    if (this.#slots === this.#time.length) this.#grow();
    return this.#slots++;
  }

  #grow(): void {
    const length = this.#time.length * 2;
    const time = new Float64Array(length);
    const place = new Float64Array(length);
    const at = new Uint32Array(length);
    time.set(this.#time);
    place.set(this.#place);
    at.set(this.#at);
    [this.#time, this.#place, this.#at] = [time, place, at];
    // No slot is free when another is made.
    this.#free = new Uint32Array(length);
  }
}
