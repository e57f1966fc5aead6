/** A binary heap: the least item by `isBefore` comes out first. The order must be total for a defined outcome. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    let hole = this.#items.length;
    this.#items.push(item);
    while (hole > 0) {
      const above = (hole - 1) >>> 1;
      const parent = this.#items[above];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      this.#items[hole] = parent;
      hole = above;
    }
    this.#items[hole] = item;
  }

  pop(): T | undefined {
    const least = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return least;
  }

  /** Puts an item in the place of the root, which has left. */
  #sink(item: T): void {
    let hole = 0;
    for (;;) {
      const left = this.#items[2 * hole + 1];
      const right = this.#items[2 * hole + 2];
      if (left === undefined) break;
      const rightIsFirst = right !== undefined && this.#isBefore(right, left);
      const child = rightIsFirst ? right : left;
      if (!this.#isBefore(child, item)) break;
      this.#items[hole] = child;
      hole = 2 * hole + (rightIsFirst ? 2 : 1);
    }
    this.#items[hole] = item;
  }
}
