import type { EpochMs } from '../../model/index.ts';

/**
 * Distinct keys met within a sliding window, each at its latest time. Bounded: the oldest gives way.
 * Keys are kept in the order of their latest time, so that what is stale stands in front.
 */
export class RecentDistinct {
  readonly #latest = new Map<string, EpochMs>();
  readonly #windowMs: number;
  readonly #capacity: number;

  constructor(windowMs: number, capacity: number) {
    this.#windowMs = windowMs;
    this.#capacity = capacity;
  }

  /** True when the key was not in the window. */
  add(key: string, time: EpochMs): boolean {
    this.prune(time);
    const isNew = !this.#latest.delete(key);
    if (this.#latest.size >= this.#capacity) {
      const oldest = this.#latest.keys().next();
      if (!oldest.done) this.#latest.delete(oldest.value);
    }
    this.#latest.set(key, time);
    return isNew;
  }

  prune(now: EpochMs): void {
    for (const [key, time] of this.#latest) {
      if (time > now - this.#windowMs) return;
      this.#latest.delete(key);
    }
  }

  get size(): number {
    return this.#latest.size;
  }

  keys(): Iterable<string> {
    return this.#latest.keys();
  }

  snapshot(): unknown {
    return [...this.#latest];
  }
}
