import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Table } from '../columns/index.ts';
import { Judgement } from './judgement.ts';
import { type Counted, type HourCounts, HourlyRates } from './rates.ts';
import { combine, deviationScore } from './surprise.ts';

function hourOf(most: number, volume: number) {
  const counts = fc.oneof(fc.nat(most), fc.constant(0));
  return fc.record<HourCounts>({
    opened: counts,
    answered: counts,
    volume: fc.nat(volume),
    newDestinations: fc.oneof(fc.nat(Math.floor(most / 4)), fc.constant(0)),
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
      const rates = new HourlyRates(rows);
      const judgement = new Judgement(rows, rates);
      const row = rows.add();
      for (const [counts, times] of hours) {
        for (let i = 0; i < times; i++) rates.learn(row, 'work', counts);
      }
      const serves = rates.mean(row, 'work', 'answered') >= 1;
      const busy = (what: Counted) =>
        Math.floor(rates.mean(row, 'work', what) + Math.sqrt(rates.variance(row, 'work', what)));
      const busyHour = {
        opened: busy('opened'),
        answered: busy('answered'),
        volume: busy('volume'),
        newDestinations: Math.floor(rates.mean(row, 'work', 'newDestinations')),
      };
      const weighed = (counts: HourCounts) => {
        const tail = (what: Counted) => rates.upperTail(row, 'work', what, counts[what]);
        const tails = [tail('opened'), tail('volume'), tail('newDestinations')];
        if (counts.opened === 0 && !(serves && counts.answered > 0)) return 1;
        return rates.areKnown(row, 'work') ? combine(serves ? [...tails, tail('answered')] : tails) : 1;
      };
      const deviations = (tailOf: (counts: HourCounts) => number) =>
        [...judgedHours, busyHour].map((counts) => deviationScore(Math.min(1, 2 * tailOf(counts))));
      expect(deviations((counts) => judgement.tail(row, 'work', counts))).toEqual(deviations(weighed));
    }),
    { numRuns: 1_000 },
  );
});
