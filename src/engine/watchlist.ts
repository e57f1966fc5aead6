import { DAY_MS, type EntityProfile } from '../model/index.ts';
import type { Shared } from './grounds.ts';
import type { Kept } from './kept.ts';
import type { Standings } from './standings.ts';

const STRANGER_LEAVES_MS = 7 * DAY_MS;

/** Who is listed among the devices at risk: a stranger that passed by leaves, a device of the fleet never does. */
export class Watchlist {
  readonly #kept: Kept;
  readonly #shared: Shared;

  constructor(kept: Kept, shared: Shared) {
    this.#kept = kept;
    this.#shared = shared;
  }

  /** A stranger at risk without a time to leave: it has left, or was never heard. Its next sign of life decides. */
  isAway(row: number): boolean {
    const { standings, deadlines } = this.#kept;
    return isStranger(standings, row) && standings.level(row) !== 'low' && !deadlines.has(row, 'leaving');
  }

  /** In the list of devices at risk is who belongs there and has not left. A device of the fleet never leaves. */
  update(row: number, profile: EntityProfile): void {
    const { atRisk } = this.#kept.sums;
    const was = atRisk.has(row);
    this.#place(row, profile);
    if (atRisk.has(row) !== was) this.#shared.changes.atRisk(profile.id, !was, this.#shared.now);
  }

  #place(row: number, { lastSeen }: EntityProfile): void {
    const { standings, sums, deadlines } = this.#kept;
    if (!standings.flags.has(row, 'device') || standings.level(row) === 'low') {
      return sums.atRisk.place(row, null);
    }
    const leaves = isStranger(standings, row) && lastSeen !== null ? lastSeen + STRANGER_LEAVES_MS : null;
    const hasLeft = leaves !== null && (this.#shared.time.now ?? 0) > leaves;
    sums.atRisk.place(row, hasLeft ? null : standings.risk(row));
    const due = deadlines.at(row, 'leaving');
    if (leaves === null || hasLeft) deadlines.set(row, 'leaving', null);
    else if (due === null || due > leaves + 1) deadlines.set(row, 'leaving', leaves + 1);
  }
}

function isStranger({ flags }: Standings, row: number): boolean {
  return flags.has(row, 'device') && !flags.has(row, 'enrolled');
}
