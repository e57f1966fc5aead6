import { type EpochMs, LIMITS } from '../model/index.ts';

/**
 * Event time, moved only by records. The watermark is the latest instant that several events support
 * (the k-th latest seen), so that one broken clock never moves it. It is a pure function of the
 * sequence of events, however they were batched.
 */
export class Watermark {
  /** The latest event times, ascending; the first of them is the watermark once there are k. */
  readonly #latest: EpochMs[] = [];
  #now: EpochMs | null = null;

  /** `null` until time has begun. */
  get now(): EpochMs | null {
    return this.#now;
  }

  /** Takes an event's time. */
  observe(time: EpochMs): void {
    const latest = this.#latest;
    if (latest.length === LIMITS.watermarkSupport && time <= (latest[0] ?? time)) return;
    let at = latest.length;
    while (at > 0 && (latest[at - 1] ?? 0) > time) at--;
    latest.splice(at, 0, time);
    if (latest.length > LIMITS.watermarkSupport) latest.shift();
    if (latest.length === LIMITS.watermarkSupport) this.#advance(latest[0] ?? time);
  }

  /** The live process says what time it is. */
  clock(time: EpochMs): void {
    this.#advance(time);
  }

  /** No more is expected: the watermark reaches the last event that does not stand alone in its future. */
  endOfHistory(): void {
    const latest = this.#latest;
    let end = latest.length - 1;
    while (end > 0 && (latest[end] ?? 0) - (latest[end - 1] ?? 0) > LIMITS.futureMs) end--;
    const time = latest[end];
    if (time !== undefined) this.#advance(time);
  }

  /** Behind the watermark by more than what sensors ordinarily take to write. */
  isLate(time: EpochMs): boolean {
    return this.#now !== null && time < this.#now - LIMITS.latenessMs;
  }

  snapshot(): unknown {
    return [this.#latest, this.#now];
  }

  #advance(time: EpochMs): void {
    if (this.#now === null || time > this.#now) this.#now = time;
  }
}
