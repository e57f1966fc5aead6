import { DAY_MS, type EntityId, type EntityProfile, rank, SEVERITIES } from '../model/index.ts';
import type { Anomalies } from './anomalies.ts';
import type { Shared } from './grounds.ts';
import type { Kept } from './kept.ts';
import type { Standings } from './standings.ts';

const STRANGER_LEAVES_MS = 7 * DAY_MS;

/**
 * Who is listed among the devices at risk (docs/adr/0030): a stranger that passed by leaves, a device of the fleet never
 * does. Nor does anybody leave of whom something grave is open, and while nothing is enrolled the strangers are the fleet.
 */
export class Watchlist {
  readonly #kept: Kept;
  readonly #shared: Shared;
  readonly #anomalies: Pick<Anomalies, 'open'>;

  constructor(kept: Kept, shared: Shared, anomalies: Pick<Anomalies, 'open'>) {
    this.#kept = kept;
    this.#shared = shared;
    this.#anomalies = anomalies;
  }

  /** A stranger at risk without a time to leave: that has passed, or it was never heard. Its next sign of life decides. */
  isAway(row: number): boolean {
    const { standings, deadlines } = this.#kept;
    return isStranger(standings, row) && standings.level(row) !== 'low' && !deadlines.has(row, 'leaving');
  }

  /** In the list of devices at risk is who belongs there and has not left. */
  update(row: number, profile: EntityProfile): void {
    const { atRisk } = this.#kept.sums;
    const was = atRisk.has(row);
    this.#place(row, profile);
    if (atRisk.has(row) !== was) this.#shared.changes.atRisk(profile.id, !was, this.#shared.now);
  }

  #place(row: number, { id, lastSeen }: EntityProfile): void {
    const { standings, sums, deadlines } = this.#kept;
    if (!standings.flags.has(row, 'device') || standings.level(row) === 'low') {
      return sums.atRisk.place(row, null);
    }
    const leaves = isStranger(standings, row) && lastSeen !== null ? lastSeen + STRANGER_LEAVES_MS : null;
    const isGone = leaves !== null && (this.#shared.time.now ?? 0) > leaves;
    sums.atRisk.place(row, isGone && !this.#stays(id) ? null : standings.risk(row));
    const due = deadlines.at(row, 'leaving');
    if (leaves === null || isGone) deadlines.set(row, 'leaving', null);
    else if (due === null || due > leaves + 1) deadlines.set(row, 'leaving', leaves + 1);
  }

  #stays(id: EntityId): boolean {
    return (
      !this.#shared.isAnyEnrolled ||
      this.#anomalies.open(id).some(({ severity }) => rank(SEVERITIES, severity) >= GRAVE)
    );
  }
}

const GRAVE = rank(SEVERITIES, 'high');

function isStranger({ flags }: Standings, row: number): boolean {
  return flags.has(row, 'device') && !flags.has(row, 'enrolled');
}
