import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { realEffects } from '../effects/index.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

const DEVICE = 'dev_workstation_sarah_k';
const FLEET = ['--devices', '12', '--days', '3', '--until', '2026-05-21T00:00:00Z'];

let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'stance-anomalies-'));
  const { code, stderr } = await said('simulate', ...FLEET);
  if (code !== 0) throw new Error(stderr);
}, 60_000);

afterAll(() => rm(data, { recursive: true }));

async function said(...words: string[]) {
  const [stdout, stderr] = [new RememberedScreen(), new RememberedScreen()];
  const code = await run([...words, '--data', data], { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

async function answered(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await said(...words, '--json');
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function movement(): Promise<string> {
  const { anomalies } = await answered(
    'anomalies',
    'list',
    '--entity',
    DEVICE,
    '--since',
    '2026-05-01T00:00:00Z',
  );
  return (anomalies as { id: string }[])[0]?.id ?? '';
}

describe('[ANOM-DOOR-10] the doors for operators', () => {
  test('on a directory at rest', async () => {
    const id = await movement();
    expect(id).toMatch(/^ano_/);
    const shown = await said('anomalies', 'show', id);
    expect(shown.stdout).toContain('lateral_movement_attempt, ');
    expect(shown.stdout).toContain('Assigned to  nobody');
    const refused = await said('anomalies', 'verdict', id, '--verdict', 'expected');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason was not given') });
    const wrong = await said('anomalies', 'list', '--cursor', 'page two');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--cursor is none that') });
    await answered('anomalies', 'assign', id, '--to', 'soc-2');
    const judged = await answered(
      'anomalies',
      'verdict',
      id,
      '--status',
      'acknowledged',
      '--reason',
      'on it',
    );
    expect(judged).toMatchObject({ status: 'acknowledged', assignee: 'soc-2' });
    expect(judged['words']).toMatchObject([
      { said: 'assign', actor: 'stance anomalies assign', to: 'soc-2' },
      { said: 'verdict', actor: 'stance anomalies verdict', status: 'acknowledged', reason: 'on it' },
    ]);
    const dry = await said('anomalies', 'suppress', '--entity', DEVICE, '--dry-run');
    expect(dry.stdout).toContain('Would have matched 1 anomaly, and closed 1 of them. Nothing was changed.');
    const empty = await said('suppressions', 'list');
    expect(empty).toMatchObject({ code: 0, stdout: 'Nothing is suppressed.\n' });
  });

  test('through the process that owns it, and over HTTP', async () => {
    const id = await movement();
    const flags = [{ field: 'listen.port', value: 0, from: '--port', isPath: false }];
    const config = loadConfig({ dir: data, file: null, environment: [], flags });
    const simulate = { seed: 1, until: null, days: 1, devices: 12 };
    const owner = await serve(
      { dir: data, config, simulate, onProgress: () => undefined },
      realEffects(() => 'none'),
    );
    try {
      await owner.ready;
      const site = `${owner.url}/v1`;
      const listed = await (await fetch(`${site}/anomalies?entity_id=${DEVICE}`)).json();
      expect(listed).toMatchObject({ anomalies: [{ id, assignee: 'soc-2' }], suppressed: 0 });
      const over = await fetch(`${site}/anomalies/suppress`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ anomaly: id, owner: 'netops', reason: 'new scanner', days: 10 }),
      });
      expect([over.status, await over.json()]).toMatchObject([200, { closed: 1 }]);
      const { suppressions } = await answered('suppressions', 'list');
      expect(suppressions).toMatchObject([{ scope: { entity: DEVICE }, actor: 'local', owner: 'netops' }]);
      const shown = await answered('anomalies', 'show', id);
      expect(shown).toMatchObject({ status: 'closed', verdict: 'expected' });
      const [{ id: suppression } = { id: '' }] = suppressions as { id: string }[];
      const removed = await said('suppressions', 'remove', suppression, '--reason', 'retired');
      expect(removed).toMatchObject({ code: 0, stdout: `${suppression} has ended; it held back 0.\n` });
      const windows = ['--site', 'simulated', '--to', '2026-05-22T00:00:00Z', '--reason', 'round'];
      const { id: window } = await answered('maintenance', 'add', ...windows);
      expect((await said('maintenance', 'list')).stdout).toContain(`${String(window)}  site simulated`);
      await answered('maintenance', 'remove', String(window));
      await answered('baseline', 'accept', '--entity', DEVICE, '--reason', 'new job');
      await answered('baseline', 'revert', '--entity', DEVICE);
      const again = await said('baseline', 'revert', '--entity', DEVICE);
      expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to revert') });
    } finally {
      await owner.close();
    }
  });
});
