import { HOUR_MS } from '../model/index.ts';
import type { SiteClock, WorkCalendar } from './site-clock.ts';

/** A site in UTC that works as it is said, and has no days off. */
export function clockOf(isWorkHour: WorkCalendar): SiteClock {
  return { isWorkHour, hourOfDay: (time) => Math.floor(time / HOUR_MS) % 24 };
}

export const ALWAYS_WORKING = clockOf(() => true);
