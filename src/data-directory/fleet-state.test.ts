import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Effects } from '../effects/index.ts';
import type { Fleet } from '../model/index.ts';
import { controlOperations } from '../operations/index.ts';
import { FleetState } from './fleet-state.ts';

const effects: Effects = {
  now: () => 0,
  elapsed: () => 0,
  random: (bytes) => randomBytes(bytes),
  reportFault: () => 'none',
};
const fleet: Fleet = { tenant: 'acme', sites: [], domains: {} };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-state-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function opened(at: string): Promise<FleetState> {
  return FleetState.open(at, effects, { progress: () => undefined });
}

describe('[APP-1] a journal and the keys that sealed it', () => {
  test('belong together: without the keys it is not opened', async () => {
    const state = await opened(dir);
    await state.append({ kind: 'configuration', fleet, actor: 'test' });
    await state.close();
    await rm(join(dir, 'keys'), { recursive: true });
    await expect(opened(dir)).rejects.toMatchObject({ code: 'keys_missing' });
  });

  test('belong together: with other keys it is not opened', async () => {
    const other = join(dir, 'other');
    await (await opened(other)).close();
    const own = join(dir, 'own');
    const state = await opened(own);
    await state.append({ kind: 'configuration', fleet, actor: 'test' });
    await state.close();
    await rm(join(own, 'keys'), { recursive: true });
    await cp(join(other, 'keys'), join(own, 'keys'), { recursive: true });
    await expect(opened(own)).rejects.toMatchObject({ code: 'keys_changed' });
  });

  test('open again with the same keys', async () => {
    const state = await opened(dir);
    await state.append({ kind: 'configuration', fleet, actor: 'test' });
    await state.close();
    const again = await opened(dir);
    expect(again.fleet).toEqual(fleet);
    await again.close();
  });
});

test('[DURABLE-ENGINE-1] a record on which the engine fails stops everything, and is taken in after a restart', async () => {
  const state = await opened(dir);
  await state.append({ kind: 'configuration', fleet, actor: 'test' });
  const { engine } = state;
  // oxlint-disable-next-line require-yield -- it fails at once
  engine.applying = function* () {
    throw new Error('a fault of ours');
  };
  await expect(state.append({ kind: 'clock', at: 1_000 })).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('record 1 is on disk'),
  });
  await expect(state.append({ kind: 'clock', at: 2_000 })).rejects.toMatchObject({ code: 'failed' });
  await expect(state.writeSnapshot()).rejects.toMatchObject({ code: 'failed' });
  expect(state.journal.length).toBe(2);
  await state.close();
  const again = await opened(dir);
  expect(again.engine.time.now).toBe(1_000);
  await again.close();
});

test('what a client asks with is read as strictly as anything from outside', async () => {
  const never = (): Promise<never> => Promise.reject(new Error('must not be reached'));
  const enrol = controlOperations(never).enrol(
    { match: 'x', dryRun: false, actor: { a: 1 }, reason: null },
    () => undefined,
  );
  await expect(enrol).rejects.toMatchObject({
    code: 'invalid_arguments',
    message: expect.stringContaining('actor'),
  });
});
