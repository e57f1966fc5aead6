import { runChild } from './child.ts';
import { type Figure, figure, growthNote, quantile, rounded, slope } from './figure.ts';
import type { Measurement } from './measurement.ts';
import type { PolicyInput, PolicyTimes } from './policy-process.ts';

const SIZES = [10, 100, 1_000, 10_000];
const GOAL_SIZE = 1_000;

/** What it costs to decide one connection, by the number of policies. */
export const policy: Measurement = {
  keys: ['policy.decision_us'],
  async measure({ quick, progress }) {
    const input: PolicyInput = { sizes: SIZES, connections: quick ? 5_000 : 50_000, rounds: quick ? 3 : 15 };
    progress(`${input.connections} connections, up to ${Math.max(...SIZES)} policies`);
    return [figureOf(input, (await runChild('policy-process.ts', input, '0')) as readonly PolicyTimes[])];
  },
};

function figureOf({ connections }: PolicyInput, times: readonly PolicyTimes[]): Figure {
  const medians = new Map(times.map(({ policies, decideUs }) => [policies, quantile(decideUs, 0.5)]));
  const at = (policies: number) => medians.get(policies) ?? Number.NaN;
  const goal = times.find(({ policies }) => policies === GOAL_SIZE);
  const growth = slope([10, at(10)], [GOAL_SIZE, at(GOAL_SIZE)]);
  const each = times.map(
    ({ policies, compileMs }) =>
      `${policies}: ${rounded(at(policies))} µs (compiled in ${rounded(compileMs)} ms)`,
  );
  const note = `CPU time per decision, ${connections} connections of 5,000 devices that are all different, from 10 to ${GOAL_SIZE} policies ${growthNote(growth)}; ${each.join(', ')}; of ${GOAL_SIZE} policies some decides ${rounded(100 * (goal?.decided ?? 0))} % and none speaks about ${rounded(100 * (goal?.notCovered ?? 0))} %`;
  return figure('policy.decision_us', { value: at(GOAL_SIZE), runs: goal?.decideUs ?? [], note });
}
