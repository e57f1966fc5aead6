import type { Table } from '../columns/index.ts';

/** An hour as improbable as this surprises. */
const SURPRISING = 1e-3;
/** An hour as improbable as this may be an attack: it teaches a tenth of what it would … */
const SUSPECT = 1e-4;
const SUSPECT_SHARE = 0.1;
/** … until it has gone on for three days: then it is how things are now. */
const SUSPECT_HOURS = 72;
const HOURS_OF_WEEK = 168;

/** @param tail 0…1, how probable an hour at least as unusual was */
export function isSuspect(tail: number): boolean {
  return tail < SUSPECT;
}

/** @param tail as {@link isSuspect} has it */
export function isSurprising(tail: number): boolean {
  return tail < SURPRISING;
}

/** How far an hour is an example that is as unusual as an attack: to its own entity, and to its kind. */
export class Suspicion {
  /** The week in which it last surprised its kind. */
  readonly #surprisedIn;
  /** Hours in a row that may have been an attack. */
  readonly #suspectHours;

  constructor(rows: Table) {
    this.#surprisedIn = rows.u16('surprised_in');
    this.#suspectHours = rows.u8('suspect_hours');
  }

  /** One member makes its kind expect only so much: a surprising hour of it counts once a week. Asked once of an hour. */
  isNews(row: number, hour: number, tail: number): boolean {
    if (!isSurprising(tail)) return true;
    const week = Math.floor(hour / HOURS_OF_WEEK) & 0xff_ff;
    if (this.#surprisedIn.at(row) === week) return false;
    this.#surprisedIn.set(row, week);
    return true;
  }

  /** What of an hour above the mean is learnt, 0…1. Asked once of an hour. */
  share(row: number, tail: number): number {
    if (!isSuspect(tail)) {
      if (this.#suspectHours.at(row) > 0) this.#suspectHours.set(row, 0);
      return 1;
    }
    const suspect = this.#suspectHours.at(row);
    if (suspect >= SUSPECT_HOURS) return 1;
    this.#suspectHours.set(row, suspect + 1);
    return SUSPECT_SHARE;
  }

  /** An operator said that it is how things are now: what comes teaches in full. Gives what was, to take it back. */
  end(row: number): number {
    const before = this.#suspectHours.at(row);
    this.#suspectHours.set(row, SUSPECT_HOURS);
    return before;
  }

  revert(row: number, suspectHours: number): void {
    this.#suspectHours.set(row, suspectHours);
  }
}
