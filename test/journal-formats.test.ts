import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOperations } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';
import { encodeGroup } from '../src/journal/frame.ts';
import { openJournal } from '../src/journal/index.ts';
import { encodeHeader } from '../src/journal/segment.ts';

const FLEET = { seed: 11, until: '2026-05-21T09:00:00Z', days: 2, devices: 16 };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-formats-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('[JRN-7] a simulated fleet', () => {
  test('ends in the same state whichever format its journal has, and format 2 is far smaller', async () => {
    const live = await withOperations('packed', async (operations) => {
      await operations.simulate(FLEET, () => undefined);
      return operations.status({ hash: true });
    });
    expect(live.events).toBeGreaterThan(1_000);
    await rewriteAsFormat1('packed', 'json');

    expect(await replayedHash('packed')).toBe(live.stateHash);
    expect(await replayedHash('json')).toBe(live.stateHash);
    expect(await journalBytes('packed')).toBeLessThan(0.4 * (await journalBytes('json')));
  });
});

/** The same keys and the same records, each framed as format 1 has them: a 1, then JSON. */
async function rewriteAsFormat1(from: string, to: string): Promise<void> {
  await cp(join(dir, from, 'keys'), join(dir, to, 'keys'), { recursive: true });
  await mkdir(join(dir, to, 'journal'));
  const journal = await openJournal(join(dir, from, 'journal'));
  const bytes: Buffer[] = [encodeHeader(0)];
  for await (const records of journal.read()) {
    for (const { seq, record } of records) {
      const payload = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(record))]);
      bytes.push(encodeGroup(seq, [payload]));
    }
  }
  await journal.close();
  await writeFile(join(dir, to, 'journal', '00000000000000000000.seg'), Buffer.concat(bytes));
}

async function replayedHash(data: string): Promise<string | null> {
  const { stateHash } = await withOperations(data, (operations) => operations.status({ hash: true }));
  return stateHash;
}

type Open = Awaited<ReturnType<typeof openOperations>>;

async function withOperations<T>(
  data: string,
  use: (operations: Open['operations']) => Promise<T>,
): Promise<T> {
  const place = join(dir, data);
  const config = loadConfig({ dir: place, file: null, environment: [], flags: [] });
  const effects = realEffects(() => 'fault');
  const request = { dir: place, config, unconfigured: true, onProgress: () => undefined };
  await mkdir(place, { recursive: true });
  const open = await openOperations(request, effects);
  try {
    return await use(open.operations);
  } finally {
    await open.close();
  }
}

async function journalBytes(data: string): Promise<number> {
  const journal = join(dir, data, 'journal');
  const names = await readdir(journal);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(journal, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
