import type { EpochMs } from '../model/index.ts';

interface Due<T> {
  readonly at: EpochMs;
  readonly item: T;
}

/** A binary min-heap of items by the time when they are to be looked at. */
export class ExpiryQueue<T> {
  readonly #heap: Due<T>[] = [];

  /** The earliest entry. */
  get first(): Due<T> | undefined {
    return this.#heap[0];
  }

  push(at: EpochMs, item: T): void {
    const heap = this.#heap;
    const entry = { at, item };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || parent.at <= at) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  pop(): Due<T> | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Due<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const rightIsLess = left !== undefined && right !== undefined && right.at < left.at;
      const child = rightIsLess ? right : left;
      if (child === undefined || child.at >= entry.at) break;
      heap[index] = child;
      index = 2 * index + (rightIsLess ? 2 : 1);
    }
    heap[index] = entry;
  }
}
