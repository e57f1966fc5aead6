import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 12 * DAY_MS;
const PLACE = '198.51.100.9';

/** A machine that browses for twelve days, and meets the place at so many days before they are over, once on each. */
function browsed(daysBefore: readonly number[] = []): OneBehavior {
  const behavior = new OneBehavior();
  const met = daysBefore.map((days) => NOW - days * DAY_MS + 9 * HOUR_MS);
  const rest = Array.from({ length: (12 * 24 * 60) / 20 }, (_, i) => START + i * 20 * MINUTE_MS);
  for (const at of [...met, ...rest].sort((a, b) => a - b)) {
    const peer = met.includes(at) ? PLACE : `site-${(at / MINUTE_MS) % 25}.com`;
    behavior.observe(contact(at, met.includes(at) ? { peer } : { peer, prevalence: 8 }));
  }
  return behavior;
}

function found(behavior: OneBehavior, type: Detection['type'], contacts: readonly Contact[]): Detection[] {
  return contacts.flatMap((each) => behavior.observe(each).detections.filter((one) => one.type === type));
}

const every = (ms: number, count: number, facts: Partial<Contact>, from = NOW) =>
  Array.from({ length: count }, (_, i) => contact(from + i * ms, { peer: PLACE, ...facts }));

const WEEK = [7, 6, 5, 4, 3, 2, 1];

describe('[EVADE-1] a destination is one of its own once it was met on seven days, the first a week ago', () => {
  const called = (daysBefore: readonly number[]) =>
    found(browsed(daysBefore), 'beaconing', every(5 * MINUTE_MS, 40, { bytesSent: 310 }));
  const sent = (daysBefore: readonly number[]) =>
    found(browsed(daysBefore), 'data_exfiltration', every(MINUTE_MS, 40, { bytesSent: 5_000_000 }));

  test.each([
    ['never before', []],
    ['once, eight days before', [8]],
    ['on three days', [9, 8, 1]],
    ['on six', [11, 10, 9, 8, 7, 6]],
  ])('so control and theft are told of a place that was met %s', (_, daysBefore) => {
    expect(called(daysBefore)[0]?.evidence[0]?.count).toBeLessThanOrEqual(12);
    expect(sent(daysBefore)[0]).toMatchObject({ observed: expect.stringContaining('within an hour') });
  });

  test('while a place that was used for a week may be called at any pace, and sent much', () => {
    expect(called([8, ...WEEK])).toEqual([]);
    expect(sent([8, ...WEEK])).toEqual([]);
  });

  test('a backup of the same size every week is told once, though its place is not used on seven days', () => {
    const behavior = browsed();
    const told = Array.from({ length: 8 }, (_, week) =>
      found(
        behavior,
        'data_exfiltration',
        every(MINUTE_MS, 10, { peer: 'vault.com', bytesSent: 9_000_000 }, NOW + week * 7 * DAY_MS),
      ),
    );
    expect(told.map(({ length }) => length > 0)).toEqual([true, ...Array.from({ length: 7 }, () => false)]);
  });
});
