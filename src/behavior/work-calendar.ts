import { type EpochMs, HOUR_MS, type Site } from '../model/index.ts';

/** When an hour that begins at `time` belongs to the site's working hours. */
export type WorkCalendar = (time: EpochMs) => boolean;

/** Hours of the calendar remembered; a year of them. */
const REMEMBERED_HOURS = 366 * 24;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Whether an hour belongs to a site's working hours, in its own time zone and so through its
 * daylight-saving changes. Each hour is asked of the time-zone data once.
 */
export function workCalendar(site: Site): WorkCalendar {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: site.timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<EpochMs, boolean>();
  const answerOf = (hour: EpochMs): boolean => {
    const remembered = known.get(hour);
    if (remembered !== undefined) return remembered;
    if (known.size >= REMEMBERED_HOURS) known.clear();
    const answer = isWorking(local.formatToParts(hour), site);
    known.set(hour, answer);
    return answer;
  };
  // Most events are of the hour of the one before.
  let lastHour = Number.NaN;
  let lastAnswer = false;
  return (time) => {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    if (hour === lastHour) return lastAnswer;
    lastHour = hour;
    return (lastAnswer = answerOf(hour));
  };
}

function isWorking(parts: readonly Intl.DateTimeFormatPart[], { workWeek }: Site): boolean {
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  const day = DAYS.indexOf(part('weekday')) + 1;
  const hour = Number(part('hour'));
  return workWeek.days.includes(day) && hour >= workWeek.fromHour && hour < workWeek.toHour;
}
