import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningServer, serve } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { realEffects } from '../effects/index.ts';
import { DAY_MS } from '../model/index.ts';
import { lookUp, type LookupAnswer, openTokens } from '../operations/index.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

const FEED = ['evil.example.org', '198.51.100.7', '2001:db8:7::/48', '203.0.113.0/24', 'ab'.repeat(32)];

let dir: string;
let service: RunningServer;
let between: Server;
/** Bodies that went to the service, as whoever listens there sees them. */
let seen: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-shared-'));
  const flags = [{ field: 'listen.port', value: 0, from: '--port', isPath: false }];
  const config = loadConfig({ dir, file: null, environment: [], flags });
  const effects = realEffects(() => 'none');
  service = await serve({ dir, config, simulate: null, onProgress: () => undefined }, effects);
  await service.ready;
  await writeFile(join(dir, 'acme.txt'), FEED.map((each) => `${each}\n`).join(''));
  await answered('intel', 'import', '--data', dir, '--category', 'c2_server', join(dir, 'acme.txt'));
  seen = [];
  between = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
      const body = Buffer.concat(parts);
      seen.push(body.toString());
      const { authorization = '' } = request.headers;
      const headers = {
        'content-type': 'application/json',
        ...(authorization === '' ? {} : { authorization }),
      };
      const answer = await fetch(`${service.url}${request.url ?? ''}`, { method: 'POST', body, headers });
      response.writeHead(answer.status).end(await answer.text());
    })();
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
});
afterEach(async () => {
  between.close();
  await service.close();
  await rm(dir, { recursive: true });
});

async function said(...words: string[]) {
  const [stdout, stderr] = [new RememberedScreen(), new RememberedScreen()];
  const code = await run(words, { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

async function answered(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await said(...words, '--json');
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

const list = () => join(dir, 'acme.sealed');
const place = () => `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
const ask = (...words: string[]) =>
  said('intel', 'ask', '--json', '--list', list(), '--service', place(), ...words);
const asked = async (...words: string[]) => JSON.parse((await ask(...words)).stdout) as LookupAnswer;

describe('[LOOKUP-4] a shared service', () => {
  test('tells whoever asks what it lists of that, in any spelling, with parents and networks', async () => {
    const sealed = await answered('intel', 'seal', '--data', dir, list());
    expect(sealed).toMatchObject({ path: list(), indicators: FEED.length });
    const { answers, list: of } = await asked(
      'hxxp://a.b.evil[.]example[.]org/x',
      '198.51.100.7',
      '203.0.113.9',
      '2001:db8:7:1::5',
      'AB'.repeat(32),
      'example.org',
      '198.51.100.8',
      '10.0.0.1',
    );
    expect(of).toMatchObject({ indicators: FEED.length, key: sealed['key'] });
    expect(answers.map(({ value, reputation, matched }) => [value, reputation, matched])).toEqual([
      ['a.b.evil.example.org', 'malicious', 'evil.example.org'],
      ['198.51.100.7', 'malicious', '198.51.100.7'],
      ['203.0.113.9', 'malicious', '203.0.113.0/24'],
      ['2001:db8:7:1::5', 'malicious', '2001:db8:7::/48'],
      ['ab'.repeat(32), 'malicious', 'ab'.repeat(32)],
      ['example.org', 'unknown', null],
      ['198.51.100.8', 'unknown', null],
      ['10.0.0.1', 'not_applicable', null],
    ]);
    expect(answers[0]).toMatchObject({ categories: ['c2_server'], feed_sources: 1, problem: null });
  });

  test('says what the Stance that sealed it says, of what several feeds and networks say too', async () => {
    await writeFile(join(dir, 'less.txt'), 'deep.weak.example.com\n');
    await writeFile(join(dir, 'more.txt'), 'weak.example.com\n198.51.100.0/28\n');
    for (const name of ['less', 'more'])
      await answered('intel', 'import', '--data', dir, '--confidence', '0.5', join(dir, `${name}.txt`));
    await answered('intel', 'seal', '--data', dir, list());
    const indicators = [
      'deep.weak.example.com',
      'a.deep.weak.example.com',
      'b.weak.example.com',
      '198.51.100.7',
      '198.51.100.9',
    ];
    const { answers } = await asked(...indicators);
    const { answers: local } = (await answered('intel', 'lookup', '--data', dir, ...indicators)) as {
      answers: { reputation: string; categories: string[]; feed_sources: number }[];
    };
    const judged = ({ reputation, categories }: { reputation: string; categories: readonly string[] }) => ({
      reputation,
      categories,
    });
    expect(answers.map(judged)).toEqual(local.map(judged));
    expect(new Set(answers.map(({ reputation }) => reputation)).size).toBe(2);
  });

  test('leaves a file alone that is no sealed list', async () => {
    const refused = await said('intel', 'seal', '--data', dir, '--json', join(dir, 'acme.txt'));
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { error: { code: 'file_exists' } }]);
    expect(await readFile(join(dir, 'acme.txt'), 'utf8')).toContain('evil.example.org');
  });

  test('sees neither what is asked nor that it is asked again, and the list does not show what it lists', async () => {
    await answered('intel', 'seal', '--data', dir, list());
    const first = await asked('evil.example.org');
    const second = await asked('a.b.c.evil.example.org');
    expect([first.elements_sent, second.elements_sent]).toEqual([8, 8]);
    const elements = seen.flatMap((body) => (JSON.parse(body) as { elements: string[] }).elements);
    expect(new Set(elements).size).toBe(16);
    const file = await readFile(list());
    for (const each of ['evil', 'ZXZpbC5leGFtcGxl', Buffer.from('evil.example.org').toString('hex')]) {
      expect(seen.join('\n').toLowerCase()).not.toContain(each.toLowerCase());
      expect(file.toString('latin1')).not.toContain(each);
    }
  });

  test('is not believed with another key, and what cannot be is said', async () => {
    const { key } = (await answered('intel', 'seal', '--data', dir, list())) as { key: string };
    expect((await ask('--key', key, 'evil.example.org')).code).toBe(0);
    const other = await ask('--key', '00'.repeat(32), 'evil.example.org');
    expect([other.code, JSON.parse(other.stdout)]).toMatchObject([1, { error: { code: 'other_key' } }]);
    const bytes = await readFile(list());
    const late = {
      list: list(),
      service: place(),
      token: null,
      key,
      allowHttp: false,
      indicators: ['a.org'],
    };
    await expect(lookUp(late, Date.now() + 8 * DAY_MS)).rejects.toMatchObject({ code: 'list_expired' });
    await writeFile(list(), bytes.subarray(0, -1));
    const cut = await ask('evil.example.org');
    expect([cut.code, cut.stdout]).toEqual([1, expect.stringContaining('it is damaged, or was cut off')]);
    await writeFile(list(), bytes);
    const none = await ask('not an indicator');
    expect(none.code).toBe(1);
    expect((JSON.parse(none.stdout) as LookupAnswer).answers[0]?.problem).toContain('not an indicator');
  });

  test('wants a token where there are some, refuses what is no element, and counts', async () => {
    await answered('intel', 'seal', '--data', dir, list());
    const post = (body: unknown) =>
      fetch(`${service.url}/v1/intel/evaluate`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    for (const elements of [
      [],
      ['AAAA'],
      [Buffer.alloc(32).toString('base64')],
      Array(65).fill('AAAA'),
      'x',
      [7],
    ]) {
      const refused = await post({ elements });
      expect([refused.status, await refused.json()]).toMatchObject([
        400,
        { error: { code: 'invalid_arguments' } },
      ]);
    }
    const tokens = openTokens(dir);
    const secret = (name: string, scope: 'operate' | 'lookup', byte: number) =>
      tokens.createToken(name, [scope], new Uint8Array(32).fill(byte), Date.now());
    const operator = await secret('soc', 'operate', 1);
    const partner = await secret('partner', 'lookup', 2);
    const closed = await ask('evil.example.org');
    expect([closed.code, closed.stdout]).toEqual([1, expect.stringContaining('it asks for another token')]);
    await writeFile(join(dir, 'partner.key'), `${partner}\n`);
    await writeFile(join(dir, 'soc.key'), operator);
    expect((await ask('--token-file', join(dir, 'soc.key'), 'evil.example.org')).code).toBe(1);
    expect((await ask('--token-file', join(dir, 'partner.key'), 'evil.example.org')).code).toBe(0);
  });
});
