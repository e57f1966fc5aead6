import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOperations } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';
import { openJournal } from '../src/journal/index.ts';
import { said } from './cli/said.ts';
import { type Ended, Running, stance } from './cli/stance.ts';
import { writeConnLog } from './cli/zeek-logs.ts';

const CONNECTIONS = 3_000;

let dir: string;
let owner: Running | null = null;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-backup-'));
});
afterEach(async () => {
  owner?.kill();
  await owner?.ended();
  owner = null;
  await rm(dir, { recursive: true });
});

interface Summary {
  readonly records: number;
  readonly entities: number;
  readonly stateHash: string;
}

/** A name in the test's own folder. */
const at = (name: string) => join(dir, name);

async function summaryOf(...args: string[]): Promise<Summary> {
  return summaryIn(await said(...args, '--json'));
}

function summaryIn({ code, stdout, stderr }: Ended): Summary {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Summary;
}

describe('[BACKUP-7] a backup of a running server, made during an ingest', () => {
  test('restores to the state of an engine that stopped at the same record', async () => {
    owner = new Running(['serve', '--data', 'data', '--port', '0', '--json'], dir);
    await owner.says('\n');
    const { url } = JSON.parse(owner.stdout) as { url: string };
    const log = await writeConnLog(dir, CONNECTIONS);
    const ingesting = said('ingest', '--data', at('data'), '--json', log);
    // One gateway that never pauses, from before the backup begins until after it is made.
    let batches = await post(url, 0);
    const gateway = { isNeeded: true };
    const making = stance(dir, 'backup', '--data', 'data', '--to', 'backup', '--json').finally(() => {
      gateway.isNeeded = false;
    });
    while (gateway.isNeeded) batches = await post(url, batches);
    batches = await post(url, batches);
    const [made, ingested] = await Promise.all([making, ingesting]);
    expect(JSON.parse(ingested.stdout)).toMatchObject({ accepted: CONNECTIONS });
    owner.child.kill('SIGTERM');
    await owner.ended();

    const { records, entities, stateHash } = summaryIn(made);
    const back = await summaryOf('restore', '--from', at('backup'), '--data', at('restored'));
    expect(back).toMatchObject({ records, entities, stateHash, isStateEqual: true });
    const original = await cutAfter(records);
    expect(original.stateHash).toBe(stateHash);
    expect(records).toBeLessThan(original.length);
    expect(records).toBeGreaterThan(1);

    // It goes on from there: what the backup has is known, the rest is taken.
    const again = await said('ingest', '--data', at('restored'), '--json', log);
    const { accepted, duplicates } = JSON.parse(again.stdout) as { accepted: number; duplicates: number };
    expect(accepted + duplicates).toBe(CONNECTIONS);
  }, 60_000);

  test('is made of a free directory too, and leaves it as it was', async () => {
    await said('ingest', '--data', at('data'), await writeConnLog(dir, 50));
    await writeFile(join(dir, 'data', 'stance.yaml'), 'tenant: another\n');
    const before = await journalBytes();
    const made = await summaryOf('backup', '--data', at('data'), '--to', at('backup'));
    expect(await journalBytes()).toBe(before);
    const back = await summaryOf('restore', '--from', at('backup'), '--data', at('deep/restored'));
    expect(back).toMatchObject({ records: made.records, stateHash: made.stateHash, isStateEqual: true });
    expect(await readFile(join(dir, 'deep/restored/stance.yaml'), 'utf8')).toBe('tenant: another\n');
  });
});

describe('[BACKUP-8] a backup that is killed', () => {
  test('leaves nothing under its name, and the next one is whole', async () => {
    await said('ingest', '--data', at('data'), await writeConnLog(dir, CONNECTIONS));
    let interrupted = 0;
    for (let attempt = 0; interrupted < 2; attempt++) {
      const to = `backup-${attempt}`;
      const running = new Running(['backup', '--data', 'data', '--to', to], dir);
      while (running.child.exitCode === null && (await partsOf(to)) < attempt % 3) await pause(1);
      running.kill();
      await running.ended();
      const names = await readdir(dir);
      const isWhole = names.includes(to);
      expect(names.some((name) => name.startsWith(`${to}.unfinished-`))).toBe(!isWhole);
      // Whether it was quicker than the signal or is the next try: what has the name is whole.
      if (!isWhole) await summaryOf('backup', '--data', at('data'), '--to', at(to));
      await summaryOf('restore', '--from', at(to), '--data', at(`restored-${attempt}`));
      if (!isWhole) interrupted++;
    }
  });

  test('with the server that makes it is told to whoever asked for it', async () => {
    owner = new Running(['serve', '--data', 'data', '--port', '0', '--json'], dir);
    await owner.says('\n');
    await said('ingest', '--data', at('data'), await writeConnLog(dir, CONNECTIONS));
    const asking = new Running(['backup', '--data', 'data', '--to', 'backup', '--json'], dir);
    while ((await partsOf('backup')) < 0 && asking.child.exitCode === null) await pause(1);
    owner.kill();
    const { stdout } = await asking.ended();
    const isWhole = (await readdir(dir)).includes('backup');
    if (isWhole) await summaryOf('restore', '--from', at('backup'), '--data', at('restored'));
    expect(stdout).toContain(isWhole ? '' : '"connection_lost"');
  });
});

test('[BACKUP-9] failures name what is wrong, write nothing, and end with their exit code', async () => {
  await said('ingest', '--data', at('data'), await writeConnLog(dir, 20));
  await summaryOf('backup', '--data', at('data'), '--to', at('backup'));
  const segment = join(dir, 'backup/journal/00000000000000000000.seg');
  const bytes = await readFile(segment);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  await writeFile(segment, bytes);
  const damaged = await said('restore', '--from', at('backup'), '--data', at('restored'), '--json');
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).toContain(`${segment} is damaged`);
  expect(JSON.parse(damaged.stdout)).toMatchObject({ error: { code: 'damaged_backup' } });
  const occupied = await said('restore', '--from', at('backup'), '--data', at('data'));
  expect(occupied).toMatchObject({ code: 1, stderr: expect.stringContaining('data is not empty') });
  const missing = await said('backup', '--data', at('nowhere'), '--to', at('other'));
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no data directory') });
  expect(await said('restore', '--data', at('restored'))).toMatchObject({ code: 2 });
  expect((await readdir(dir)).sort()).toEqual(['backup', 'conn.log', 'data']);
});

async function journalBytes(): Promise<number> {
  const journal = join(dir, 'data', 'journal');
  const names = await readdir(journal).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(journal, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** How many files and folders the unfinished backup holds; −1 where it is not begun. */
async function partsOf(to: string): Promise<number> {
  const draft = (await readdir(dir)).find((name) => name.startsWith(`${to}.unfinished-`));
  if (draft === undefined) return -1;
  return (await readdir(join(dir, draft)).catch(() => [])).length;
}

/** Posts the batch of this number, and says the next one's. */
async function post(url: string, sequence: number): Promise<number> {
  const event = {
    class_uid: 4001,
    category_uid: 4,
    activity_id: 6,
    severity_id: 1,
    time: Date.now(),
    metadata: { version: '1.3.0', product: { name: 'flows' } },
    src_endpoint: { ip: `10.7.0.${1 + (sequence % 50)}`, port: 40_000 + (sequence % 20_000) },
    dst_endpoint: { ip: '192.0.2.10', port: 443 },
    connection_info: { protocol_num: 6, direction_id: 2 },
  };
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      'stance-producer': 'flows-1',
      'stance-sequence': String(sequence),
    },
    body: `${JSON.stringify(event)}\n`,
  });
  expect(await response.json()).toMatchObject({ accepted: 1 });
  return sequence + 1;
}

/** How many records the original has, and the state of an engine that saw only the first `records` of them. */
async function cutAfter(records: number): Promise<{ length: number; stateHash: string | null }> {
  const place = join(dir, 'cut');
  await cp(join(dir, 'data/keys'), join(place, 'keys'), { recursive: true });
  const original = await openJournal(join(dir, 'data/journal'));
  const cut = await openJournal(join(place, 'journal'));
  for await (const batch of original.read()) {
    await Promise.all(batch.filter(({ seq }) => seq < records).map(({ record }) => cut.append(record)));
  }
  await Promise.all([original.close(), cut.close()]);
  const config = loadConfig({ dir: place, file: null, environment: [], flags: [] });
  const request = { dir: place, config, unconfigured: true, onProgress: () => undefined };
  const effects = realEffects(() => 'fault');
  const open = await openOperations(request, effects);
  const { stateHash, records: length } = await open.operations.status({ hash: true });
  await open.close();
  expect(length).toBe(records);
  return { length: original.length, stateHash };
}
