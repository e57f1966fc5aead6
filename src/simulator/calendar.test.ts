import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../model/index.ts';
import { instantOf, localTime, TIME_ZONE } from './calendar.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  weekday: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
});
const anyHour = fc
  .integer({ min: Date.UTC(2000, 0, 1) / HOUR_MS, max: Date.UTC(2060, 0, 1) / HOUR_MS })
  .map((hours) => hours * HOUR_MS);

test('agrees with the time-zone data about every weekday and hour, through the changes of summer time', () => {
  fc.assert(
    fc.property(anyHour, (time) => {
      const parts = clock.formatToParts(time);
      const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
      const { weekday, hour } = localTime(time * 1_000);
      expect([WEEKDAYS[weekday - 1], Math.floor(hour)]).toEqual([part('weekday'), Number(part('hour'))]);
    }),
    { numRuns: 2_000 },
  );
});

test('finds the instant of a wall-clock hour again', () => {
  fc.assert(
    fc.property(anyHour, fc.integer({ min: 4, max: 23 }), (time, hour) => {
      const { day } = localTime(time * 1_000);
      const found = localTime(instantOf(day, hour));
      expect(found).toMatchObject({ day, hour });
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['the hour before summer time', '2026-03-29T00:59:59.000Z', 1],
  ['summer time begins', '2026-03-29T01:00:00.000Z', 3],
  ['the last hour of summer time', '2026-10-25T00:59:59.000Z', 2],
  ['summer time has ended', '2026-10-25T01:00:00.000Z', 2],
])('%s', (_, instant, hour) => {
  const time = localTime(Date.parse(instant) * 1_000);
  expect(Math.floor(time.hour)).toBe(hour);
  expect(time.day).toBe(Math.floor(Date.parse(instant) / DAY_MS));
});
