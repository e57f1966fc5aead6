import { type EpochMs, HOUR_MS, type Site } from '../model/index.ts';

/** When an hour that begins at `time` belongs to the site's working hours. */
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

/** Hours of the calendar remembered; a year of them. */
const REMEMBERED_HOURS = 366 * 24;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Hour {
  readonly isWorkHour: boolean;
  readonly ofDay: number | null;
}

/** Each hour is asked of the time-zone data once. */
export function siteClock(site: Site): SiteClock {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: site.timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<EpochMs, Hour>();
  const answerOf = (hour: EpochMs): Hour => {
    const remembered = known.get(hour);
    if (remembered !== undefined) return remembered;
    if (known.size >= REMEMBERED_HOURS) known.clear();
    const answer = hourOf(local.formatToParts(hour), site);
    known.set(hour, answer);
    return answer;
  };
  // Most events are of the hour of the one before.
  let lastHour = Number.NaN;
  let lastAnswer: Hour = { isWorkHour: false, ofDay: null };
  const at = (time: EpochMs): Hour => {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    if (hour === lastHour) return lastAnswer;
    lastHour = hour;
    return (lastAnswer = answerOf(hour));
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
