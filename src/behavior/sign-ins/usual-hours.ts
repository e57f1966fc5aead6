import { DAY_MS, type EpochMs } from '../../model/index.ts';

const HOURS = 48;
/** What the work week says weighs as much as so many sign-ins. */
const PRIOR_WEIGHT = 24;
/** Most sign-ins are within the work week, before anything is known. */
const PRIOR_WITHIN = 0.9;
const HALF_LIFE_MS = 28 * DAY_MS;

/**
 * The hours in which somebody signs in, on working days and on others. An hour counts once a day, however often
 * somebody signs in within it: sign-ins come in crowds, and would make few days look like many (over-dispersion).
 */
export class UsualHours {
  #counts = new Array<number>(HOURS).fill(0);
  #at: EpochMs = 0;
  #lastHour = -1;

  /** How probable an hour at most as usual as this one is. @param isWork of each of the 48 hours */
  tail(hour: number, isWork: (hour: number) => boolean): number {
    const within = this.#of(isWork);
    const total = this.#counts.reduce((sum, each) => sum + each, 0) + PRIOR_WEIGHT;
    const shares = this.#counts.map((_, each) => this.#share(each, isWork(each), within) / total);
    const own = shares[hour] ?? 0;
    const tail = shares.reduce((sum, share) => (share <= own * (1 + 1e-9) ? sum + share : sum), 0);
    return Math.min(1, Math.max(1e-6, tail));
  }

  learn(time: EpochMs, hour: number, hourOfTime: number): void {
    if (hourOfTime === this.#lastHour) return;
    this.#lastHour = hourOfTime;
    const fading = 2 ** (-Math.max(0, time - this.#at) / HALF_LIFE_MS);
    if (this.#at > 0) this.#counts = this.#counts.map((count) => (count < 1e-3 ? 0 : count * fading));
    this.#at = Math.max(this.#at, time);
    this.#counts[hour] = (this.#counts[hour] ?? 0) + 1;
  }

  snapshot(): readonly [readonly number[], EpochMs, number] {
    return [this.#counts, this.#at, this.#lastHour];
  }

  static of(this: void, [counts, at, lastHour]: ReturnType<UsualHours['snapshot']>): UsualHours {
    const made = new UsualHours();
    made.#counts = [...counts];
    made.#at = at;
    made.#lastHour = lastHour;
    return made;
  }

  #of(isWork: (hour: number) => boolean): number {
    return this.#counts.reduce((count, _, hour) => (isWork(hour) ? count + 1 : count), 0);
  }

  /** Own sign-ins, half of the neighbouring hours' among them, and what the work week says. */
  #share(hour: number, isWork: boolean, within: number): number {
    const day = hour - (hour % 24);
    const before = this.#counts[day + ((hour + 23) % 24)] ?? 0;
    const after = this.#counts[day + ((hour + 1) % 24)] ?? 0;
    const own = ((this.#counts[hour] ?? 0) * 2 + before + after) / 4;
    const prior = isWork
      ? PRIOR_WITHIN / Math.max(1, within)
      : (1 - PRIOR_WITHIN) / Math.max(1, HOURS - within);
    return own + PRIOR_WEIGHT * prior;
  }
}
