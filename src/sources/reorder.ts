import type { EpochMs } from '../model/index.ts';
import type { Stretch } from './stretch.ts';

const FIRST_SLOTS = 1_024;

/**
 * Records that wait for their turn: they leave in order of their time, ties in order of file and line. New ones are
 * sorted when some are to leave, by merging the runs in which they came: logs are nearly in order, so that a record
 * costs a few comparisons and no object.
 */
export class Reorder {
  /** By slot. */
  #time = new Float64Array(FIRST_SLOTS);
  #file = new Uint32Array(FIRST_SLOTS);
  #line = new Uint32Array(FIRST_SLOTS);
  #at = new Uint32Array(FIRST_SLOTS);
  readonly #stretch: (Stretch | null)[] = [];
  readonly #free: number[] = [];
  #slots = 0;
  /** Slots in order; then those that came since, as they came. */
  #sorted: number[] = [];
  #first = 0;
  #new: number[] = [];
  /** Observations that the waiting records state. */
  #weight = 0;

  get weight(): number {
    return this.#weight;
  }

  push(stretch: Stretch, at: number): void {
    const slot = this.#free.pop() ?? this.#makeSlot();
    this.#time[slot] = stretch.time[at] as number;
    this.#file[slot] = stretch.file;
    this.#line[slot] = stretch.line[at] as number;
    this.#at[slot] = at;
    this.#stretch[slot] = stretch;
    this.#new.push(slot);
    this.#weight += stretch.weightOf(at);
  }

  /** Brings what waits in order; `next` gives it from here on. */
  sort(): void {
    if (this.#new.length === 0) return;
    const waiting = this.#sorted.slice(this.#first);
    const isBefore = (a: number, b: number): boolean => this.#isBefore(a, b);
    // Among themselves first: what waits is long, and is gone through once.
    this.#sorted = mergeTwo(waiting, mergeRuns(runsOf(this.#new, isBefore), isBefore), isBefore);
    this.#first = 0;
    this.#new = [];
  }

  /** When the first in order happened; `null` where none waits in order. */
  get nextTime(): EpochMs | null {
    const slot = this.#sorted[this.#first];
    return slot === undefined ? null : (this.#time[slot] as number);
  }

  /** The first in order leaves: calls back with it and gives what that gives. */
  leave<T>(take: (stretch: Stretch, at: number) => T): T {
    const slot = this.#sorted[this.#first++];
    const stretch = slot === undefined ? null : this.#stretch[slot];
    if (slot === undefined || !stretch) throw new RangeError('nothing waits');
    const at = this.#at[slot] as number;
    this.#stretch[slot] = null;
    this.#free.push(slot);
    this.#weight -= stretch.weightOf(at);
    return take(stretch, at);
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#time[a] as number) - (this.#time[b] as number);
    if (difference !== 0) return difference < 0;
    const files = (this.#file[a] as number) - (this.#file[b] as number);
    return files < 0 || (files === 0 && (this.#line[a] as number) < (this.#line[b] as number));
  }

  #makeSlot(): number {
    if (this.#slots === this.#time.length) this.#grow();
    return this.#slots++;
  }

  #grow(): void {
    const { length } = this.#time;
    const time = new Float64Array(length * 2);
    const [file, line, at] = [
      new Uint32Array(length * 2),
      new Uint32Array(length * 2),
      new Uint32Array(length * 2),
    ];
    time.set(this.#time);
    file.set(this.#file);
    line.set(this.#line);
    at.set(this.#at);
    [this.#time, this.#file, this.#line, this.#at] = [time, file, line, at];
  }
}

type IsBefore = (a: number, b: number) => boolean;

/** The stretches that are in order already. */
function runsOf(items: readonly number[], isBefore: IsBefore): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (const item of items) {
    const last = run.at(-1);
    if (last !== undefined && isBefore(item, last)) {
      runs.push(run);
      run = [];
    }
    run.push(item);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/** Natural merge sort (Knuth, TAOCP 3, §5.2.4): neighbours are merged until one run is left. */
function mergeRuns(runs: number[][], isBefore: IsBefore): number[] {
  let left = runs;
  while (left.length > 1) {
    const merged: number[][] = [];
    for (let i = 0; i < left.length; i += 2) {
      const [a = [], b = []] = [left[i], left[i + 1]];
      merged.push(b.length === 0 ? a : mergeTwo(a, b, isBefore));
    }
    left = merged;
  }
  return left[0] ?? [];
}

function mergeTwo(a: readonly number[], b: readonly number[], isBefore: IsBefore): number[] {
  const merged: number[] = [];
  let i = 0;
  for (const item of b) {
    while (i < a.length && !isBefore(item, a[i] as number)) merged.push(a[i++] as number);
    merged.push(item);
  }
  while (i < a.length) merged.push(a[i++] as number);
  return merged;
}
