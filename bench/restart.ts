import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.ts';
import { type LargeFleet, largeFleet } from './copies.ts';
import { figure, growthNote, quantile, rounded, slope } from './figure.ts';
import type { Measurement, Setting } from './measurement.ts';
import { openDirectory } from './owned.ts';
import { simulated } from './simulated.ts';
import type { TailInput, TailTaken } from './tail-process.ts';

const GOAL = 1_000_000;
/** Less cannot be told from the start of a process. */
const LEAST_SECONDS = 0.01;
const HEAP = ['--max-old-space-size=16000'];

/** From the start of the process to its first answer: the newest snapshot, and the journal's records since then. */
export const restart: Measurement = {
  keys: ['restart.seconds'],
  async measure(setting) {
    const { quick, scratch, progress } = setting;
    const empty = join(scratch, 'restart-empty');
    await (await openDirectory(empty)).close();
    const nothing = await secondsOf(empty);
    const small = await smallSeconds(setting);
    const fleet = await largeFleet(setting);
    progress(`a tail of ${fleet.lines} events`);
    const { openSeconds, accepted } = await crashedAfter(fleet);
    const runs: number[] = [];
    for (let turn = 0; turn < (quick ? 1 : 3); turn++) {
      progress(`restart ${turn + 1}`);
      runs.push(await secondsOf(fleet.model.dir));
    }
    const above = (seconds: number) => Math.max(seconds - nothing, LEAST_SECONDS);
    const growth = slope([small.entities, above(small.seconds)], [fleet.entities, above(openSeconds)]);
    const note = `${fleet.entities} entities (snapshot of ${rounded(fleet.snapshotBytes / 1e6)} MB) and ${accepted} events of tail, one connection of each device in turn, taken in by a process that ended without closing; to the first answer of get_fleet_posture; the copies have no history, which stands still. An empty directory ${rounded(nothing)} s; ${small.entities} entities without a tail ${rounded(small.seconds)} s, ${fleet.entities} without a tail ${rounded(openSeconds)} s; of that the ${growthNote(growth)}`;
    const belowScale = fleet.entities < GOAL || accepted < GOAL;
    return [figure('restart.seconds', { value: quantile(runs, 0.5), runs, note, belowScale })];
  },
};

/** On a copy: others still need the fleet as it is. */
async function smallSeconds(setting: Setting) {
  const size = setting.quick ? { devices: 312, days: 2 } : { devices: 312, days: 14 };
  const { dir, entities } = await simulated(setting, size);
  const copy = join(setting.scratch, 'restart-small');
  cpSync(dir, copy, { recursive: true });
  return { entities, seconds: await secondsOf(copy) };
}

async function crashedAfter({ model, log }: LargeFleet): Promise<TailTaken> {
  const place = join(model.dir, 'snapshots');
  const before = readdirSync(place);
  const input: TailInput = { dir: model.dir, log };
  const taken = (await runChild('tail-process.ts', input, null, HEAP)) as TailTaken;
  // A snapshot of what came meanwhile would shorten the tail.
  for (const name of readdirSync(place)) if (!before.includes(name)) rmSync(join(place, name));
  return taken;
}

async function secondsOf(dir: string): Promise<number> {
  const { seconds } = (await runChild('restart-process.ts', dir, null, HEAP)) as { readonly seconds: number };
  return seconds;
}
