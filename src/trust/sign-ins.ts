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

type BriefSignIns = readonly [mfaKnown: number, begin: number, ...hours: (readonly number[])[]];

/** As a state of version 3 says them. */
type OlderSignIns = readonly [hours: readonly Readonly<Hour>[], mfaKnown: boolean];

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

  /** Each hour as it comes after the first one, and what it counts, without the zeros at its end. */
  snapshot(): BriefSignIns {
    const begin = this.#hours[0]?.hour ?? 0;
    const hours = this.#hours.map(({ hour, success, failure, unknown, withoutMfa }) => {
      const counts = [success, failure, unknown, withoutMfa];
      return [hour - begin, ...counts.slice(0, counts.findLastIndex((count) => count > 0) + 1)];
    });
    return [this.#mfaKnown ? 1 : 0, begin, ...hours];
  }

  /** What a snapshot says. */
  static of(this: void, said: unknown): SignIns {
    const made = new SignIns();
    if (isOlder(said)) {
      made.#hours = said[0].map((each) => ({ ...each }));
      made.#mfaKnown = said[1];
      return made;
    }
    const [mfaKnown, begin, ...hours] = said as BriefSignIns;
    made.#hours = hours.map(([after = 0, success = 0, failure = 0, unknown = 0, withoutMfa = 0]) => {
      return { hour: begin + after, success, failure, unknown, withoutMfa };
    });
    made.#mfaKnown = mfaKnown === 1;
    return made;
  }

  #recent(now: EpochMs): readonly Hour[] {
    return this.#hours.filter(({ hour }) => (hour + 1) * HOUR_MS > now - DAY_MS);
  }
}

function isOlder(said: unknown): said is OlderSignIns {
  return Array.isArray(said) && Array.isArray(said[0]);
}

function attemptsOf({ attempts }: Authentication<Sealed>): number {
  return Math.min(MOST_ATTEMPTS, Math.max(1, attempts ?? 1));
}
