import type { EpochMs, Site } from '../../model/index.ts';
import { QUARTER_MS } from '../site-clock.ts';

/** The hour of a site's day, 0 … 23 on its working days and 24 … 47 on others. */
export type LocalHour = (time: EpochMs) => number;

/** Answers of the calendar remembered: four weeks. */
const REMEMBERED = 4 * 7 * 24 * 4;
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
    const quarter = Math.floor(time / QUARTER_MS) * QUARTER_MS;
    const remembered = known.get(quarter);
    if (remembered !== undefined) return remembered;
    if (known.size >= REMEMBERED) known.clear();
    const parts = local.formatToParts(quarter);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    const isWorkDay = workWeek.days.includes(DAYS.indexOf(part('weekday')) + 1);
    const answer = Number(part('hour')) + (isWorkDay ? 0 : 24);
    known.set(quarter, answer);
    return answer;
  };
}
