import { DAY_MS, type EpochMs } from '../../model/index.ts';

/** Where somebody signed in from. */
interface Place {
  readonly key: string;
  readonly first: EpochMs;
  last: EpochMs;
  /** Distinct days, and the last of them. */
  days: number;
  lastDay: number;
  /** Something was told of it: it has to prove itself for longer. */
  isSuspect: boolean;
}

export const MOST_PLACES = 32;
/** A place is provisional until so many distinct days, or so long after it was met first. */
const PROVEN_DAYS = 3;
const PROVEN_AFTER_MS = 7 * DAY_MS;
const FORGOTTEN_AFTER_MS = 180 * DAY_MS;

/** The places from which somebody signs in. Bounded: provisional ones give way first, then the longest unused. */
export class Places {
  #places: Place[] = [];

  /** Met for the first time, or still provisional. */
  isNew(key: string, time: EpochMs): boolean {
    const place = this.#find(key);
    return place === undefined || !isProven(place, time);
  }

  /** Was told of, and has not proven itself since. */
  isSuspect(key: string, time: EpochMs): boolean {
    const place = this.#find(key);
    return place !== undefined && place.isSuspect && !isProven(place, time);
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  learn(key: string, time: EpochMs, isSuspect: boolean): void {
    const day = Math.floor(time / DAY_MS);
    const place = this.#find(key);
    if (place === undefined) {
      this.#makeRoom(time);
      this.#places.push({ key, first: time, last: time, days: 1, lastDay: day, isSuspect });
      return;
    }
    if (isSuspect) place.isSuspect = true;
    place.last = Math.max(place.last, time);
    if (day <= place.lastDay) return;
    place.days = Math.min(60_000, place.days + 1);
    place.lastDay = day;
  }

  snapshot(): readonly Readonly<Place>[] {
    return this.#places;
  }

  static of(this: void, said: ReturnType<Places['snapshot']>): Places {
    const made = new Places();
    made.#places = said.map((each) => ({ ...each }));
    return made;
  }

  #find(key: string): Place | undefined {
    return this.#places.find((each) => each.key === key);
  }

  #makeRoom(time: EpochMs): void {
    this.#places = this.#places.filter(({ last }) => time - last < FORGOTTEN_AFTER_MS);
    if (this.#places.length < MOST_PLACES) return;
    const leaving = this.#places.reduce((a, b) => (worth(b, time) < worth(a, time) ? b : a));
    this.#places.splice(this.#places.indexOf(leaving), 1);
  }
}

function isProven({ days, first, isSuspect }: Place, time: EpochMs): boolean {
  const longEnough = time - first >= PROVEN_AFTER_MS;
  return isSuspect ? days >= PROVEN_DAYS && longEnough : days >= PROVEN_DAYS || longEnough;
}

function worth(place: Place, time: EpochMs): number {
  return place.last + (isProven(place, time) ? 365 * DAY_MS : 0);
}
