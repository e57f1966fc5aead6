// Simulates a fleet into an empty directory and weighs what the engine keeps of it. Needs --expose-gc.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { OpenOperations } from '../src/app/index.ts';
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

let fleet: OpenOperations | null = await simulated(join(scratch, 'memory'));
const { entities, events } = await fleet.operations.status({ hash: false });
const held = await weigh();
await fleet.close();
fleet = null;
// What went with the fleet was the fleet's: code and tables stay.
const bytes = held - (await weigh());
giveBack({ bytes, entities, events } satisfies Weighed);

async function simulated(dir: string): Promise<OpenOperations> {
  const opened = await openDirectory(dir, { simulated: true });
  await opened.operations.simulate({ seed: 1, until: UNTIL, days, devices }, () => undefined);
  return opened;
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
