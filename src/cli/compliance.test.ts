import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { realEffects } from '../effects/index.ts';
import { ComplianceReport } from '../model/index.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

const FLEET = ['--devices', '12', '--days', '3', '--until', '2026-05-21T00:00:00Z'];
const NIS2 = ['--framework', 'nis2'];
const TRAINING = [...NIS2, '--control', '8.2', '--owner', 'hr', '--days', '90', '--reason', 'HR-7'];

let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'stance-compliance-'));
  const { code, stderr } = await said('simulate', ...FLEET);
  if (code !== 0) throw new Error(stderr);
}, 60_000);
afterAll(() => rm(data, { recursive: true }));

async function said(...words: string[]) {
  const [stdout, stderr] = [new RememberedScreen(), new RememberedScreen()];
  const code = await run([...words, '--data', data], { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

async function report(...words: string[]): Promise<ComplianceReport> {
  const { code, stdout, stderr } = await said('compliance', ...NIS2, '--format', 'json', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return ComplianceReport.parse(JSON.parse(stdout));
}

describe('[COMPL-15] stance compliance', () => {
  test('prints text for a person, JSON and OSCAL for a program', async () => {
    const text = await said('compliance', ...NIS2);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^NIS2 .* {2}non compliant\n49 controls: 0 compliant/);
    expect(text.stdout).toMatch(/^6\.10 +non compliant/m);
    expect(text.stdout).toMatch(/^ {4}support_ended: \d+ of \d+ entities fail$/m);
    const { controls } = await report();
    expect(controls).toHaveLength(49);
    expect(JSON.parse((await said('compliance', ...NIS2, '--json')).stdout)).toMatchObject({
      framework: 'nis2',
    });
    const oscal = await said('compliance', ...NIS2, '--format', 'oscal');
    expect(Object.keys(JSON.parse(oscal.stdout) as object)).toEqual(['assessment-results']);
  });

  test('takes what people say, lists it, and ends it', async () => {
    const made = await said('compliance', 'attest', ...TRAINING);
    expect(made.stdout).toMatch(/^att_\w+: nis2 8\.2 met, by hr, said at \S+, until /);
    const [id = ''] = made.stdout.split(':');
    const control = async (...words: string[]) =>
      (await report(...words)).controls.find((each) => each.control === '8.2');
    expect((await control())?.state).toBe('compliant');
    expect((await control())?.words?.[0]).toMatchObject({ id, actor: 'stance compliance attest' });
    expect((await control('--as-of', '2026-05-20T00:00:00Z'))?.state).toBe('not_assessed');
    expect((await said('compliance', 'words')).stdout).toMatch(/^att_\w+ +nis2 +8\.2 +met +hr /m);
    expect((await said('compliance', 'withdraw', id)).stdout).toBe(`${id} has ended.\n`);
    expect((await said('compliance', 'words')).stdout).toContain('withdrawal');
  });

  test('refuses in the words of the command line', async () => {
    expect(await said('compliance')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--framework NAME is missing/),
    });
    const word = await said(
      'compliance',
      'attest',
      ...NIS2,
      '--control',
      '8.2',
      '--days',
      '9',
      '--reason',
      'x',
    );
    expect(word).toMatchObject({ code: 2, stderr: expect.stringContaining('--owner was not given') });
    const early = await said('compliance', ...NIS2, '--as-of', '2020-01-01T00:00:00Z');
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('--as-of was 2020') });
    const when = await said('compliance', ...NIS2, '--as-of', 'yesterday');
    expect(when).toMatchObject({ code: 2, stderr: expect.stringContaining('--as-of was "yesterday"') });
  });

  test('asks the owner of a running directory, as HTTP does', async () => {
    const flags = [{ field: 'listen.port', value: 0, from: '--port', isPath: false }];
    const config = loadConfig({ dir: data, file: null, environment: [], flags });
    const simulate = { seed: 1, until: null, days: 1, devices: 12 };
    const owner = await serve(
      { dir: data, config, simulate, onProgress: () => undefined },
      realEffects(() => 'none'),
    );
    await owner.ready;
    const { url } = owner;
    const asked = await fetch(`${url}/v1/compliance/nis2`);
    const { controls } = ComplianceReport.parse(await asked.json());
    expect(controls).toEqual((await report()).controls);
    const oscal = (await (await fetch(`${url}/v1/compliance/nis2/oscal`)).json()) as object;
    expect(Object.keys(oscal)).toEqual(['assessment-results']);
    const body = JSON.stringify({ framework: 'nis2', control: '8.1', owner: 'hr', days: 9, reason: 'HR-8' });
    const headers = { 'content-type': 'application/json' };
    const made = await fetch(`${url}/v1/compliance/attest`, { method: 'POST', headers, body });
    expect([made.status, await made.json()]).toEqual([
      200,
      expect.objectContaining({ actor: 'local', says: 'met' }),
    ]);
    const then = await fetch(`${url}/v1/compliance/nis2?as_of=${encodeURIComponent('2000-01-01T00:00:00Z')}`);
    expect(then.status).toBeGreaterThanOrEqual(400);
    const odd = await fetch(`${url}/v1/compliance/nis2?asof=now`);
    expect([odd.status, await odd.text()]).toEqual([400, expect.stringContaining('as_of')]);
    const wrong = await fetch(`${url}/v1/compliance/pci`);
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining('framework')]);
    const none = await fetch(`${url}/v1/compliance/withdraw`, {
      method: 'POST',
      headers,
      body: '{"word":"att_none"}',
    });
    expect([none.status, await none.text()]).toEqual([404, expect.stringContaining('unknown_word')]);
    await owner.close();
  }, 30_000);
});
