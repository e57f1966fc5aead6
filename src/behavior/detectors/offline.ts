import { DAY_MS, type Detection, type EpochMs, HOUR_MS, iso } from '../../model/index.ts';
import type { Baseline } from '../baseline.ts';

/** Only what is nearly always heard can be missed: nine hours in ten, over at least a week of data. */
const OCCUPANCY = 0.9;
const DAYS_WITH_DATA = 7;
/** Silent for this many times its longest ordinary gap, and for three hours at least. */
const GAPS = 3;
const SHORTEST_MS = 3 * HOUR_MS;

/** What was its longest gap counts half as long after some two weeks. */
const GAP_FADES_MS = 20 * DAY_MS;

/**
 * The gap in which an entity is ordinarily silent: the longest seen, forgetting slowly with time, not
 * with events: a busy machine with a quiet Sunday is not missed on Sunday.
 */
export class Silence {
  #lastHeard: EpochMs | null = null;
  #longestGapMs = 0;

  /**
   * @param steadySince what its sensor did not hear either is no gap of its own
   * @param missedAt when its silence became a departure; the rest of an outage is not ordinary
   */
  hear(time: EpochMs, steadySince: EpochMs, missedAt: EpochMs | null): void {
    if (this.#lastHeard !== null && time > this.#lastHeard) {
      const from = Math.max(this.#lastHeard, steadySince);
      const gap = Math.max(0, Math.min(time, missedAt ?? time) - from);
      const fades = Math.max(0, 1 - (time - this.#lastHeard) / GAP_FADES_MS);
      this.#longestGapMs = Math.max(gap, this.#longestGapMs * fades);
    }
    const isClockBroken = this.#lastHeard !== null && this.#lastHeard - time > HOUR_MS;
    if (this.#lastHeard === null || time > this.#lastHeard || isClockBroken) this.#lastHeard = time;
  }

  get lastHeard(): EpochMs | null {
    return this.#lastHeard;
  }

  /** The instant at which its silence becomes a departure; `null` where it is no one to be missed. */
  deadline(baseline: Baseline, sensorSteadySince: EpochMs): EpochMs | null {
    if (this.#lastHeard === null) return null;
    if (baseline.occupancy < OCCUPANCY || baseline.daysWithData < DAYS_WITH_DATA) return null;
    const from = Math.max(this.#lastHeard, sensorSteadySince);
    return from + Math.max(SHORTEST_MS, GAPS * this.#longestGapMs);
  }

  snapshot(): unknown {
    return [this.#lastHeard, this.#longestGapMs];
  }
}

/** A device that is nearly always heard has fallen silent while its sensor still hears others. */
export function offlineDetection(silence: Silence, now: EpochMs): Detection {
  const since = silence.lastHeard ?? now;
  const text = `Device has been silent since ${iso(since)}; it is usually heard every hour`;
  return {
    type: 'unexpected_offline',
    at: now,
    severity: 'medium',
    confidence: 0.8,
    description: text,
    technique: null,
    expected: 'an event in nearly every hour',
    observed: `none since ${iso(since)}`,
    evidence: [
      { summary: text, at: since, sensor: null, uid: null, communityId: null, count: null, subject: null },
    ],
  };
}
