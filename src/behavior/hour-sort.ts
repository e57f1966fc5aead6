import { HOUR_MS } from '../model/index.ts';
import type { HourClass } from './rates.ts';
import { QUARTER_MS, type SiteClock } from './site-clock.ts';

/** What sort of hour it is at the site. */
export interface HourSort {
  readonly hours: HourClass;
  /** 0 … 23; `null` where no other hour is like it. */
  readonly ofDay: number | null;
}

/**
 * Counts are of whole hours of UTC, which lie over two of the site's own where its zone is not whole hours off: then it is
 * that of which there is more, and of two halves the first.
 * @param hour numbered from 1970-01-01T00Z
 */
export function sortOf(hour: number, clock: SiteClock): HourSort {
  const time = hour * HOUR_MS + QUARTER_MS;
  return { hours: clock.isWorkHour(time) ? 'work' : 'rest', ofDay: clock.hourOfDay(time) };
}
