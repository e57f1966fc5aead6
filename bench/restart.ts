import { join } from 'node:path';
import { runChild } from './child.ts';
import { figure, quantile, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { openDirectory } from './owned.ts';
import { telemetry } from './telemetry.ts';

const GOAL_EVENTS = 1_000_000;

/** From the start of the process to its first answer. There are no snapshots yet: the whole journal is replayed. */
export const restart: Measurement = {
  keys: ['restart.seconds'],
  async measure(setting) {
    const { tsv, lines } = await telemetry(setting);
    const dir = join(setting.scratch, 'restart');
    const directory = await openDirectory(dir);
    const log = { paths: [tsv], site: null, sensor: null, force: false };
    const { entities } = await directory.operations.ingest(log, () => undefined);
    await directory.close();
    const empty = join(setting.scratch, 'restart-empty');
    await (await openDirectory(empty)).close();
    const start = await secondsOf(empty);
    const runs: number[] = [];
    for (let turn = 0; turn < (setting.quick ? 1 : 5); turn++) {
      setting.progress(`restart ${turn + 1}`);
      runs.push(await secondsOf(dir));
    }
    const value = quantile(runs, 0.5);
    const replayed = rounded(start + ((value - start) * GOAL_EVENTS) / lines);
    const note = `replay of ${lines} events, ${entities} entities; an empty directory takes ${rounded(start)} s; at this pace 1,000,000 events of tail, without the snapshot, ${replayed} s`;
    return [figure('restart.seconds', { value, runs, note, belowScale: true })];
  },
};

async function secondsOf(dir: string): Promise<number> {
  const { seconds } = (await runChild('restart-process.ts', dir, null)) as { readonly seconds: number };
  return seconds;
}
