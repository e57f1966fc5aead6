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
  readonly #blank: number[] = [];

  /** A run; `null` where none of this length is free. */
  take(length: number): number | null {
    const pages = this.#pagesOf(length);
    for (const [page, runs] of pages) {
      const first = runs.pop() as number;
      if (runs.length === 0) pages.delete(page);
      return first;
    }
    return null;
  }

  /** A run that is not needed any more. */
  give(first: number, length: number): void {
    const pages = this.#pagesOf(length);
    const page = Math.floor(first / PAGE_ROWS);
    const runs = pages.get(page) ?? [];
    runs.push(first);
    if (runs.length < Math.floor(PAGE_ROWS / length)) {
      pages.set(page, runs);
      return;
    }
    pages.delete(page);
    this.#blank.push(page);
  }

  /** A page without a run, to be cut. */
  blank(): number | null {
    return this.#blank.pop() ?? null;
  }

  cut(page: number, length: number): void {
    const runs: number[] = [];
    // From the last to the first, so that the first is given first.
    for (let row = (page + 1) * PAGE_ROWS - length; row >= page * PAGE_ROWS; row -= length) runs.push(row);
    this.#pagesOf(length).set(page, runs);
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

  #pagesOf(length: number): Map<number, number[]> {
    const pages = this.#pages[LENGTHS.indexOf(length)];
    if (pages === undefined) throw new RangeError(`runs: no run is ${length} rows long`);
    return pages;
  }
}
