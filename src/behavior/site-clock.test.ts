import { expect, test } from 'vitest';
import { HOUR_MS, type SiteId } from '../model/index.ts';
import { siteClock } from './site-clock.ts';

const berlin = siteClock({
  id: 'hq' as SiteId,
  networks: null,
  timeZone: 'Europe/Berlin',
  workWeek: { days: [1, 2, 3, 4, 5, 7], fromHour: 8, toHour: 18 },
  shared: [],
});

const workingHours = (from: number) =>
  Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => berlin.isWorkHour(from + hour * HOUR_MS));

test('[BEHAV-6] working hours are local: they move with daylight saving time', () => {
  // 2026-03-29 the clocks went forward in Berlin, 2026-10-25 back; both are Sundays, on which this site works.
  expect(workingHours(Date.UTC(2026, 2, 27))[0]).toBe(7);
  expect(workingHours(Date.UTC(2026, 2, 29))[0]).toBe(6);
  expect(workingHours(Date.UTC(2026, 9, 23))[0]).toBe(6);
  expect(workingHours(Date.UTC(2026, 9, 25))[0]).toBe(7);
  for (const day of [27, 29, 30]) expect(workingHours(Date.UTC(2026, 2, day))).toHaveLength(10);
});

test('nobody works on the days that are not named, and an answer remembered is the same answer', () => {
  expect(workingHours(Date.UTC(2026, 2, 28))).toEqual([]);
  expect(workingHours(Date.UTC(2026, 2, 30))).toEqual(workingHours(Date.UTC(2026, 2, 30)));
});
