// Simulates a fleet into an empty directory and weighs what the engine keeps of it. Needs --expose-gc.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { giveBack, inputOf } from './child.ts';
import { openDirectory } from './owned.ts';

export interface MemoryInput {
  readonly scratch: string;
  readonly devices: number;
  readonly days: number;
}

export interface Weighed {
  readonly bytes: number;
  readonly entities: number;
  readonly events: number;
}

const UNTIL = '2026-05-21T09:00:00Z';
const { scratch, devices, days } = inputOf() as MemoryInput;

// The same once with almost nothing, so that code and tables are there before the first weighing.
const first = await simulated(join(scratch, 'memory-first'), 12, 0.25);
await first.close();
const before = await weigh();
const { operations, close } = await simulated(join(scratch, 'memory'), devices, days);
const after = await weigh();
const { entities, events } = await operations.status({ hash: false });
await close();
giveBack({ bytes: after - before, entities, events } satisfies Weighed);

async function simulated(dir: string, fleetSize: number, history: number) {
  const opened = await openDirectory(dir, { simulated: true });
  const args = { seed: 1, until: UNTIL, days: history, devices: fleetSize };
  await opened.operations.simulate(args, () => undefined);
  return {
    operations: opened.operations,
    close: async () => {
      await opened.close();
      await rm(dir, { recursive: true });
    },
  };
}

async function weigh(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('bench: weighing needs --expose-gc');
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc();
    await pause(50);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
