/** What may be inside a gate at once. */
export interface Room {
  readonly places: number;
  /** Of the requests' bodies together: each may lie in memory. */
  readonly bytes: number;
}

/** Who is inside already comes in again only up to here: the rest is for those who have nothing inside. */
const SHARE_OF_MORE = 0.75;
const NOTHING: Room = { places: 0, bytes: 0 };
/** How much a request's time counts in the measured one. */
const WEIGHT_OF_NEWEST = 0.125;
const LONGEST_RETRY_SECONDS = 30;

/** A request inside. It leaves when its answer is gone and what it set going has ended, also where nobody waits for it. */
export class Place {
  readonly #onEmpty: () => void;
  #reasons = 1;

  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty;
  }

  /** The place is held until this has ended too; `null`, and nothing is begun, for an asker who has gone already. */
  during<T>(work: () => Promise<T>): Promise<T> | null {
    if (this.#reasons === 0) return null;
    this.#reasons += 1;
    return work().finally(() => this.leave());
  }

  /** To be called once, when the answer is gone. */
  leave(): void {
    this.#reasons -= 1;
    if (this.#reasons === 0) this.#onEmpty();
  }
}

/**
 * How many requests of one kind, and how many bytes, may be under way at once; what is beyond is told to come back. However
 * many askers flood it, a quarter of it is left for who asks once.
 */
export class Gate {
  readonly #room: Room;
  readonly #now: () => number;
  readonly #inside = new Map<string, Room>();
  #measuredMs = 0;
  readonly #onEmpty: (() => void)[] = [];

  /** `now` in milliseconds, to measure how long requests stay. */
  constructor(room: Room, now: () => number = () => performance.now()) {
    this.#room = room;
    this.#now = now;
  }

  /** After this time a place that is taken now is likely to be free: as long as requests stay, as measured. */
  get retryAfterSeconds(): number {
    return Math.min(Math.max(1, Math.ceil(this.#measuredMs / 1_000)), LONGEST_RETRY_SECONDS);
  }

  /** `null` when there is no room for so many bytes more, at all or for an asker who is inside already. */
  enter(asker: string, bytes: number): Place | null {
    const own = this.#inside.get(asker);
    const all = [...this.#inside.values()].reduce(together, NOTHING);
    const came = { places: 1, bytes };
    if (!fits(together(all, came), this.#room, own === undefined ? 1 : SHARE_OF_MORE)) return null;
    this.#inside.set(asker, together(own ?? NOTHING, came));
    const since = this.#now();
    return new Place(() => this.#left(asker, bytes, this.#now() - since));
  }

  /** Does something inside; `null`, and nothing is begun, where there is no room. */
  async within<T>(asker: string, bytes: number, work: () => Promise<T>): Promise<T | null> {
    const place = this.enter(asker, bytes);
    if (place === null) return null;
    try {
      return await work();
    } finally {
      place.leave();
    }
  }

  /** Resolves when nobody is inside. */
  async empty(): Promise<void> {
    if (this.#inside.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #left(asker: string, bytes: number, stayedMs: number): void {
    const own = this.#inside.get(asker) ?? { places: 1, bytes };
    if (own.places === 1) this.#inside.delete(asker);
    else this.#inside.set(asker, together(own, { places: -1, bytes: -bytes }));
    if (this.#inside.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    this.#measuredMs += WEIGHT_OF_NEWEST * (stayedMs - this.#measuredMs);
  }
}

function together(a: Room, b: Room): Room {
  return { places: a.places + b.places, bytes: a.bytes + b.bytes };
}

function fits(inside: Room, room: Room, share: number): boolean {
  return inside.places <= share * room.places && inside.bytes <= share * room.bytes;
}
