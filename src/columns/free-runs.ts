import { PAGE_ROWS } from './column.ts';
import { LENGTHS } from './run-length.ts';

/** What is free, written down. */
export interface SaidFree {
  /** Per length, from the shortest, the first rows of free runs: by page, the page opened first first. */
  readonly free: readonly (readonly number[])[];
  /** Pages without a run, the last one given first; older releases had none. */
  readonly blank?: readonly number[];
}

/** Which runs and which whole pages are free. The same steps always lead to the same runs. */
export class FreeRuns {
  /** Per length, the pages that have a free run of it: the first row of each, the last one given first. */
  readonly #pages: readonly Map<number, number[]>[] = LENGTHS.map(() => new Map<number, number[]>());
  /** Per length, the same pages as they came, among them some that are none any more: the last one is asked first. */
  readonly #opened: readonly number[][] = LENGTHS.map(() => []);
  readonly #blank: number[] = [];

  /** A run; `null` where none of this length is free. */
  take(length: number): number | null {
    const nth = nthOf(length);
    const pages = this.#pages[nth] as Map<number, number[]>;
    const opened = this.#opened[nth] as number[];
    for (let page = opened.at(-1); page !== undefined; page = opened.at(-1)) {
      const runs = pages.get(page);
      const first = runs?.pop();
      if (runs === undefined || runs.length === 0) {
        pages.delete(page);
        opened.pop();
      }
      if (first !== undefined) return first;
    }
    return null;
  }

  /** A run that is not needed any more. */
  give(first: number, length: number): void {
    const page = Math.floor(first / PAGE_ROWS);
    const nth = nthOf(length);
    const pages = this.#pages[nth] as Map<number, number[]>;
    const runs = pages.get(page);
    if ((runs?.length ?? 0) + 1 === Math.floor(PAGE_ROWS / length)) {
      pages.delete(page);
      this.#blank.push(page);
    } else if (runs === undefined) this.#open(nth, page, [first]);
    else runs.push(first);
  }

  /** A page without a run, to be cut. */
  blank(): number | null {
    return this.#blank.pop() ?? null;
  }

  cut(page: number, length: number): void {
    const runs: number[] = [];
    // From the last to the first, so that the first is given first.
    for (let row = (page + 1) * PAGE_ROWS - length; row >= page * PAGE_ROWS; row -= length) runs.push(row);
    this.#open(nthOf(length), page, runs);
  }

  said(): SaidFree {
    return { free: this.#pages.map((pages) => [...pages.values()].flat()), blank: this.#blank };
  }

  restore({ free, blank }: SaidFree): void {
    for (const [nth, firsts] of free.entries()) {
      for (const first of firsts) this.give(first, LENGTHS[nth] as number);
    }
    for (const page of blank ?? []) this.#blank.push(page);
  }

  #open(nth: number, page: number, runs: number[]): void {
    this.#pages[nth]?.set(page, runs);
    this.#opened[nth]?.push(page);
  }
}

function nthOf(length: number): number {
  const nth = LENGTHS.indexOf(length);
  if (nth === -1) throw new RangeError(`runs: no run is ${length} rows long`);
  return nth;
}
