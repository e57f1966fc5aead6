import { DAY_MS, type EpochMs } from '../../model/index.ts';

const HOURS = 48;
/** What the work week says weighs as much as so many sign-ins. */
const PRIOR_WEIGHT = 24;
/** Most sign-ins are within the work week, before anything is known. */
const PRIOR_WITHIN = 0.9;
const HALF_LIFE_MS = 28 * DAY_MS;
const HUNDREDTHS = 100;

/**
 * The hours in which somebody signs in, on working days and on others. An hour counts once a day, however often
 * somebody signs in within it: sign-ins come in crowds, and would make few days look like many (over-dispersion).
 */
export class UsualHours {
  /** In hundredths of a sign-in at {@link UsualHours.#base}: one that comes later weighs more, so that the others stay as they are. */
  #counts = new Array<number>(HOURS).fill(0);
  #base: EpochMs = 0;
  #at: EpochMs = 0;
  #lastHour = -1;

  /** How probable an hour at most as usual as this one is. @param isWork of each of the 48 hours */
  tail(hour: number, isWork: (hour: number) => boolean): number {
    const within = this.#of(isWork);
    const scale = this.#fading() / HUNDREDTHS;
    const counts = this.#counts.map((count) => count * scale);
    const total = counts.reduce((sum, each) => sum + each, 0) + PRIOR_WEIGHT;
    const shares = counts.map((_, each) => shareOfHour(counts, each, isWork(each), within) / total);
    const own = shares[hour] ?? 0;
    const tail = shares.reduce((sum, share) => (share <= own * (1 + 1e-9) ? sum + share : sum), 0);
    return Math.min(1, Math.max(1e-6, tail));
  }

  learn(time: EpochMs, hour: number, hourOfTime: number): void {
    if (hourOfTime === this.#lastHour) return;
    this.#lastHour = hourOfTime;
    this.#at = Math.max(this.#at, time);
    if (this.#at - this.#base > HALF_LIFE_MS) this.#rebase();
    this.#counts[hour] = (this.#counts[hour] ?? 0) + Math.round(HUNDREDTHS / this.#fading());
  }

  /** The hours that have a count, each before it. */
  snapshot(): readonly number[] {
    const counted = this.#counts.flatMap((count, hour) => (count === 0 ? [] : [hour, count]));
    return [this.#base, this.#at - this.#base, this.#lastHour, ...counted];
  }

  static of(this: void, [base = 0, since = 0, lastHour = -1, ...counted]: readonly number[]): UsualHours {
    const made = new UsualHours();
    for (let i = 0; i < counted.length; i += 2) made.#counts[counted[i] ?? 0] = counted[i + 1] ?? 0;
    made.#base = base;
    made.#at = base + since;
    made.#lastHour = lastHour;
    return made;
  }

  /** Of counts as they were at an instant. */
  static from(this: void, counts: readonly number[], at: EpochMs, lastHour: number): UsualHours {
    const made = new UsualHours();
    made.#counts = counts.map((count) => Math.round(count * HUNDREDTHS));
    made.#base = at;
    made.#at = at;
    made.#lastHour = lastHour;
    return made;
  }

  /** What is left of a count since the base. */
  #fading(): number {
    return 2 ** ((this.#base - this.#at) / HALF_LIFE_MS);
  }

  #rebase(): void {
    const fading = this.#fading();
    this.#counts = this.#counts.map((count) => Math.round(count * fading));
    this.#base = this.#at;
  }

  #of(isWork: (hour: number) => boolean): number {
    return this.#counts.reduce((count, _, hour) => (isWork(hour) ? count + 1 : count), 0);
  }
}

/** Own sign-ins, half of the neighbouring hours' among them, and what the work week says. */
function shareOfHour(counts: readonly number[], hour: number, isWork: boolean, within: number): number {
  const day = hour - (hour % 24);
  const before = counts[day + ((hour + 23) % 24)] ?? 0;
  const after = counts[day + ((hour + 1) % 24)] ?? 0;
  const own = ((counts[hour] ?? 0) * 2 + before + after) / 4;
  const prior = isWork
    ? PRIOR_WITHIN / Math.max(1, within)
    : (1 - PRIOR_WITHIN) / Math.max(1, HOURS - within);
  return own + PRIOR_WEIGHT * prior;
}
