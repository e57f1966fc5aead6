import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Table } from '../columns/index.ts';
import { Habits } from './habits/habits.ts';
import { PortsOfKinds } from './habits/ports-of-kinds.ts';
import { Judgement } from './judgement.ts';
import { HourlyLife } from './hourly-life.ts';
import { Learning } from './learning.ts';
import type { Counted, HourCounts, HourlyRates } from './rates.ts';
import { combine, deviationScore, together } from './surprise.ts';

const WORKING = { hours: 'work', ofDay: null } as const;

function hourOf(most: number, volume: number) {
  const counts = fc.oneof(fc.nat(most), fc.constant(0));
  return fc.record<HourCounts>({
    opened: counts,
    answered: counts,
    volume: fc.nat(volume),
    newDestinations: fc.oneof(fc.nat(Math.floor(most / 4)), fc.constant(0)),
    failed: fc.oneof(fc.nat(Math.floor(most / 4)), fc.constant(0)),
    novel: fc.oneof(fc.nat(Math.floor(most / 2)), fc.constant(0)),
    reached: fc.oneof(fc.nat(2), fc.constant(0)),
    occupied: fc.constant(1),
  });
}

/** Many quiet hours, and a few busy ones among them. */
const learnt = fc.array(
  fc.oneof(
    fc.tuple(hourOf(4, 12), fc.integer({ min: 1, max: 60 })),
    fc.tuple(hourOf(40, 34), fc.integer({ min: 1, max: 3 })),
  ),
  { minLength: 2, maxLength: 8 },
);
const judged = fc.array(fc.oneof(hourOf(8, 20), hourOf(16, 20), hourOf(200, 34)), { maxLength: 40 });

test('[BEHAV-11] an hour that is seen to be ordinary without weighing it is one that does not deviate when weighed', () => {
  fc.assert(
    fc.property(learnt, judged, (hours, judgedHours) => {
      const rows = new Table();
      const life = new HourlyLife(rows);
      const { doings, ventures } = life;
      const judgement = new Judgement(rows, life, new Habits(rows, new PortsOfKinds(), new Learning(rows)));
      const row = rows.add();
      for (const [counts, times] of hours) {
        for (let i = 0; i < times; i++) life.learn(row, 'work', counts);
      }
      const serves = doings.mean(row, 'work', 'answered') >= 1;
      const busy = <C extends Counted>(rates: HourlyRates<C>, what: C) =>
        Math.floor(rates.mean(row, 'work', what) + Math.sqrt(rates.variance(row, 'work', what)));
      const busyHour = {
        opened: busy(doings, 'opened'),
        answered: busy(doings, 'answered'),
        volume: busy(doings, 'volume'),
        newDestinations: Math.floor(doings.mean(row, 'work', 'newDestinations')),
        failed: Math.floor(ventures.mean(row, 'work', 'failed')),
        novel: Math.floor(ventures.mean(row, 'work', 'novel')),
        reached: Math.floor(ventures.mean(row, 'work', 'reached')),
        occupied: 1,
      };
      const weighed = (counts: HourCounts) => {
        if (counts.opened === 0 && !(serves && counts.answered > 0)) return 1;
        if (!doings.areKnown(row)) return 1;
        const does = (what: 'opened' | 'answered' | 'volume' | 'newDestinations') =>
          doings.upperTail(row, 'work', what, counts[what]);
        const amount = [does('opened'), does('volume'), ...(serves ? [does('answered')] : [])];
        const novel = ventures.upperTail(row, 'work', 'novel', counts.novel);
        const failed = ventures.upperTail(row, 'work', 'failed', counts.failed);
        const reached = ventures.upperTail(row, 'work', 'reached', counts.reached);
        return combine([together(amount), together([does('newDestinations'), novel]), reached, failed]);
      };
      const deviations = (tailOf: (counts: HourCounts) => number) =>
        [...judgedHours, busyHour].map((counts) => deviationScore(Math.min(1, 2 * tailOf(counts))));
      expect(deviations((counts) => judgement.tail(row, WORKING, counts))).toEqual(deviations(weighed));
    }),
    { numRuns: 1_000 },
  );
});
