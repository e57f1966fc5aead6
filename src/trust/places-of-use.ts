import { type EpochMs, HOUR_MS, MINUTE_MS, LIMITS } from '../model/index.ts';

/** From where an identity was used, and when last. */
interface Place {
  readonly site: string;
  readonly address: string | null;
  last: EpochMs;
}

/** Who is in one place and back in another within this time was in both: nobody roams to and fro so fast. */
const AT_ONCE_MS = 15 * MINUTE_MS;
/** It is told for so long after it was seen. */
const TOLD_MS = 24 * HOUR_MS;
/** How sure it is: two addresses of one site may be two cards of one machine, two sites are not. */
const CONFIDENCE = { site: 0.5, sites: 0.8 } as const;

export interface TwoPlaces {
  readonly at: EpochMs;
  readonly confidence: number;
}

/** As it is written down. */
export interface UsesSaid {
  readonly places: readonly Readonly<Place>[];
  readonly twice: TwoPlaces | null;
}

/**
 * From where one identity was used of late. A move is no finding: a machine gets another address. To be back where it
 * was, after it was elsewhere, within minutes, is one key in two machines.
 */
export class PlacesOfUse {
  #places: Place[] = [];
  #twice: TwoPlaces | null = null;

  use(site: string, address: string | null, at: EpochMs): void {
    const known = this.#places.find((each) => each.site === site && each.address === address);
    if (known === undefined) {
      this.#places.push({ site, address, last: at });
      if (this.#places.length > LIMITS.placesPerIdentity) this.#places.splice(this.#oldest(), 1);
      return;
    }
    const between = this.#places.filter(
      (each) => each !== known && each.last > known.last && each.last <= at,
    );
    if (between.length > 0 && at - known.last <= AT_ONCE_MS) {
      const elsewhere = between.some((each) => each.site !== site);
      this.#twice = { at, confidence: elsewhere ? CONFIDENCE.sites : CONFIDENCE.site };
    }
    known.last = Math.max(known.last, at);
  }

  /** `null` where it was not so within a day. */
  twice(now: EpochMs): TwoPlaces | null {
    return this.#twice !== null && now < this.#twice.at + TOLD_MS ? this.#twice : null;
  }

  /** When what is told now will no longer be. */
  nextChange(now: EpochMs): EpochMs | null {
    const told = this.twice(now);
    return told === null ? null : told.at + TOLD_MS;
  }

  said(): UsesSaid {
    return { places: this.#places.map((each) => ({ ...each })), twice: this.#twice };
  }

  static of(this: void, { places, twice }: UsesSaid): PlacesOfUse {
    const made = new PlacesOfUse();
    made.#places = places.map((each) => ({ ...each }));
    made.#twice = twice;
    return made;
  }

  #oldest(): number {
    return this.#places.reduce(
      (least, each, index, all) => (each.last < (all[least]?.last ?? 0) ? index : least),
      0,
    );
  }
}
