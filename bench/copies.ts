import { join } from 'node:path';
import { runChild } from './child.ts';
import type { CopiesInput, Weighed } from './copies-process.ts';
import type { Setting } from './measurement.ts';
import { type Simulated, simulated } from './simulated.ts';

/** The tail that a restart replays, and the large fleet that it follows. */
export interface LargeFleet extends Weighed {
  readonly model: Simulated;
  readonly copies: number;
  /** A log of connections that come after the snapshot in the model's directory, which is the large fleet's now. */
  readonly log: string;
  readonly lines: number;
}

const made = new Map<string, Promise<LargeFleet>>();

/** A million entities, copied from a fleet that was simulated for two weeks; made once for all measurements of a run. */
export function largeFleet(setting: Setting): Promise<LargeFleet> {
  const { scratch, quick } = setting;
  let fleet = made.get(scratch);
  if (fleet === undefined) made.set(scratch, (fleet = make(setting, quick ? 1_000 : 1_000_000)));
  return fleet;
}

async function make(setting: Setting, entities: number): Promise<LargeFleet> {
  const { quick, scratch, progress } = setting;
  const model = await simulated(setting, quick ? { devices: 250, days: 2 } : { devices: 1_250, days: 14 });
  const copies = Math.ceil(entities / model.entities);
  const log = join(scratch, 'tail.log');
  const lines = quick ? 2_000 : 1_000_000;
  progress(`${copies} copies of ${model.entities} entities`);
  const input: CopiesInput = { dir: model.dir, copies, leave: { log, lines } };
  const weighed = (await runChild('copies-process.ts', input, null, HEAP)) as Weighed;
  return { ...weighed, model, copies, log, lines };
}

const HEAP = ['--expose-gc', '--max-old-space-size=16000'];
