import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.ts';
import { type LargeFleet, largeFleet } from './copies.ts';
import { figure, growthNote, quantile, rounded, slope } from './figure.ts';
import type { Measurement, Setting } from './measurement.ts';
import { openDirectory } from './owned.ts';
import type { Restarted } from './restart-process.ts';
import { simulated } from './simulated.ts';
import type { TailInput, TailTaken } from './tail-process.ts';

const GOAL = 1_000_000;
/** Less cannot be told from the start of a process. */
const LEAST_SECONDS = 0.01;
const HEAP = ['--max-old-space-size=16000'];

/**
 * From the start of the process to its first answer, of the newest snapshot, and to the first that lacks nothing of the
 * journal's records since then.
 */
export const restart: Measurement = {
  keys: ['restart.seconds', 'restart.caught_up_s'],
  async measure(setting) {
    const { quick, scratch, progress } = setting;
    const empty = join(scratch, 'restart-empty');
    await (await openDirectory(empty)).close();
    const nothing = (await restarted(empty)).wholeAnswer;
    const small = await smallSeconds(setting);
    const fleet = await largeFleet(setting);
    progress(`a tail of ${fleet.lines} events`);
    const { openSeconds, accepted } = await crashedAfter(fleet);
    const runs: Restarted[] = [];
    for (let turn = 0; turn < (quick ? 1 : 3); turn++) {
      progress(`restart ${turn + 1}`);
      runs.push(await restarted(fleet.model.dir));
    }
    const above = (seconds: number) => Math.max(seconds - nothing, LEAST_SECONDS);
    const growth = slope([small.entities, above(small.seconds)], [fleet.entities, above(openSeconds)]);
    const note = `${fleet.entities} entities (snapshot of ${rounded(fleet.snapshotBytes / 1e6)} MB) and ${accepted} events of tail, one connection of each device in turn, taken in by a process that ended without closing; over MCP to the first answer of get_fleet_posture, which says what it lacks, and to the first that lacks nothing; the copies have no history, which stands still. An empty directory ${rounded(nothing)} s; ${small.entities} entities without a tail ${rounded(small.seconds)} s, ${fleet.entities} without a tail ${rounded(openSeconds)} s; of that the ${growthNote(growth)}`;
    const belowScale = fleet.entities < GOAL || accepted < GOAL;
    const first = runs.map(({ firstAnswer }) => firstAnswer);
    const whole = runs.map(({ wholeAnswer }) => wholeAnswer);
    const between = runs.flatMap(({ betweenMs }) => betweenMs);
    const waits =
      between.length === 0
        ? ''
        : `; answers meanwhile after ${rounded(quantile(between, 0.5))} ms, p99 ${rounded(quantile(between, 0.99))} ms`;
    return [
      figure('restart.seconds', { value: quantile(first, 0.5), runs: first, note: note + waits, belowScale }),
      figure('restart.caught_up_s', { value: quantile(whole, 0.5), runs: whole, note, belowScale }),
    ];
  },
};

/** On a copy: others still need the fleet as it is. */
async function smallSeconds(setting: Setting) {
  const size = setting.quick ? { devices: 312, days: 2 } : { devices: 312, days: 14 };
  const { dir, entities } = await simulated(setting, size);
  const copy = join(setting.scratch, 'restart-small');
  cpSync(dir, copy, { recursive: true });
  return { entities, seconds: (await restarted(copy)).wholeAnswer };
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

async function restarted(dir: string): Promise<Restarted> {
  return (await runChild('restart-process.ts', dir, null, HEAP)) as Restarted;
}
