import { type EpochMs, MINUTE_MS, type Site } from '../model/index.ts';

/** Whether `time` is of the site's working hours. */
export type WorkCalendar = (time: EpochMs) => boolean;

/** A site's own clock: in its time zone, and so through its daylight-saving changes. */
export interface SiteClock {
  readonly isWorkHour: WorkCalendar;
  /**
   * The hour of the day, 0 … 23; `null` on a day off for an hour that is a working one on others: it is like neither the
   * same hour of a working day nor like a night.
   */
  readonly hourOfDay: (time: EpochMs) => number | null;
}

/** Zones are whole quarters of an hour apart, and change their offset at one (UTC): so long one answer holds. */
export const QUARTER_MS = 15 * MINUTE_MS;
/** Answers remembered: a year where whole hours are asked for, as of counts; a quarter of it where any time is, as of sign-ins. */
const REMEMBERED = 366 * 24;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Hour {
  readonly isWorkHour: boolean;
  readonly ofDay: number | null;
}

/** Each quarter of an hour is asked of the time-zone data once. */
export function siteClock(site: Site): SiteClock {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: site.timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<EpochMs, Hour>();
  const answerOf = (quarter: EpochMs): Hour => {
    const remembered = known.get(quarter);
    if (remembered !== undefined) return remembered;
    if (known.size >= REMEMBERED) known.clear();
    const answer = hourOf(local.formatToParts(quarter), site);
    known.set(quarter, answer);
    return answer;
  };
  // Most events are of the hour of the one before.
  let lastQuarter = Number.NaN;
  let lastAnswer: Hour = { isWorkHour: false, ofDay: null };
  const at = (time: EpochMs): Hour => {
    const quarter = Math.floor(time / QUARTER_MS) * QUARTER_MS;
    if (quarter === lastQuarter) return lastAnswer;
    lastQuarter = quarter;
    return (lastAnswer = answerOf(quarter));
  };
  return { isWorkHour: (time) => at(time).isWorkHour, hourOfDay: (time) => at(time).ofDay };
}

function hourOf(parts: readonly Intl.DateTimeFormatPart[], { workWeek }: Site): Hour {
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const day = DAYS.indexOf(part('weekday')) + 1;
  const hour = Number(part('hour'));
  const isDaytime = hour >= workWeek.fromHour && hour < workWeek.toHour;
  const isWorkHour = isDaytime && workWeek.days.includes(day);
  return { isWorkHour, ofDay: isDaytime && !isWorkHour ? null : hour };
}
