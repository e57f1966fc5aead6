import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Table } from '../columns/index.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import type { Baselines } from './baselines.ts';
import { Silences } from './silence.ts';

const START = Date.UTC(2026, 2, 2);

/** The silences of one that is always heard. */
function silencesOfOne() {
  const rows = new Table();
  const steady = { occupancy: () => 1, learning: { daysWithData: () => 9 } } as unknown as Baselines;
  const silences = new Silences(rows, steady);
  return { silences, row: rows.add() };
}

const word = fc.record({
  gap: fc.oneof(fc.integer({ min: -1_000, max: 5 * MINUTE_MS }), fc.nat(2 * DAY_MS)),
  steadyMs: fc.nat(3 * DAY_MS),
  /** Work on it ended so long ago; 0 while it is under way. */
  workMs: fc.oneof(fc.constant(null), fc.constant(0), fc.nat(DAY_MS)),
});

test('[MAINT-4] work on it excuses a silence, whether it is asked for at every word or where it matters', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (words) => {
      const [late, eager] = [silencesOfOne(), silencesOfOne()];
      let time: EpochMs = START;
      for (const { gap, steadyMs, workMs } of words) {
        time += gap;
        const steadySince = time - steadyMs;
        const excused = workMs === null ? 0 : time - workMs;
        late.silences.hear(late.row, time, steadySince, () => excused);
        eager.silences.hear(eager.row, time, Math.max(steadySince, excused));
        const due = [late, eager].map(({ silences, row }) => silences.deadline(row, 0));
        expect(due[0]).toBe(due[1]);
      }
    }),
  );
});

test('[MAINT-4] who is heard as always costs no search through the windows', () => {
  const { silences, row } = silencesOfOne();
  let asked = 0;
  const excusedUntil = () => {
    asked++;
    return 0;
  };
  silences.hear(row, START, 0, excusedUntil);
  silences.hear(row, START + HOUR_MS, 0, excusedUntil);
  expect(asked).toBe(1);
  for (let i = 1; i <= 1_000; i++) silences.hear(row, START + HOUR_MS + i * MINUTE_MS, 0, excusedUntil);
  expect(asked).toBe(1);
  silences.hear(row, START + DAY_MS, 0, excusedUntil);
  expect(asked).toBe(2);
});

describe('[EVADE-3] an outage that was told teaches nothing', () => {
  /** Heard every hour but for the silences given, with a day between; after how many hours each was a departure, `null` for none. */
  function missedAfter(silences: readonly number[]): (number | null)[] {
    const { silences: one, row } = silencesOfOne();
    let time: EpochMs = START;
    return silences.map((hours) => {
      for (let hour = 0; hour < 24; hour++) one.hear(row, (time += HOUR_MS), 0);
      const due = ((one.deadline(row, 0) ?? 0) - time) / HOUR_MS;
      one.hear(row, (time += hours * HOUR_MS), 0);
      return due < hours ? Math.floor(due) : null;
    });
  }

  test('so four outages within a week are each missed after three hours', () => {
    expect(missedAfter([4, 10, 29, 60])).toEqual([3, 3, 3, 3]);
  });

  test('while a pause that was no departure is an ordinary one, and one a little longer is not missed', () => {
    expect(missedAfter([2.5, 7])).toEqual([null, null]);
    expect(missedAfter([2.5, 9])).toEqual([null, 7]);
  });
});
