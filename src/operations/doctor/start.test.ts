import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configured, DataDirectory } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import type { DoctorReport } from '../operations.ts';

let data: DataDirectory;
let state: FleetState;

beforeEach(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await state.append(configured);
});

afterEach(async () => {
  await state.close();
  await data.remove();
});

/** What doctor says of the configuration and the files that a start reads. */
async function configuration(yaml: string): Promise<DoctorReport['checks']> {
  await writeFile(join(data.dir, 'stance.yaml'), yaml);
  const operations = await data.operations(state);
  const { checks } = await operations.doctor({});
  return checks.filter(({ check }) => check === 'configuration');
}

describe('[DOCTOR-1] what a start reads, doctor reads', () => {
  test('and says that it can', async () => {
    await writeFile(join(data.dir, 'inventory.csv'), 'id,kind\ndev_a,printer\n');
    await writeFile(join(data.dir, 'list.txt'), '203.0.113.1\n');
    const [told, ...others] = await configuration(
      'inventory: inventory.csv\nfeeds: [{ id: list, path: list.txt }]\n',
    );
    expect(others).toEqual([]);
    expect(told).toMatchObject({ state: 'ok', detail: expect.stringContaining('stance.yaml') });
    expect(state.engine.directory.inventory.size).toBe(0);
  });

  test.each([
    ['inventory: nowhere.yaml', /inventory file .*nowhere\.yaml cannot be read/],
    ['policies: nowhere.yaml', /policy file .*nowhere\.yaml cannot be read/],
    ['feeds: [{ id: list, path: nowhere.txt }]', /feeds, list: .*nowhere\.txt cannot be read \(ENOENT\)/],
    [
      'listen: { tls: { cert: nowhere.pem, key: nowhere.key } }',
      /listen\.tls: .*nowhere\.pem cannot be read/,
    ],
    [
      'outputs: [{ id: soc, type: webhook, url: "https://soc.example/", secret_file: nowhere }]',
      /soc: secret_file/,
    ],
    ['fleet: { keys: nowhere, aggregator: "https://sums.example/" }', /fleet\.keys/],
  ])('%s is a failure', async (yaml, detail) => {
    expect(await configuration(yaml)).toContainEqual({
      check: 'configuration',
      state: 'failed',
      detail: expect.stringMatching(detail),
    });
  });

  test.each([
    [
      'outputs: [{ id: soc, type: webhook, url: "https://soc.example/", secret_env: NOT_SET_ANYWHERE }]',
      /soc: secret_env: NOT_SET_ANYWHERE is not set here/,
    ],
    [
      'feeds: [{ id: list, url: "https://feeds.example/l.txt", secret_env: NOT_SET_ANYWHERE }]',
      /NOT_SET_ANYWHERE is not set/,
    ],
    ['feeds: [{ id: local, folder: nowhere }]', /feeds, local: .*nowhere cannot be read/],
  ])('%s is a warning: a start may have it, or does without', async (yaml, detail) => {
    expect(await configuration(yaml)).toEqual([
      { check: 'configuration', state: 'warning', detail: expect.stringMatching(detail) },
    ]);
  });

  test('a file of tokens that is none is a failure, and so is an inventory with mistakes, in few words', async () => {
    await writeFile(join(data.dir, 'tokens.json'), '{', { mode: 0o600 });
    const wrong = Array.from({ length: 30 }, (_, at) => `dev_${at},no such kind`);
    await writeFile(join(data.dir, 'inventory.csv'), `id,kind\n${wrong.join('\n')}\n`);
    const told = await configuration('inventory: inventory.csv');
    expect(told).toMatchObject([
      { state: 'failed', detail: expect.stringContaining('not a token file') },
      { state: 'failed', detail: expect.stringMatching(/^The inventory was refused whole: .*…$/) },
    ]);
    expect(told.every(({ detail }) => !detail.includes('\n'))).toBe(true);
  });

  test('an authority whose key others can read is a failure', async () => {
    await mkdir(join(data.dir, 'authority'), { mode: 0o755 });
    await writeFile(join(data.dir, 'authority', 'authority.key.pem'), '', { mode: 0o644 });
    expect(await configuration('')).toMatchObject([
      { state: 'failed', detail: expect.stringContaining('chmod 600') },
    ]);
  });
});
