import { type EpochMs, MINUTE_MS, WEEKDAYS, type WeeklyTime } from '../model/index.ts';
import { add, type RuleSet, noRules } from './bits.ts';
import { cutLine, type Stretch } from './stretches.ts';

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Which rules hold at a minute of the week (0: Monday 00:00, by the site's clock); those without times always do. */
export class TimeTable {
  readonly #cuts: Int32Array;
  readonly #sets: readonly RuleSet[];
  readonly #always: RuleSet;

  constructor(times: readonly (readonly WeeklyTime[] | undefined)[]) {
    const rules = times.length;
    this.#always = noRules(rules);
    const stretches: Stretch<number>[] = [];
    for (const [rule, own] of times.entries()) {
      if (own === undefined) add(this.#always, rule);
      for (const time of own ?? []) {
        for (const [first, behind] of minutesOf(time)) stretches.push({ rule, first, behind });
      }
    }
    const { cuts, sets } = cutLine(stretches, 0, (a, b) => a - b, rules);
    this.#cuts = Int32Array.from(cuts);
    this.#sets = sets.map((set) => set.map((word, place) => word | (this.#always[place] as number)));
  }

  /** @param minute `null` where it is not known: then only those hold that always do */
  of(minute: number | null): RuleSet {
    if (minute === null) return this.#always;
    let place = this.#cuts.length - 1;
    while (place > 0 && (this.#cuts[place] as number) > minute) place--;
    return this.#sets[place] ?? this.#always;
  }
}

/** The minutes of the week within a time, each stretch from its first to the first behind it. */
function minutesOf({ days, from, to }: WeeklyTime): readonly (readonly [number, number])[] {
  const [begin, end] = [minuteOfDay(from), minuteOfDay(to)];
  const length = end > begin ? end - begin : end + DAY_MINUTES - begin;
  return days.flatMap((day) => {
    const first = WEEKDAYS.indexOf(day) * DAY_MINUTES + begin;
    const behind = first + length;
    if (behind <= WEEK_MINUTES) return [[first, behind] as const];
    return [[first, WEEK_MINUTES] as const, [0, behind - WEEK_MINUTES] as const];
  });
}

function minuteOfDay(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** The minute of the week by a site's own clock, through its changes of daylight saving. */
export type MinuteOfWeek = (time: EpochMs) => number;

/** Time zones change their offset at a quarter of an hour (UTC) at most: so long one answer of the calendar holds. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Answers that are kept: connections were opened at any of the last hours. */
const QUARTERS = 512;

export function minuteOfWeek(timeZone: string): MinuteOfWeek {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const begins = new Map<number, number>();
  return (time) => {
    const asked = Math.floor(time / QUARTER_MS);
    let begin = begins.get(asked);
    if (begin === undefined) {
      begin = minuteIn(local.formatToParts(asked * QUARTER_MS));
      if (begins.size >= QUARTERS) begins.clear();
      begins.set(asked, begin);
    }
    return (begin + Math.floor((time - asked * QUARTER_MS) / MINUTE_MS)) % WEEK_MINUTES;
  };
}

function minuteIn(parts: readonly Intl.DateTimeFormatPart[]): number {
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const day = WEEKDAYS.findIndex((each) => each === part('weekday').toLowerCase());
  return day * DAY_MINUTES + Number(part('hour')) * 60 + Number(part('minute'));
}
