import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

async function stance(...words: string[]) {
  const stdout = new RememberedScreen();
  const stderr = new RememberedScreen();
  const code = await run(words, { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('[FLEET-STAT-17] the commands of a site', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stance-site-'));
    await stance('simulate', '--devices', '12', '--days', '0.1', '--data', join(dir, 'data'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const data = () => ['--data', join(dir, 'data')];

  test('tell the statistics of its groups', async () => {
    const { code, stdout } = await stance('fleet', 'statistics', '--group', 'cohort', ...data(), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      metric: 'score',
      group: 'cohort',
      local: { provenance: { method: 'local-plaintext' } },
      fleet: null,
    });
    const text = await stance('fleet', 'statistics', '--metric', 'bands', ...data());
    expect(text.stdout).toMatch(/This site, by bands\n +all +12 +low \d+/);
    const wrong = await stance('fleet', 'statistics', '--metric', 'bnads', ...data());
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('bands') });
  });

  test('tell that nothing is sent to anybody where nothing is configured', async () => {
    const { code, stdout } = await stance('fleet', 'status', ...data());
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'This Stance is no site of a fleet: nothing is sent to anybody.\n',
    });
    await writeFile(join(dir, 'release.json'), '{}');
    const refused = await stance('fleet', 'release', 'import', join(dir, 'release.json'), ...data());
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('set fleet in its configuration'),
    });
  });

  test('tell where the keys of a site are not as they should be', async () => {
    const config = join(dir, 'stance.yaml');
    await writeFile(config, 'fleet: { keys: nowhere, aggregator: "https://aggregator.example" }\n');
    const { code, stdout } = await stance('fleet', 'status', ...data(), '--config', config, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      configured: true,
      running: false,
      site: null,
      problem: expect.stringMatching(/^fleet\.keys: .*nowhere.* is missing: /),
    });
  });
});
