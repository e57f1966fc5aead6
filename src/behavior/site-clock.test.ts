import { describe, expect, test } from 'vitest';
import { HOUR_MS, type SiteId } from '../model/index.ts';
import { sortOf } from './hour-sort.ts';
import { localHour } from './sign-ins/local-hour.ts';
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

describe('[BEHAV-13] where a zone is not whole hours off', () => {
  const siteIn = (timeZone: string) => ({
    id: 'far' as SiteId,
    networks: null,
    timeZone,
    workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
    shared: [],
  });

  test.each<[string, string, string, number, boolean]>([
    ['Monday 08:15', 'Asia/Kolkata', '2026-11-23T02:45:00Z', 8, true],
    ['Monday 07:45', 'Asia/Kolkata', '2026-11-23T02:15:00Z', 7, false],
    ['Monday 18:15', 'Asia/Kolkata', '2026-11-23T12:45:00Z', 18, false],
    ['Monday 00:15', 'Asia/Kolkata', '2026-11-22T18:45:00Z', 0, false],
    ['Sunday 23:59', 'Asia/Kolkata', '2026-11-22T18:29:59Z', 47, false],
    ['Monday 08:00', 'Asia/Kathmandu', '2026-11-23T02:15:00Z', 8, true],
    ['Monday 08:15', 'Australia/Adelaide', '2026-11-22T21:45:00Z', 8, true],
    [
      'Sunday 02:35, as the clocks have gone forward',
      'Australia/Lord_Howe',
      '2026-10-03T15:35:00Z',
      26,
      false,
    ],
    ['Monday 08:15', 'Europe/Berlin', '2026-11-23T07:15:00Z', 8, true],
  ])('%s in %s has its own hour, as a sign-in and of the work week', (_, zone, text, hour, isWork) => {
    const time = Date.parse(text);
    expect([localHour(siteIn(zone))(time), siteClock(siteIn(zone)).isWorkHour(time)]).toEqual([hour, isWork]);
  });

  const sortAt = (zone: string, text: string) => sortOf(Date.parse(text) / HOUR_MS, siteClock(siteIn(zone)));

  test('an hour of counts is that of the site of which there is more, and of two halves the first', () => {
    // 07:45 to 08:45, 07:30 to 08:30, and 08:00 to 09:00.
    expect(sortAt('Asia/Kathmandu', '2026-11-23T02:00:00Z')).toEqual({ hours: 'work', ofDay: 8 });
    expect(sortAt('Asia/Kolkata', '2026-11-23T02:00:00Z')).toEqual({ hours: 'rest', ofDay: 7 });
    expect(sortAt('Europe/Berlin', '2026-11-23T07:00:00Z')).toEqual({ hours: 'work', ofDay: 8 });
  });

  test('and where it is, nothing is another hour than at its beginning, through every change of the clocks', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Africa/Casablanca', 'UTC']) {
      const clock = siteClock(siteIn(zone));
      const first = Date.UTC(2026, 0, 1) / HOUR_MS;
      for (let hour = first; hour < first + 365 * 24; hour++) {
        const begin = hour * HOUR_MS;
        const sort = { hours: clock.isWorkHour(begin) ? 'work' : 'rest', ofDay: clock.hourOfDay(begin) };
        expect(sortOf(hour, clock)).toEqual(sort);
      }
    }
  });
});
