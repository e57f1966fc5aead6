import { runChild } from './child.ts';
import { type Figure, figure, growthNote, quantile, rounded, slope } from './figure.ts';
import type { Measurement } from './measurement.ts';
import type { QueriesInput, QueryTimes } from './queries-process.ts';

const GOAL_SIZE = 1_000_000;

/** What an answer costs the engine, doors and JSON not included, as the fleet grows. */
export const queries: Measurement = {
  keys: ['fleet.query.ratio', 'entity.query.p99_ms'],
  async measure({ quick, progress }) {
    const sizes = quick ? [100, 1_000] : [1_000, 10_000, 100_000, GOAL_SIZE];
    progress(`fleets of ${sizes.join(', ')} devices`);
    const input: QueriesInput = { sizes, rounds: quick ? 20 : 200 };
    const times = (await runChild('queries-process.ts', input, null, [
      '--max-old-space-size=16000',
    ])) as QueryTimes;
    return [fleetFigure(sizes, times), entityFigure(sizes, times)];
  },
};

function fleetFigure(sizes: readonly number[], { fleet }: QueryTimes): Figure {
  const [small = [], large = []] = [fleet[0], fleet.at(-1)];
  const [n = 1, most = 1] = [sizes[0], sizes.at(-1)];
  const runs = large.map((took, round) => took / (small[round] ?? took));
  const medians = fleet.map((each) => quantile(each, 0.5));
  const growth = slope([n, medians[0] ?? 1], [most, medians.at(-1) ?? 1]);
  const table = sizes.map((size, index) => `${size}: ${rounded(medians[index] ?? 0)} ms`).join(', ');
  const note = `${most} ÷ ${n} devices, one in 100 at risk; medians at ${table}; ${growthNote(growth)}`;
  const value = quantile(large, 0.5) / quantile(small, 0.5);
  return figure('fleet.query.ratio', { value, runs, note, belowScale: most < GOAL_SIZE });
}

function entityFigure(sizes: readonly number[], { entity }: QueryTimes): Figure {
  const most = sizes.at(-1) ?? 0;
  const note = `get_device_posture of ${entity.length} devices out of ${most}; median ${rounded(quantile(entity, 0.5))} ms`;
  const value = quantile(entity, 0.99);
  return figure('entity.query.p99_ms', { value, runs: entity, note, belowScale: most < GOAL_SIZE });
}
