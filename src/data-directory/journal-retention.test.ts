import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS } from '../model/index.ts';
import { droppableBefore } from './journal-retention.ts';

const NOW = 400 * DAY_MS;
const LIMITS = { journalDays: 30, journalBytes: null, historyDays: 400 };

/** Closed segments of ten records and 100 bytes each, the oldest first. */
function segments(...ages: readonly number[]) {
  return ages.map((days, index) => ({
    first: index * 10,
    next: index * 10 + 10,
    bytes: 100,
    writtenAt: NOW - days * DAY_MS,
  }));
}

test.each([
  ['keeps what is young', segments(29, 10), 20, LIMITS, 0],
  ['drops what is older than its days', segments(50, 31, 30, 10), 40, LIMITS, 20],
  ['keeps what no snapshot covers', segments(50, 40, 31), 19, LIMITS, 10],
  ['keeps all before the first that must stay', segments(10, 50, 40), 30, LIMITS, 0],
  ['drops what is too much, however young', segments(3, 2, 1), 30, { ...LIMITS, journalBytes: 150 }, 20],
  ['keeps what is too much but not covered', segments(3, 2, 1), 15, { ...LIMITS, journalBytes: 150 }, 10],
  [
    'knows what a clock that was ahead wrote by what came after it',
    segments(50, -300, 31, 10),
    40,
    LIMITS,
    30,
  ],
  [
    'keeps what a clock that was ahead wrote as long as nothing tells its age',
    segments(50, -300, -200),
    30,
    LIMITS,
    10,
  ],
  [
    'keeps what is young, whatever a clock that was behind wrote after it',
    segments(10, 20_000, 5),
    30,
    LIMITS,
    0,
  ],
  ['has nothing to drop of nothing', [], 100, LIMITS, 0],
])('retention %s', (_, closed, covered, limits, expected) => {
  expect(droppableBefore(closed, covered, limits, NOW)).toBe(expected);
});

test('[RET-3] law: what is dropped is covered, and old or too much; what stays first is not', () => {
  const ages = fc.array(fc.nat(60), { maxLength: 8 });
  const bytes = fc.option(fc.nat(900));
  fc.assert(
    fc.property(ages, fc.nat(90), bytes, (unsorted, covered, journalBytes) => {
      const closed = segments(...unsorted.toSorted((a, b) => b - a));
      const before = droppableBefore(closed, covered, { ...LIMITS, journalBytes }, NOW);
      expect(before).toBeLessThanOrEqual(covered);
      const left = closed.filter(({ next }) => next > before);
      const isTooMuch = journalBytes !== null && left.length * 100 > journalBytes;
      const [oldest] = left;
      if (oldest === undefined || oldest.next > covered) return;
      expect(NOW - oldest.writtenAt).toBeLessThanOrEqual(30 * DAY_MS);
      expect(isTooMuch).toBe(false);
    }),
  );
});
