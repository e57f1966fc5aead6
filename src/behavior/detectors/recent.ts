import type { EpochMs } from '../../model/index.ts';

/**
 * Distinct keys met within a sliding window, each at its latest time. Bounded: the oldest gives way.
 * Keys are kept in the order of their latest time, so that what is stale stands in front.
 */
export class RecentDistinct {
  readonly #latest = new Map<string, EpochMs>();
  readonly #windowMs: number;
  readonly #capacity: number;
  readonly #onLeave: (key: string) => void;

  /** @param onLeave told of each key that leaves the window or gives way */
  constructor(windowMs: number, capacity: number, onLeave: (key: string) => void = () => undefined) {
    this.#windowMs = windowMs;
    this.#capacity = capacity;
    this.#onLeave = onLeave;
  }

  /** True when the key was not in the window. */
  add(key: string, time: EpochMs): boolean {
    this.prune(time);
    const isNew = !this.#latest.delete(key);
    if (this.#latest.size >= this.#capacity) {
      const oldest = this.#latest.keys().next();
      if (!oldest.done) this.#drop(oldest.value);
    }
    this.#latest.set(key, time);
    return isNew;
  }

  /** What is stale leaves; so does what a broken clock put a whole window ahead. */
  prune(now: EpochMs): void {
    for (const [key, time] of this.#latest) {
      if (Math.abs(now - time) < this.#windowMs) return;
      this.#drop(key);
    }
  }

  get size(): number {
    return this.#latest.size;
  }

  snapshot(): unknown {
    return [...this.#latest];
  }

  #drop(key: string): void {
    this.#latest.delete(key);
    this.#onLeave(key);
  }
}
