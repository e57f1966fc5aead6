import type { Table } from '../columns/index.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../model/index.ts';
import type { Baselines } from './baselines.ts';

/** Only what is nearly always heard can be missed: nine hours in ten, over at least a week of data. */
const OCCUPANCY = 0.9;
const DAYS_WITH_DATA = 7;
/** Silent for this many times its longest ordinary gap, and for three hours at least. */
const GAPS = 3;
const SHORTEST_MS = 3 * HOUR_MS;

/** What was its longest gap counts half as long after some two weeks. */
const GAP_FADES_MS = 20 * DAY_MS;

/** Until when silence says nothing. */
type Excuse = () => EpochMs;
const NEVER: Excuse = () => 0;

/**
 * The gap in which an entity is ordinarily silent: the longest seen, forgetting slowly with time, not
 * with events: a busy machine with a quiet Sunday is not missed on Sunday.
 */
export class Silences {
  readonly #baselines: Baselines;
  readonly #isHeard;
  readonly #lastHeard;
  readonly #longestGapMs;

  constructor(rows: Table, baselines: Baselines) {
    this.#baselines = baselines;
    this.#isHeard = rows.u8('is_heard');
    this.#lastHeard = rows.f64('last_heard');
    this.#longestGapMs = rows.f32('longest_gap_ms');
  }

  /**
   * @param steadySince what its sensor did not hear either is no gap of its own
   * @param excusedUntil nor what work on it excuses; asked only where that could matter, which is seldom
   */
  hear(row: number, time: EpochMs, steadySince: EpochMs, excusedUntil: Excuse = NEVER): void {
    const last = this.lastHeard(row);
    if (last !== null && time > last) this.#learnGap(row, last, time, steadySince, excusedUntil);
    const isClockBroken = last !== null && last - time > HOUR_MS;
    if (last !== null && time <= last && !isClockBroken) return;
    this.#isHeard.set(row, 1);
    this.#lastHeard.set(row, time);
  }

  lastHeard(row: number): EpochMs | null {
    return this.#isHeard.at(row) === 0 ? null : this.#lastHeard.at(row);
  }

  /** The instant at which its silence becomes a departure; `null` where it is no one to be missed. */
  deadline(row: number, sensorSteadySince: EpochMs): EpochMs | null {
    const last = this.lastHeard(row);
    if (last === null || this.#baselines.occupancy(row) < OCCUPANCY) return null;
    if (this.#baselines.learning.daysWithData(row) < DAYS_WITH_DATA) return null;
    const from = Math.max(last, sensorSteadySince);
    return from + Math.max(SHORTEST_MS, GAPS * this.#longestGapMs.at(row));
  }

  #learnGap(row: number, last: EpochMs, time: EpochMs, steadySince: EpochMs, excusedUntil: Excuse): void {
    const fades = Math.max(0, 1 - (time - last) / GAP_FADES_MS);
    const longest = this.#longestGapMs.at(row) * fades;
    const heardSince = Math.max(last, steadySince);
    const isOrdinary = time - heardSince <= longest;
    this.#longestGapMs.set(
      row,
      isOrdinary ? longest : Math.max(longest, this.#gap(row, Math.max(heardSince, excusedUntil()), time)),
    );
  }

  /** Of a silence that was a departure nothing is learnt: each outage would make the next one be missed three times as late. */
  #gap(row: number, from: EpochMs, time: EpochMs): number {
    const missedAt = time - from <= SHORTEST_MS ? null : this.deadline(row, from);
    return missedAt !== null && time > missedAt ? 0 : Math.max(0, time - from);
  }
}
