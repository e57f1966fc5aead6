import type { EpochMs } from '../model/index.ts';
import type { Baselines, Departure } from './baselines.ts';
import type { KnownDestination } from './destinations.ts';
import type { SiteClock } from './site-clock.ts';

/** What is normal for one entity, to be read at once: it shows the state as it is when it is asked. */
export class Baseline {
  readonly #baselines: Baselines;
  readonly #row: number;

  constructor(baselines: Baselines, row: number) {
    this.#baselines = baselines;
    this.#row = row;
  }

  /** 0…1 (contract §3): the more unusual of the last whole hour and the running one, counted twice. */
  get deviation(): number {
    return this.#baselines.deviation(this.#row);
  }

  /** How unusual the last whole hour was: −log₁₀ p, unbounded. */
  get hourSurprise(): number {
    return this.#baselines.hourSurprise(this.#row);
  }

  /** The hour that `deviation` speaks of, where there is one, beside what is usual in such an hour. */
  departure(clock: SiteClock): Departure {
    return this.#baselines.departure(this.#row, clock);
  }

  /** Weighted over working and other hours, as they occur. */
  get connectionsPerHour(): number {
    return this.#baselines.connectionsPerHour(this.#row);
  }

  /** Payload bytes that it sends in an hour in which it does anything, by their order of magnitude. */
  get usualSent(): number {
    return this.#baselines.usualSent(this.#row);
  }

  /** How many destinations are known of it, at most `LIMITS.destinationsPerEntity`. */
  get destinationCount(): number {
    return this.#baselines.destinations.size(this.#row);
  }

  /** How many it met at most: one that gave way for others counts each time that it is met anew. */
  get destinationsMet(): number {
    return this.#baselines.destinations.met(this.#row);
  }

  /** Share of observed hours in which it said anything. */
  get occupancy(): number {
    return this.#baselines.occupancy(this.#row);
  }

  get daysWithData(): number {
    return this.#baselines.learning.daysWithData(this.#row);
  }

  /** Most used first. */
  knownDestinations(): readonly KnownDestination[] {
    return this.#baselines.destinations.known(this.#row);
  }

  /** The day from which the 14 days count: the earlier of enrolment and first event. */
  begin(enrolledAt: EpochMs | null): EpochMs | null {
    return this.#baselines.learning.begin(this.#row, enrolledAt);
  }

  establishedAt(enrolledAt: EpochMs | null, now: EpochMs): EpochMs | null {
    return this.#baselines.learning.establishedAt(this.#row, enrolledAt, now);
  }

  /** 0…1: the lesser of calendar days and days with data towards what establishing asks. */
  maturity(enrolledAt: EpochMs | null, now: EpochMs): number {
    return this.#baselines.learning.maturity(this.#row, enrolledAt, now);
  }
}
