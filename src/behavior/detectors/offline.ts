import { type Detection, type EpochMs, HOUR_MS } from '../../model/index.ts';
import type { Baseline } from '../baseline.ts';

/** Only what is nearly always heard can be missed: nine hours in ten, over at least a week of data. */
const OCCUPANCY = 0.9;
const DAYS_WITH_DATA = 7;
/** Silent for this many times its longest ordinary gap, and for three hours at least. */
const GAPS = 3;
const SHORTEST_MS = 3 * HOUR_MS;

/**
 * The gap in which an entity is ordinarily silent: the longest seen, forgetting slowly. An entity
 * with a quiet night is not missed at night.
 */
export class Silence {
  #lastHeard: EpochMs | null = null;
  #longestGapMs = 0;

  hear(time: EpochMs): void {
    if (this.#lastHeard !== null) {
      const gap = time - this.#lastHeard;
      if (gap < 0) return;
      // Halves over some 700 events; a single long outage does not excuse the next one for ever.
      this.#longestGapMs = Math.max(gap, this.#longestGapMs * 0.999);
    }
    this.#lastHeard = time;
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
  const hours = Math.max(1, Math.round((now - since) / HOUR_MS));
  const text = `Device has been silent for ${hours} hours; it is usually heard every hour`;
  return {
    type: 'unexpected_offline',
    at: now,
    severity: 'medium',
    confidence: 0.8,
    description: text,
    technique: null,
    expected: 'an event in nearly every hour',
    observed: `none for ${hours} hours`,
    evidence: [
      { summary: text, at: since, sensor: null, uid: null, communityId: null, count: null, subject: null },
    ],
  };
}
