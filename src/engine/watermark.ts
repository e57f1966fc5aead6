import { dropOldest, type EpochMs, HOUR_MS, LIMITS } from '../model/index.ts';

/** A sensor that moves time further than this at once makes a leap: a quiet night, or a wrong clock. */
const LEAP_MS = HOUR_MS;
/** So many of its records without another sensor's word against it make a leap true. */
const UNOPPOSED_RECORDS = 64;

/** One sensor says that much time has passed; the others have not said so yet. */
interface Leap {
  readonly sensor: string;
  readonly to: EpochMs;
  /** Its records since the last one of another sensor that still told the old time. */
  readonly unopposed: number;
}

/**
 * Event time, moved only by records. A sensor's front is the latest instant that several of its events
 * support (the k-th latest), so that one odd record never moves it; the watermark is the foremost
 * front. A front that leaps ahead of everybody else waits until another sensor agrees, or nobody
 * contradicts: one sensor with a wrong clock never makes the others late. All of it is a function of the
 * sequence of events, however they were batched.
 */
export class Watermark {
  /** Per sensor its latest event times, ascending; the first of k is its front. */
  readonly #latest = new Map<string, EpochMs[]>();
  #leap: Leap | null = null;
  #now: EpochMs | null = null;

  /** `null` until time has begun. */
  get now(): EpochMs | null {
    return this.#now;
  }

  /** Takes the time of an event of a sensor. */
  observe(time: EpochMs, sensor: string): void {
    const front = this.#frontOf(sensor, time);
    if (this.#now !== null && time - this.#now <= LEAP_MS) this.#oppose(sensor);
    if (front === null || (this.#now !== null && front <= this.#now)) return;
    if (this.#now === null || front - this.#now <= LEAP_MS || this.#latest.size === 1) this.#advance(front);
    else this.#claim(sensor, front);
  }

  /** The live process says what time it is. */
  clock(time: EpochMs): void {
    this.#advance(time);
  }

  /** No more is expected: the watermark reaches the last event that does not stand alone in its future. */
  endOfHistory(): void {
    for (const [sensor, latest] of this.#latest) {
      const isContested = this.#leap?.sensor === sensor && this.#leap.unopposed === 0;
      const end = isContested ? null : lastSupported(latest);
      if (end !== null) this.#advance(end);
    }
  }

  /** Behind the watermark by more than what sensors ordinarily take to write. */
  isLate(time: EpochMs): boolean {
    return this.#now !== null && time < this.#now - LIMITS.latenessMs;
  }

  snapshot(): unknown {
    return [[...this.#latest], this.#leap, this.#now];
  }

  /** The sensor's k-th latest time, this one included; `null` while there are fewer. */
  #frontOf(sensor: string, time: EpochMs): EpochMs | null {
    let latest = this.#latest.get(sensor);
    if (latest === undefined) {
      if (this.#latest.size >= LIMITS.sensors) dropOldest(this.#latest);
      this.#latest.set(sensor, (latest = []));
    }
    const isFull = latest.length === LIMITS.watermarkSupport;
    if (!isFull || time > (latest[0] ?? time)) {
      let at = latest.length;
      while (at > 0 && (latest[at - 1] ?? 0) > time) at--;
      latest.splice(at, 0, time);
      if (isFull) latest.shift();
    }
    return latest.length === LIMITS.watermarkSupport ? (latest[0] ?? null) : null;
  }

  /** Somebody still tells the old time. */
  #oppose(sensor: string): void {
    if (this.#leap !== null && this.#leap.sensor !== sensor) this.#leap = { ...this.#leap, unopposed: 0 };
  }

  #claim(sensor: string, to: EpochMs): void {
    const leap = this.#leap;
    if (leap !== null && leap.sensor !== sensor) {
      // Two sensors: time has come at least to the lesser of their fronts.
      this.#advance(Math.min(leap.to, to));
      if (to > leap.to) this.#leap = { sensor, to, unopposed: 1 };
      return;
    }
    const unopposed = (leap?.unopposed ?? 0) + 1;
    if (unopposed >= UNOPPOSED_RECORDS) this.#advance(to);
    else this.#leap = { sensor, to, unopposed };
  }

  #advance(time: EpochMs): void {
    if (this.#now === null || time > this.#now) this.#now = time;
    if (this.#leap !== null && this.#leap.to - this.#now <= LEAP_MS) this.#leap = null;
  }
}

/** The last of the times that does not stand a day or more beyond the one before it. */
function lastSupported(latest: readonly EpochMs[]): EpochMs | null {
  let end = latest.length - 1;
  while (end > 0 && (latest[end] ?? 0) - (latest[end - 1] ?? 0) > LIMITS.futureMs) end--;
  return latest[end] ?? null;
}
