import { type Cores, runChild } from './child.ts';
import { figure, quantile } from './figure.ts';
import type { IngestInput, IngestTimes } from './ingest-process.ts';
import type { Measurement } from './measurement.ts';
import { telemetry } from './telemetry.ts';

const CORES = ['0', '1'] as const;

/** The whole process on two cores against the same pinned to one, in turn: now to one of the two, now to the other, which may not be alike. */
export const cores: Measurement = {
  keys: ['ingest.cores.ratio'],
  async measure(setting) {
    const { tsv } = await telemetry(setting);
    const input: IngestInput = {
      scratch: setting.scratch,
      logs: [tsv],
      floor: null,
      rounds: 1,
      mostRounds: 1,
    };
    const runs: number[] = [];
    for (let turn = 0; turn < (setting.quick ? 1 : 8); turn++) {
      setting.progress(`one core, then two: turn ${turn + 1}`);
      const one = await seconds(input, CORES[turn % 2] ?? '0');
      const two = await seconds(input, '0,1');
      runs.push(one / two);
    }
    return [
      figure('ingest.cores.ratio', {
        value: quantile(runs, 0.5),
        runs,
        note: 'fed from a TSV file; wall clock, the second reading of a process',
      }),
    ];
  },
};

async function seconds(input: IngestInput, pinned: Cores): Promise<number> {
  const { logs } = (await runChild('ingest-process.ts', input, pinned)) as IngestTimes;
  return quantile(logs[0]?.wall ?? [], 0.5);
}
