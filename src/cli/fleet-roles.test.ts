import { mkdtemp, readFile, rm } from 'node:fs/promises';
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

describe('[AGG-CLI-1] the three roles of fleet statistics', () => {
  let dir = '';
  const at = (...path: string[]) => join(dir, ...path);
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stance-roles-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test('are set up by commands, each telling what the next one needs', async () => {
    const made = await stance('keyholder', 'init', '--tenant', 'acme', '--data', at('keys'), '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({
      tenant: 'acme',
      minimum_group: 20,
      round_hours: 24,
      sites: [],
    });
    const site = await stance('site', 'init', '--data', at('site'));
    expect(site.stdout).toMatch(/^MCowBQYDK2VwAyEA\S{44}\n$/);
    expect(await stance('site', 'init', '--data', at('site'))).toEqual(site);
    const enrolled = await stance(
      'keyholder',
      'enrol',
      'berlin',
      site.stdout.trim(),
      '--out',
      at('berlin.credential'),
      '--data',
      at('keys'),
    );
    expect(enrolled).toMatchObject({ code: 0, stdout: expect.stringContaining('berlin') });
    const joined = await stance(
      'site',
      'join',
      '--credential',
      at('berlin.credential'),
      '--agreement',
      at('keys', 'agreement.json'),
      '--data',
      at('site'),
      '--json',
    );
    expect(JSON.parse(joined.stdout)).toMatchObject({ site: 'berlin', tenant: 'acme' });
    const shown = await stance('keyholder', 'show', '--data', at('keys'), '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ sites: ['berlin'], releases: [] });
    expect(await readFile(at('keys', 'agreement.json'), 'utf8')).not.toContain('checkRoot');
  });

  test.each([
    [['keyholder', 'init', '--tenant', 'acme', '--data', 'KEYS'], 1, 'has a secret key already'],
    [['keyholder', 'init', '--tenant', 'a b', '--data', 'NEW'], 1, 'got "a b"'],
    [
      ['keyholder', 'init', '--tenant', 'other', '--data', 'NEW', '--successor-of', 'KEYS'],
      1,
      'cannot be its successors',
    ],
    [['keyholder', 'init', '--tenant', 'acme', '--data', 'NEW', '--round-hours', '0.5'], 2, '--round-hours'],
    [['keyholder', 'enrol', 'x y', 'KEY', '--out', 'OUT', '--data', 'KEYS'], 1, 'got "x y"'],
    [['keyholder', 'enrol', 'oslo', 'KEY', '--out', 'OUT', '--data', 'KEYS'], 1, 'no Ed25519 public key'],
    [['keyholder', 'show', '--data', 'NOWHERE'], 1, 'stance keyholder init'],
    [['keyholder', 'release', '--from', 'nowhere', '--data', 'KEYS'], 2, '--from must be a URL'],
    [['keyholder', 'release', '--from', 'http://127.0.0.1:1', '--data', 'KEYS'], 1, 'did not answer'],
    [['keyholder', 'budget', 'much', '--data', 'KEYS'], 2, 'a number from 0 to 1000'],
    [['keyholder', 'budget', '0.0001', '--data', 'KEYS'], 2, 'three decimals'],
    [['keyholder', 'share', '--data', 'KEYS'], 1, 'Nothing was released'],
    [
      ['site', 'join', '--credential', 'NOWHERE', '--agreement', 'NOWHERE', '--data', 'SITE'],
      1,
      'cannot be read',
    ],
    [['aggregator', '--agreement', 'A', '--listen', 'here'], 2, '--listen must be HOST:PORT'],
    [['aggregator', '--agreement', 'A', '--listen', '0.0.0.0:0', '--data', 'AGG'], 2, 'needs TLS'],
    [['aggregator', '--agreement', 'A', '--tls-cert', 'c'], 2, 'belong together'],
  ])('say what is wrong: %j', async (words, code, message) => {
    const places: Record<string, string> = {
      KEYS: at('keys'),
      SITE: at('site'),
      NEW: at('new'),
      AGG: at('agg'),
    };
    const answer = await stance(
      ...words.map((word) => places[word] ?? (word === 'NOWHERE' ? at('nowhere') : word)),
    );
    expect({ code: answer.code, stderr: answer.stderr }).toEqual({
      code,
      stderr: expect.stringContaining(message),
    });
  });
});
