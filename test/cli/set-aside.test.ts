import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/index.ts';
import type { JournalRecord } from '../../src/model/index.ts';
import { freePort, Running, stance } from './stance.ts';
import { writeConnLog } from './zeek-logs.ts';

let dir: string;
let data: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-set-aside-'));
  data = join(dir, 'data');
});
afterEach(() => rm(dir, { recursive: true }));

const on = (...words: string[]) => stance(dir, ...words, '--data', data);

async function status(): Promise<{ records: number; stateHash: string; setAside: number }> {
  const { code, stdout } = await on('status', '--hash', '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout) as { records: number; stateHash: string; setAside: number };
}

/** What no engine can apply, in the form of something that somebody said: the journal keeps it as it came. */
async function sayTheImpossible(): Promise<void> {
  const journal = await openJournal(join(data, 'journal'));
  const policies = [{ id: 'p', description: 'secret.example' }];
  await journal.append({ kind: 'policies', policies, at: 1, actor: 'test' } as unknown as JournalRecord);
  await journal.close();
}

test('[SET-ASIDE-1] [SET-ASIDE-7] a directory that holds what the engine fails on works as if it had never been there, and every door says so', async () => {
  const log = await writeConnLog(dir, 60);
  expect((await on('ingest', log)).code).toBe(0);
  const before = await status();
  await sayTheImpossible();

  const looked = await on('doctor');
  expect(looked.code).toBe(1);
  expect(looked.stderr).toContain(`record ${before.records} of the journal (policies): TypeError in`);
  expect(looked.stderr).toContain('The next start sets it aside');

  const after = await status();
  expect(after).toMatchObject({ stateHash: before.stateHash, records: before.records + 1, setAside: 1 });
  expect((await on('status')).stdout).toMatch(/Set aside +1 record; see stance set-aside list/);

  const doctor = await on('doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(
    /✗ failed +records set aside +the engine failed on \d+ \(policies: TypeError in/,
  );

  const list = await on('set-aside', 'list', '--json');
  expect(JSON.parse(list.stdout)).toMatchObject({
    records: [{ record: before.records, kind: 'policies', events: 0, not_retried_as: null }],
  });
  expect(await readFile(join(data, 'set-aside.json'), 'utf8')).not.toContain('secret.example');

  // It fails again, and is set aside again.
  expect((await on('set-aside', 'retry')).stdout).toContain('the next start applies it');
  expect(await status()).toEqual(after);
  expect((await on('set-aside', 'retry', '--record', '0')).stderr).toContain('Record 0 is not set aside');
}, 60_000);

test('[SET-ASIDE-7] a server says of itself how many records no posture rests on', async () => {
  expect((await on('ingest', await writeConnLog(dir, 1))).code).toBe(0);
  await sayTheImpossible();
  const port = await freePort();
  const server = new Running(['serve', '--data', data, '--port', String(port)], dir);
  try {
    await server.says('Ctrl-C stops it');
    const health = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ready', set_aside: 1 }]);
    expect(server.stderr).toContain('the engine failed on record');
  } finally {
    server.kill();
    await server.ended();
  }
  expect(await status()).toMatchObject({ setAside: 1 });
}, 60_000);
