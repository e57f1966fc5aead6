import { HOUR_MS } from '../model/index.ts';
import type { HourClass } from './rates.ts';
import type { SiteClock } from './site-clock.ts';

/** What sort of hour it is at the site. */
export interface HourSort {
  readonly hours: HourClass;
  /** 0 … 23; `null` where no other hour is like it. */
  readonly ofDay: number | null;
}

/** @param hour numbered from 1970-01-01T00Z */
export function sortOf(hour: number, clock: SiteClock): HourSort {
  const time = hour * HOUR_MS;
  return { hours: clock.isWorkHour(time) ? 'work' : 'rest', ofDay: clock.hourOfDay(time) };
}
