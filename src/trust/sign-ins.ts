import { type Authentication, DAY_MS, type EpochMs, HOUR_MS, type Sealed } from '../model/index.ts';

export interface SignInCounts {
  success: number;
  failure: number;
  unknown: number;
}

interface Hour extends SignInCounts {
  readonly hour: number;
  withoutMfa: number;
}

/** The sign-ins of one identity in a sliding day, by the hour. */
export class SignIns {
  #hours: Hour[] = [];
  /** Whether any source ever said if a second factor was used. */
  #mfaKnown = false;

  observe(event: Authentication<Sealed>): void {
    const number = Math.floor(event.time / HOUR_MS);
    let hour = this.#hours.find((each) => each.hour === number);
    if (hour === undefined) {
      hour = { hour: number, success: 0, failure: 0, unknown: 0, withoutMfa: 0 };
      this.#hours.push(hour);
      this.#hours = this.#hours.filter((each) => each.hour > number - 25);
    }
    hour[event.outcome] += Math.max(1, event.outcome === 'failure' ? (event.attempts ?? 1) : 1);
    if (event.mfa !== null) this.#mfaKnown = true;
    if (event.outcome === 'success' && event.mfa === false) hour.withoutMfa++;
  }

  within24h(now: EpochMs): SignInCounts {
    const total: SignInCounts = { success: 0, failure: 0, unknown: 0 };
    for (const each of this.#recent(now)) {
      total.success += each.success;
      total.failure += each.failure;
      total.unknown += each.unknown;
    }
    return total;
  }

  withoutMfa24h(now: EpochMs): number {
    return this.#mfaKnown ? this.#recent(now).reduce((sum, each) => sum + each.withoutMfa, 0) : 0;
  }

  /** When the oldest counted hour leaves the sliding day; `null` where nothing is counted. */
  nextChange(now: EpochMs): EpochMs | null {
    const oldest = Math.min(...this.#recent(now).map((each) => each.hour));
    return Number.isFinite(oldest) ? oldest * HOUR_MS + DAY_MS + HOUR_MS : null;
  }

  snapshot(): unknown {
    return [this.#hours, this.#mfaKnown];
  }

  #recent(now: EpochMs): readonly Hour[] {
    return this.#hours.filter((each) => (each.hour + 1) * HOUR_MS > now - DAY_MS);
  }
}
