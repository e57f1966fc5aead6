import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Campaign, heldTo, prepare } from './campaign.ts';
import { Owner } from './owner.ts';
import type { Step } from './feed.ts';
import { FAULTS, KILLS } from './trials.ts';
import { sameKeys, type Uncrashed } from './uncrashed.ts';

/* A short form of `npm run crash`: half a day of a dozen devices. */
const SEED = 11;
const RUNS = 5;
const TIME_MS = 120_000;

/** Each trial, and the end of each feed, is held to the hash. */
const GOOD = { trials: RUNS, lost: 0, twice: 0, hashesDiffer: 0 };

let place: string;
let uncrashed: Uncrashed;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'stance-crash-'));
  uncrashed = await prepare(place, { seed: SEED, days: 0.5, devices: 12 });
}, TIME_MS);
afterAll(async () => {
  await rm(place, { recursive: true });
});

describe('an owner that takes a feed in', () => {
  test(
    '[CRASH-1] is killed, and loses nothing, takes nothing twice and has the same state',
    async () => expect(await outcome(KILLS)).toMatchObject(GOOD),
    TIME_MS,
  );

  test(
    '[CRASH-2] has a full or failing disk, and loses nothing, takes nothing twice and has the same state',
    async () => expect(await outcome(FAULTS)).toMatchObject(GOOD),
    TIME_MS,
  );

  test(
    '[CRASH-3] refuses a batch for want of room by its own error, and takes it when there is some',
    async () => {
      const dir = join(place, 'full');
      await sameKeys(uncrashed, dir);
      const owner = await Owner.start(dir);
      const batch = uncrashed.steps.find(({ kind }) => kind === 'batch') as Step;
      owner.arm({ process: 'owner', call: 'journal.write', after: 0, what: { fail: 'ENOSPC', times: 1 } });
      await expect(owner.take(batch)).rejects.toMatchObject({ code: 'disk_full' });
      expect(owner.faults).toMatchObject([{ where: 'journal' }]);
      expect(await owner.take(batch)).toBeGreaterThan(0);
      expect(await owner.take(batch)).toBe(0);
      await owner.close();
    },
    TIME_MS,
  );
});

/** With the table, for whoever reads a failure. */
async function outcome(trials: Campaign['trials']): Promise<unknown> {
  const tallies = await heldTo(uncrashed, join(place, 'lives'), { trials, runs: RUNS, seed: SEED });
  return { ...tallies.total, table: tallies.text() };
}
