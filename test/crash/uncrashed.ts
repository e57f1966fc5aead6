import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Counts, eventsIn, historyIn } from './evidence.ts';
import type { Step } from './feed.ts';
import { Owner } from './owner.ts';

/** What the owner of a directory says after a step. */
interface Standing {
  readonly events: number;
  readonly stateHash: string | null;
}

/** The run of a feed to which nothing happened. */
export interface Uncrashed {
  readonly dir: string;
  readonly steps: readonly Step[];
  /** After each step. */
  readonly standings: readonly Standing[];
  readonly events: Counts;
  readonly history: Counts;
}

export async function runUncrashed(dir: string, steps: readonly Step[]): Promise<Uncrashed> {
  const owner = await Owner.startKeeping(dir);
  const standings: Standing[] = [];
  for (const step of steps) {
    await owner.take(step);
    const { events, stateHash } = await owner.status();
    standings.push({ events, stateHash });
  }
  const asked = steps.filter(({ kind }) => kind === 'erasure').length;
  const done = await owner.erasures();
  if (done !== asked)
    throw new Error(`of ${asked} people ${done} were forgotten: the feed names somebody who is not known`);
  await owner.close();
  return { dir, steps, standings, events: await eventsIn(dir), history: historyIn(dir) };
}

/** A new directory with the same keys, so that the same names become the same identities. */
export async function sameKeys({ dir }: Uncrashed, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  await cp(join(dir, 'keys'), join(to, 'keys'), { recursive: true });
}
