import { type EpochMs, HOUR_MS, type Site } from '../../model/index.ts';

/** The hour of a site's day, 0 … 23 on its working days and 24 … 47 on others. */
export type LocalHour = (time: EpochMs) => number;

/** An hour of the calendar remembered; a quarter of a year of them. */
const REMEMBERED_HOURS = 90 * 24;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** In the site's own time zone, and so through its daylight-saving changes. */
export function localHour({ timeZone, workWeek }: Site): LocalHour {
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  const known = new Map<EpochMs, number>();
  return (time) => {
    const hour = Math.floor(time / HOUR_MS) * HOUR_MS;
    const remembered = known.get(hour);
    if (remembered !== undefined) return remembered;
    if (known.size >= REMEMBERED_HOURS) known.clear();
    const parts = local.formatToParts(hour);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    const isWorkDay = workWeek.days.includes(DAYS.indexOf(part('weekday')) + 1);
    const answer = Number(part('hour')) + (isWorkDay ? 0 : 24);
    known.set(hour, answer);
    return answer;
  };
}
