import type { AdvisoriesInput, AdvisoryTimes } from './advisories-process.ts';
import { runChild } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';

const GOAL_ADVISORIES = 100_000;
const GOAL_COMPONENTS = 5_000;

/** What is installed against what is advised: all at once, and after one change. */
export const advisories: Measurement = {
  keys: ['intel.advisories_s', 'intel.advisory_change_ms'],
  async measure({ quick, progress }) {
    const input: AdvisoriesInput = quick
      ? { advisories: 5_000, components: 250, rounds: 2, changes: 50 }
      : { advisories: GOAL_ADVISORIES, components: GOAL_COMPONENTS, rounds: 7, changes: 500 };
    progress(`${input.components} components against ${input.advisories} advisories`);
    const times = (await runChild('advisories-process.ts', input, '0', HEAP)) as AdvisoryTimes;
    return figures(input, times);
  },
};

const HEAP = ['--max-old-space-size=4000'];

function figures(input: AdvisoriesInput, { all, reading, change, found }: AdvisoryTimes): readonly Figure[] {
  const belowScale = input.advisories < GOAL_ADVISORIES;
  const what = `${input.components} components of one device, ${input.advisories} advisories of six ecosystems, ${found} vulnerabilities found`;
  return [
    figure('intel.advisories_s', {
      value: quantile(all, 0.5),
      runs: all,
      note: `${what}; from the records to the settled score; reading their JSON takes ${rounded(quantile(reading, 0.5))} s more`,
      belowScale,
    }),
    figure('intel.advisory_change_ms', {
      value: quantile(change, 0.5),
      runs: change,
      note: `median of ${change.length} advisories changed one by one, settled each time; p95 ${rounded(quantile(change, 0.95))} ms, p99 ${rounded(quantile(change, 0.99))} ms; ${what}`,
      belowScale,
    }),
  ];
}
