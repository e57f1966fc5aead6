import {
  dropOldest,
  type EpochMs,
  HOUR_MS,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

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

/** A sensor's latest event times, ascending; the first of k is its front. In place: this is done for every event. */
class LatestTimes {
  readonly #times = new Float64Array(LIMITS.watermarkSupport);
  #count = 0;

  add(time: EpochMs): void {
    const times = this.#times;
    const isFull = this.#count === times.length;
    if (isFull && time <= (times[0] as number)) return;
    if (isFull) times.copyWithin(0, 1);
    else this.#count++;
    let at = this.#count - 1;
    for (; at > 0 && (times[at - 1] as number) > time; at--) times[at] = times[at - 1] as number;
    times[at] = time;
  }

  /** The k-th latest; `null` while there are fewer. */
  get front(): EpochMs | null {
    return this.#count === this.#times.length ? (this.#times[0] as number) : null;
  }

  all(): readonly EpochMs[] {
    return [...this.#times.subarray(0, this.#count)];
  }
}

/**
 * Event time, moved only by records. A sensor's front is the latest instant that several of its events
 * support (the k-th latest), so that one odd record never moves it; the watermark is the foremost
 * front. A front that leaps ahead of everybody else waits until another sensor agrees, or nobody
 * contradicts: one sensor with a wrong clock never makes the others late. All of it is a function of the
 * sequence of events, however they were batched.
 */
export class Watermark implements Stateful {
  readonly #latest = new Map<string, LatestTimes>();
  /** Whose event was observed last, most often the next one's too: it is found without a search. */
  #lastSensor: string | null = null;
  #lastTimes = new LatestTimes();
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
      const end = isContested ? null : lastSupported(latest.all());
      if (end !== null) this.#advance(end);
    }
  }

  /** Behind the watermark by more than what sensors ordinarily take to write. */
  isLate(time: EpochMs): boolean {
    return this.#now !== null && time < this.#now - LIMITS.latenessMs;
  }

  snapshot(): unknown {
    return [this.#latestOfAll(), this.#leap, this.#now];
  }

  save(to: StateWriter): void {
    to.records('sensors', this.#latestOfAll());
    to.plain('time', { leap: this.#leap, now: this.#now });
  }

  load(from: StateReader): void {
    for (const [sensor, times] of from.records('sensors') as Iterable<[string, EpochMs[]]>) {
      const latest = new LatestTimes();
      for (const time of times) latest.add(time);
      this.#latest.set(sensor, latest);
    }
    const { leap, now } = from.plain('time') as { leap: Leap | null; now: EpochMs | null };
    this.#leap = leap;
    this.#now = now;
  }

  /** In the order in which they are dropped, which is state too. */
  #latestOfAll(): [string, readonly EpochMs[]][] {
    return [...this.#latest].map(([sensor, latest]) => [sensor, latest.all()]);
  }

  /** The sensor's k-th latest time, this one included; `null` while there are fewer. */
  #frontOf(sensor: string, time: EpochMs): EpochMs | null {
    const latest = sensor === this.#lastSensor ? this.#lastTimes : this.#timesOf(sensor);
    latest.add(time);
    return latest.front;
  }

  #timesOf(sensor: string): LatestTimes {
    let latest = this.#latest.get(sensor);
    if (latest === undefined) {
      if (this.#latest.size >= LIMITS.sensors) dropOldest(this.#latest);
      this.#latest.set(sensor, (latest = new LatestTimes()));
    }
    this.#lastSensor = sensor;
    this.#lastTimes = latest;
    return latest;
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
