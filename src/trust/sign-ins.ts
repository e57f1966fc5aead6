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

/** A day, and the hour that has begun. Two more days, so that one broken clock hides no sign-in of today. */
const HOURS_KEPT = 25 + 48;
/** What one record may claim; a sensor's own word is not believed without bound. */
const MOST_ATTEMPTS = 10_000;

/** The sign-ins of one identity in a sliding day, by the hour. */
export class SignIns {
  /** An entity has it; otherwise it waits for one whose identity was merged. Follows from who has it, and so is not saved. */
  isLived = false;
  #hours: Hour[] = [];
  /** Whether any source ever said if a second factor was used. */
  #mfaKnown = false;

  observe(event: Authentication<Sealed>): void {
    const number = Math.floor(event.time / HOUR_MS);
    let hour = this.#hours.find((each) => each.hour === number);
    if (hour === undefined) {
      hour = { hour: number, success: 0, failure: 0, unknown: 0, withoutMfa: 0 };
      this.#hours.push(hour);
      const newest = Math.max(...this.#hours.map((each) => each.hour));
      this.#hours = this.#hours.filter((each) => each.hour > newest - HOURS_KEPT);
    }
    hour[event.outcome] += event.outcome === 'failure' ? attemptsOf(event) : 1;
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

  snapshot(): readonly [readonly Readonly<Hour>[], boolean] {
    return [this.#hours, this.#mfaKnown];
  }

  /** What a snapshot says. */
  static of(this: void, said: unknown): SignIns {
    const [hours, mfaKnown] = said as ReturnType<SignIns['snapshot']>;
    const made = new SignIns();
    made.#hours = hours.map((each) => ({ ...each }));
    made.#mfaKnown = mfaKnown;
    return made;
  }

  #recent(now: EpochMs): readonly Hour[] {
    return this.#hours.filter(({ hour }) => (hour + 1) * HOUR_MS > now - DAY_MS);
  }
}

function attemptsOf({ attempts }: Authentication<Sealed>): number {
  return Math.min(MOST_ATTEMPTS, Math.max(1, attempts ?? 1));
}
