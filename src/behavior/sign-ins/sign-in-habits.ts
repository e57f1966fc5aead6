import { DAY_MS, type Detection, type EpochMs, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { WorkCalendar } from '../site-clock.ts';
import type { AccountUse } from './account-use.ts';
import { misuse, type Suspicion } from './credential-misuse.ts';
import { guessed, guessing } from './guessing.ts';
import type { HabitFacts, Latest, Shares } from './habit-facts.ts';
import { type BriefHabits, brief, inFull } from './habits-form.ts';
import { fromOlder, type OlderHabits } from './habits-older-form.ts';
import { Places } from './places.ts';
import { newShare, shareOf, taught } from './share.ts';
import { isConvicted, isNews, newTrial, tell, type Trial, tried } from './trial.ts';
import { UsualHours } from './usual-hours.ts';

/** Two places within so long are used at once. */
const AT_ONCE_MS = 10 * MINUTE_MS;
/** Days of use after which the habits are known: the contract's days with data. */
const MATURE_DAYS = 7;
const MATURE_AFTER_MS = 14 * DAY_MS;
/** Failures count towards a success for so long. */
const FAILED_BEFORE_MS = DAY_MS;
const INTERACTIVE: ReadonlySet<string> = new Set(['ssh', 'rdp', 'console', 'vpn', 'sso']);

/** How an account is used: from where, when, how. Judged before it is learnt, and what is told of is not learnt. */
export class SignInHabits {
  /** An entity has it; otherwise it waits for one whose identity was merged. Follows from who has it, and so is not saved. */
  isLived = false;
  #places = new Places();
  #hours = new UsualHours();
  #shares: Shares = {
    newPlace: newShare(),
    newOutside: newShare(),
    atOnce: newShare(),
    withoutMfa: newShare(),
    interactive: newShare(),
  };
  #first: EpochMs | null = null;
  #days = 0;
  #lastDay = 0;
  #latest: Latest | null = null;
  /** Of all who fail with this account. */
  #trial: Trial | null = null;
  /** Failures since the last success, and the last of them. */
  #failed = 0;
  #failedAt: EpochMs = 0;

  /** In event order. */
  observe(use: AccountUse): readonly Detection[] {
    const { signIn } = use;
    const guess = this.#guess(use);
    if (signIn.outcome === 'failure') {
      this.#failed = signIn.time - this.#failedAt > FAILED_BEFORE_MS ? 1 : Math.min(1_000, this.#failed + 1);
      this.#failedAt = Math.max(this.#failedAt, signIn.time);
    }
    if (signIn.outcome !== 'success') return guess === null ? [] : [guess];
    const suspicion = this.#suspicion(use);
    const found = this.#days === 0 ? null : misuse(suspicion, use, this.#maturity(signIn.time));
    const isAgain = use.place !== null && this.#places.isSuspect(use.place, signIn.time);
    this.#learn(use, suspicion, found !== null || guess !== null || isAgain);
    // A place that was told of is not told of again at every use.
    const told = isAgain && !(suspicion.failed < 1e-4) ? null : found;
    return [guess, told].filter((each) => each !== null);
  }

  snapshot(): HabitFacts {
    return {
      places: this.#places.snapshot(),
      hours: this.#hours.snapshot(),
      shares: this.#shares,
      first: this.#first,
      days: this.#days,
      lastDay: this.#lastDay,
      latest: this.#latest,
      trial: this.#trial,
      failed: this.#failed,
      failedAt: this.#failedAt,
    };
  }

  /** As it is written down. */
  said(): BriefHabits {
    return brief(this.snapshot());
  }

  /** What was written down; a state of version 3 said it by name. */
  static of(this: void, said: unknown): SignInHabits {
    const facts = Array.isArray(said)
      ? inFull(said as unknown as BriefHabits)
      : fromOlder(said as OlderHabits);
    const { places, hours, shares, trial, ...rest } = facts;
    const made = new SignInHabits();
    made.#places = Places.of(places);
    made.#hours = UsualHours.of(hours);
    made.#shares = { ...shares };
    made.#trial = trial === null ? null : { ...trial };
    made.#first = rest.first;
    made.#days = rest.days;
    made.#lastDay = rest.lastDay;
    made.#latest = rest.latest;
    made.#failed = rest.failed;
    made.#failedAt = rest.failedAt;
    return made;
  }

  /** The account is guessed at, from wherever; and the success after it from where nobody ever signed in. */
  #guess({ signIn, place }: AccountUse): Detection | null {
    const isUsual = place !== null && !this.#places.isNew(place, signIn.time);
    if (signIn.outcome === 'unknown' || (this.#trial === null && signIn.outcome === 'success')) return null;
    const trial = (this.#trial ??= newTrial('', false, signIn.time));
    const before = { ...trial };
    tried(trial, { ...signIn, peer: place, account: null });
    if (signIn.outcome === 'success') {
      if (!isConvicted(before)) return null;
      // Its owner signs in as always, while others guess.
      if (isUsual) {
        this.#trial = before;
        return null;
      }
      return guessed({ ...before, days: 0 }, signIn, 'Account was signed in to by guessing');
    }
    if (!isConvicted(trial) || !isNews(trial, signIn.time)) return null;
    const found = guessing(trial, signIn, {
      subject: 'Account is guessed at',
      severity: 'medium',
      isOfMachine: false,
    });
    tell(trial, signIn.time);
    return found;
  }

  #suspicion({ signIn, place, isService, hour, isWorkHour }: AccountUse): Suspicion {
    const { time, mfa, service, internal, provenance } = signIn;
    const prior = isService ? 0.1 : 0.5;
    const isNew = place !== null && this.#places.isNew(place, time);
    const isOutside = isNew && !internal;
    const latest = this.#latest;
    const isElsewhere =
      latest !== null &&
      place !== null &&
      latest.place !== place &&
      Math.abs(time - latest.time) <= AT_ONCE_MS;
    const isOtherSite = isElsewhere && latest.site !== provenance.site;
    const atOnce = shareOf(this.#shares.atOnce, this.#days, prior) * (isOtherSite ? 0.1 : 1);
    const isRecent = time - this.#failedAt <= FAILED_BEFORE_MS;
    const isInteractive = isService && INTERACTIVE.has(service);
    return {
      newPlace: isNew ? shareOf(this.#shares.newPlace, this.#days, prior) : 1,
      newOutside: isOutside ? shareOf(this.#shares.newOutside, this.#days, prior) : 1,
      hour: this.#hours.tail(hour, workHours(time, hour, isWorkHour)),
      // Two places at once say little where both are usual.
      atOnce: isElsewhere && (isNew || isOtherSite) ? atOnce : 1,
      isOtherSite,
      failed: isNew && isRecent ? 0.6 ** Math.min(40, this.#failed) : 1,
      withoutMfa: mfa === false ? shareOf(this.#shares.withoutMfa, this.#days, 0.5) : 1,
      interactive: isInteractive ? shareOf(this.#shares.interactive, this.#days, 0.1) : 1,
    };
  }

  #learn({ signIn, place, hour }: AccountUse, suspicion: Suspicion, isTold: boolean): void {
    const { time, provenance, internal, mfa } = signIn;
    this.#failed = 0;
    const day = Math.floor(time / DAY_MS);
    const isFirstPlace = this.#days === 0;
    this.#first ??= time;
    if (place !== null) {
      const isUnmet = !this.#places.has(place);
      this.#places.learn(place, time, isTold);
      if (!isTold && isUnmet && !isFirstPlace) this.#teach('newPlace', day);
      if (!isTold && isUnmet && !internal && !isFirstPlace) this.#teach('newOutside', day);
      // What comes late does not turn time back.
      if (this.#latest === null || time >= this.#latest.time) {
        this.#latest = { place, site: provenance.site, time };
      }
    }
    if (isTold) return;
    if (suspicion.atOnce < 1) this.#teach('atOnce', day);
    if (mfa === false) this.#teach('withoutMfa', day);
    if (suspicion.interactive < 1) this.#teach('interactive', day);
    this.#hours.learn(time, hour, Math.floor(time / HOUR_MS));
    if (day <= this.#lastDay) return;
    this.#days++;
    this.#lastDay = day;
  }

  #teach(what: keyof Shares, day: number): void {
    this.#shares[what] = taught(this.#shares[what], day);
  }

  #maturity(time: EpochMs): number {
    const calendar = this.#first === null ? 0 : (time - this.#first) / MATURE_AFTER_MS;
    return Math.max(0, Math.min(1, calendar, this.#days / MATURE_DAYS));
  }
}

/** Of each of the 48 hours, as the calendar of the hours around says; other days have no working hours. */
function workHours(time: EpochMs, hour: number, isWorkHour: WorkCalendar): (hour: number) => boolean {
  if (hour >= 24) {
    // The last working day is within a week: its hours are asked of the calendar around it.
    for (let back = 1; back <= 7; back++) {
      const day = time - (hour - 24) * HOUR_MS - back * DAY_MS;
      const open = Array.from({ length: 24 }, (_, each) => isWorkHour(day + each * HOUR_MS));
      if (open.includes(true)) return (each) => each < 24 && (open[each] ?? false);
    }
    return () => false;
  }
  const midnight = time - hour * HOUR_MS;
  return (each) => each < 24 && isWorkHour(midnight + each * HOUR_MS);
}
