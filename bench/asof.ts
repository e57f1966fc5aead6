import { join } from 'node:path';
import type { AsOfInput, AsOfTimes } from './asof-process.ts';
import { runChild } from './child.ts';
import { type Figure, figure, growthNote, quantile, rounded, slope } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { simulated } from './simulated.ts';

const GOAL_ENTITIES = 100_000;

/** Questions about earlier instants: as of when, of an entity or of the whole fleet. */
export const asOf: Measurement = {
  keys: ['asof.entity.p99_ms', 'asof.fleet.p99_ms'],
  async measure(setting) {
    const { quick, scratch, progress } = setting;
    const fleet = await simulated(setting, quick ? { devices: 40, days: 2 } : { devices: 100, days: 30 });
    const sizes = quick ? [100, 200] : [1_000, 10_000, GOAL_ENTITIES];
    const measured: AsOfTimes[] = [];
    for (const entities of sizes) {
      progress(`history of ${entities} entities, ${fleet.days} days`);
      const path = join(scratch, `asof-${entities}.db`);
      const input: AsOfInput = { fleet, path, entities, questions: quick ? 20 : 1_000 };
      measured.push((await runChild('asof-process.ts', input, null, HEAP)) as AsOfTimes);
    }
    const days = fleet.days;
    return [
      asOfFigure('asof.entity.p99_ms', measured, days, ({ entity }) => entity),
      asOfFigure('asof.fleet.p99_ms', measured, days, ({ fleet: times }) => times),
    ];
  },
};

const HEAP = ['--max-old-space-size=12000'];

function asOfFigure(
  key: 'asof.entity.p99_ms' | 'asof.fleet.p99_ms',
  measured: readonly AsOfTimes[],
  days: number,
  timesOf: (each: AsOfTimes) => readonly number[],
): Figure {
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('bench: no size');
  const runs = timesOf(last);
  const cost = (each: AsOfTimes) => [each.entities, quantile(timesOf(each), 0.5)] as const;
  const growth = slope(cost(first), cost(last));
  const table = measured
    .map((each) => `${each.entities}: ${rounded(quantile(timesOf(each), 0.5))} ms`)
    .join(', ');
  const note = `${last.entities} entities over ${days} days in one history, ${last.postures} published changes: ${last.whole} entities live the whole life of a simulated one, the others stay as they are after its first 15 changes; medians at ${table}; ${growthNote(growth)}`;
  const belowScale = last.entities < GOAL_ENTITIES;
  return figure(key, { value: quantile(runs, 0.99), runs, note, belowScale });
}
