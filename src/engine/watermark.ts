import {
  dropOldest,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { advanced, type Believed, believedAfter, LEAP_MS } from './leap.ts';

/** So many times the widest gap between the others. */
const OUT_OF_PROPORTION = 8;

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
  #believed: Believed = { now: null, leap: null };

  /** `null` until time has begun. */
  get now(): EpochMs | null {
    return this.#believed.now;
  }

  /** Takes the time of an event of a sensor. */
  observe(time: EpochMs, sensor: string): void {
    const front = this.#frontOf(sensor, time);
    this.#believed = believedAfter(this.#believed, sensor, time, front, this.#latest.size === 1);
  }

  /** The live process says what time it is. */
  clock(time: EpochMs): void {
    this.#believed = advanced(this.#believed, time);
  }

  /** No more is expected: the watermark reaches the last event that does not stand alone in its future. */
  endOfHistory(): void {
    for (const [sensor, latest] of this.#latest) {
      const { leap } = this.#believed;
      const isContested = leap?.sensor === sensor && leap.unopposed === 0;
      const end = isContested ? null : lastSupported(latest.all());
      if (end !== null) this.#believed = advanced(this.#believed, end);
    }
  }

  /** Behind the watermark by more than what sensors ordinarily take to write. */
  isLate(time: EpochMs): boolean {
    const { now } = this.#believed;
    return now !== null && time < now - LIMITS.latenessMs;
  }

  snapshot(): unknown {
    const { leap, now } = this.#believed;
    return [this.#latestOfAll(), leap, now];
  }

  save(to: StateWriter): void {
    to.records('sensors', this.#latestOfAll());
    const { leap, now } = this.#believed;
    to.plain('time', { leap, now });
  }

  load(from: StateReader): void {
    for (const [sensor, times] of from.records('sensors') as Iterable<[string, EpochMs[]]>) {
      const latest = new LatestTimes();
      for (const time of times) latest.add(time);
      this.#latest.set(sensor, latest);
    }
    const { leap, now } = from.plain('time') as Believed;
    this.#believed = { now, leap };
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
}

/** The last of the times that does not stand alone. */
function lastSupported(latest: readonly EpochMs[]): EpochMs | null {
  let end = latest.length - 1;
  while (end > 0 && standsAlone(latest, end)) end--;
  return latest[end] ?? null;
}

/**
 * A day beyond the one before it, or an hour and out of all proportion to how the others follow each other: a wrong clock. Where
 * it was none, time comes there with what is read next.
 */
function standsAlone(latest: readonly EpochMs[], at: number): boolean {
  const gap = gapBefore(latest, at);
  if (gap > LIMITS.futureMs) return true;
  let widest = 0;
  for (let before = 1; before < at; before++) widest = Math.max(widest, gapBefore(latest, before));
  return at > 1 && gap > LEAP_MS && gap > OUT_OF_PROPORTION * widest;
}

function gapBefore(latest: readonly EpochMs[], at: number): number {
  return (latest[at] ?? 0) - (latest[at - 1] ?? 0);
}
