import type { EpochMs } from '../model/index.ts';
import { DAY_MS } from '../model/index.ts';

/** Which distinct keys were met within a day, up to the number at which it matters: bounded by construction. */
export class DistinctInDay {
  readonly #limit: number;
  readonly #last = new Map<string, EpochMs>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Notes a key; true once `limit` distinct keys have been met within a day of `time`. */
  note(key: string, time: EpochMs): boolean {
    const known = this.#last.get(key);
    if (known === undefined) this.#forgetBefore(time - DAY_MS);
    this.#last.set(key, Math.max(known ?? time, time));
    return this.#last.size >= this.#limit;
  }

  keys(): readonly string[] {
    return [...this.#last.keys()];
  }

  snapshot(): unknown {
    return [...this.#last];
  }

  #forgetBefore(time: EpochMs): void {
    for (const [key, last] of this.#last) if (last < time) this.#last.delete(key);
  }
}
