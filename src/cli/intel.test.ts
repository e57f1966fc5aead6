import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningServer, serve } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { realEffects } from '../effects/index.ts';
import { MispServer } from '../intel/misp/misp-server.fixture.ts';
import { indicator, TaxiiServer } from '../intel/taxii/taxii-server.fixture.ts';
import { openJournal } from '../journal/index.ts';
import { openTokens } from '../operations/index.ts';
import { CERT, KEY } from '../outputs/localhost.fixture.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

const PASSWORD = 'correct horse battery';
const PACE = { lookEveryMs: 20, settledMs: 20, retryMs: 60_000 };

let data: string;
let taxii: TaxiiServer;
let owner: RunningServer | null;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'stance-intel-'));
  taxii = await TaxiiServer.start({ key: KEY, cert: CERT });
  owner = null;
});
afterEach(async () => {
  await owner?.close();
  await taxii[Symbol.asyncDispose]();
  await rm(data, { recursive: true });
});

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

/** A server with a TAXII collection and a watched folder in its configuration. */
async function serveFeeds(): Promise<RunningServer> {
  await mkdir(join(data, 'feeds'));
  await writeFile(join(data, 'ca.pem'), CERT);
  await writeFile(join(data, 'partner.key'), `${PASSWORD}\n`, { mode: 0o600 });
  const taxiiFeed = `{ id: partner, taxii: '${taxii.url()}', user: me, secret_file: partner.key, ca: ca.pem, allow_private: true }`;
  await writeFile(
    join(data, 'stance.yaml'),
    `feeds:\n  - ${taxiiFeed}\n  - { id: local, folder: feeds, lineage: ours }\n`,
  );
  return again();
}

/** With the configuration that is there. */
async function again(): Promise<RunningServer> {
  const flags = [{ field: 'listen.port', value: 0, from: '--port', isPath: false }];
  const config = loadConfig({ dir: data, file: null, environment: [], flags });
  const effects = realEffects(() => 'none');
  owner = await serve(
    { dir: data, config, simulate: null, onProgress: () => undefined, feeds: PACE },
    effects,
  );
  await owner.ready;
  return owner;
}

const post = (at: RunningServer, query: string, body: string | Uint8Array, token?: string) =>
  fetch(`${at.url}/v1/feeds${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

async function listed(): Promise<readonly string[]> {
  const { feeds } = (await answered('intel', 'list')) as { feeds: { id: string; indicators: number }[] };
  return feeds.map(({ id, indicators }) => `${id} ${indicators}`);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

async function journalled(): Promise<readonly { kind: string; actor: string }[]> {
  const records: { kind: string; actor: string }[] = [];
  const journal = await openJournal(join(data, 'journal'));
  for await (const batch of journal.read())
    for (const { record } of batch)
      if ('actor' in record && typeof record.actor === 'string')
        records.push({ kind: record.kind, actor: record.actor });
  await journal.close();
  return records;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('[INTEL-POST-1] feeds of a running server', () => {
  test('are fetched, watched, sent and imported; who asks about an indicator hears how that goes', async () => {
    taxii.authorization = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
    taxii.add('2026-05-10T00:00:01Z', indicator(1, '198.51.100.1'));
    const at = await serveFeeds();
    await writeFile(join(data, 'feeds', 'acme.txt'), '198.51.100.2\n');
    const sent = await post(at, '?name=sent&category=scanner&confidence=0.6&lineage=ours', '198.51.100.3\n');
    expect([sent.status, await sent.json()]).toMatchObject([
      200,
      { files: [{ id: 'sent', kind: 'feed', state: 'active', format: 'plain', indicators: 1 }], broken: 0 },
    ]);
    const taken = await post(at, '?name=partner', '198.51.100.3\n');
    expect([taken.ok, await taken.text()]).toEqual([
      false,
      expect.stringContaining('of a feed of the configuration'),
    ]);
    await writeFile(join(data, 'own.txt'), '198.51.100.4\n');
    await answered('intel', 'import', join(data, 'own.txt'), '--id', 'named');
    await until(async () => (await listed()).length === 4);
    expect(await listed()).toEqual(['local.acme 1', 'named 1', 'partner 1', 'sent 1']);
    const shown = await said('intel', 'list');
    expect(shown.stdout).toMatch(/Source +Kind +Last fetched +Next +State\n/);
    expect(shown.stdout).toMatch(
      /partner +taxii +20\d\d-\d\d-\d\d \d\d:\d\d +20\d\d-\d\d-\d\d \d\d:\d\d +ok\n/,
    );
    // The secret does not work any more: a fetch fails, and whoever asks hears of it.
    taxii.authorization = 'Bearer other';
    await writeFile(join(data, 'wrong.key'), 'wrong');
    const url = [taxii.url(), '--id', 'partner', '--allow-private', '--ca', join(data, 'ca.pem')];
    const denied = await said('intel', 'import', ...url, '--secret-file', join(data, 'wrong.key'));
    expect(denied).toMatchObject({ code: 1, stdout: expect.stringContaining('answered 401') });
    const context = await answered('intel', 'lookup', '198.51.100.1');
    expect(context['feed_store']).toMatchObject({
      feeds: 4,
      last_fetched: expect.any(String),
      failing: [
        {
          feed: 'partner',
          last_fetched: expect.any(String),
          problem: 'the server answered 401: it wants other credentials',
        },
      ],
    });
    expect((await said('intel', 'lookup', '198.51.100.1')).stdout).toContain('partner was last fetched 20');
    const doctor = await answered('doctor');
    expect(doctor['checks']).toContainEqual({
      check: 'feed partner',
      state: 'warning',
      detail: expect.stringMatching(/^taxii, last fetched .*; failed 1 times in a row, last: the server/),
    });
    expect(await said('intel', 'remove', 'nameed')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean "named"'),
    });
    expect(await answered('intel', 'remove', 'named')).toEqual({ removed: 'named' });
    await rm(join(data, 'feeds', 'acme.txt'));
    await writeFile(join(data, 'feeds', 'other.txt'), '198.51.100.5\n');
    await until(async () => (await listed())[0] === 'local.other 1');
    await at.close();
    owner = null;
    const actors = (await journalled()).filter(({ kind }) => kind.startsWith('feed'));
    expect(actors).toEqual(
      expect.arrayContaining([
        { kind: 'feed', actor: 'local' },
        { kind: 'feed', actor: 'stance intel import' },
        { kind: 'feed', actor: 'feed schedule' },
        { kind: 'feed', actor: 'watched folder' },
        { kind: 'feed_removed', actor: 'watched folder' },
        { kind: 'feed_removed', actor: 'stance intel remove' },
      ]),
    );
    const written = (await filesBelow(data)).filter((path) => !path.endsWith('.key'));
    const basic = Buffer.from(`me:${PASSWORD}`).toString('base64');
    for (const path of written) {
      const content = (await readFile(path)).toString('latin1');
      for (const secret of [PASSWORD, basic]) expect([path, content.includes(secret)]).toEqual([path, false]);
    }
    // What was withdrawn stays so after a restart, and the same state comes of the same records.
    expect(await listed()).toEqual(['local.other 1', 'partner 1', 'sent 1']);
  });

  test('a broken one changes nothing and says so; the summary is that of the command', async () => {
    const at = await serveFeeds();
    expect((await post(at, '?name=acme', gzipSync('198.51.100.7\n198.51.100.8\n'))).status).toBe(200);
    const html = '<html>\n<body>\n502\n</body>\n';
    const broken = await post(at, '?name=acme', html);
    const answer = (await broken.json()) as Record<string, unknown>;
    expect([broken.status, answer]).toMatchObject([422, { broken: 1, files: [{ state: 'broken' }] }]);
    expect(JSON.stringify(answer)).not.toContain('502');
    const path = join(data, 'acme.txt');
    await writeFile(path, html);
    const imported = await said('intel', 'import', path, '--json');
    expect(imported.code).toBe(1);
    const command = JSON.parse(imported.stdout) as Record<string, unknown>;
    expect(Object.keys(command).sort()).toEqual(Object.keys(answer).sort());
    expect(await listed()).toContain('acme 2');
  });

  test('needs the scope, and its record has the name of the token', async () => {
    const at = await serveFeeds();
    const tokens = openTokens(data);
    const secret = (name: string, scope: 'operate' | 'ingest', byte: number) =>
      tokens.createToken(name, [scope], new Uint8Array(32).fill(byte), Date.now());
    const operator = await secret('threat-desk', 'operate', 1);
    const shipper = await secret('shipper', 'ingest', 2);
    const feed = '198.51.100.7\n';
    expect((await post(at, '?name=acme', feed)).status).toBe(401);
    expect((await post(at, '?name=acme', feed, shipper)).status).toBe(403);
    expect((await post(at, '?name=acme', feed, operator)).status).toBe(200);
    await at.close();
    owner = null;
    expect(await journalled()).toContainEqual({ kind: 'feed', actor: 'threat-desk' });
  });

  test('refuses what cannot be, by name of the field', async () => {
    const at = await serveFeeds();
    const refusals: [string, string, string][] = [
      ['', 'x', '"name" is required'],
      ['?name=a/b', 'x', '"name" was'],
      ['?name=a&format=pdf', 'x', '"format" was'],
      ['?name=a&category=evil', 'x', '"category" was'],
      ['?name=a&confidence=2', 'x', '"confidence" was'],
      ['?name=a&lineage=..', 'x', '"lineage" was'],
      ['?name=a&actor=me', 'x', 'There is no argument "actor"'],
      ['?name=a', '', 'The body is empty'],
    ];
    for (const [query, body, words] of refusals) {
      const response = await post(at, query, body);
      const { error } = (await response.json()) as { error: { message: string } };
      expect([query, response.status, error.message]).toEqual([query, 400, expect.stringContaining(words)]);
    }
    const other = await fetch(`${at.url}/v1/feeds`);
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await listed()).toEqual([]);
  });
});

test('[INTEL-PLACE-1][INTEL-PLACE-2][THREAT-SAME-2] which place a feed comes from, by all doors of a running server', async () => {
  await mkdir(join(data, 'a'));
  await mkdir(join(data, 'b'));
  const [first, second] = [join(data, 'a', 'acme.txt'), join(data, 'b', 'acme.txt')];
  await writeFile(first, '198.51.100.1\n198.51.100.2\n');
  await writeFile(second, '203.0.113.9\n');
  const at = await serveFeeds();
  await answered('intel', 'import', first);
  // The same name in another folder.
  const refused = await said('intel', 'import', second);
  expect([refused.code, await listed()]).toEqual([1, ['acme 2']]);
  for (const words of ['"acme"', await realpath(first), await realpath(second), '--id OTHER', '--replace'])
    expect(refused.stdout).toContain(words);
  const sent = await post(at, '?name=acme', '203.0.113.9\n');
  expect([sent.status, await sent.text()]).toEqual([422, expect.stringContaining('replace=true')]);
  expect((await post(at, '?name=acme&replace=maybe', 'x')).status).toBe(400);
  // The same list by three more doors is one source.
  const list = await readFile(first);
  expect((await post(at, '?name=sent', list)).status).toBe(200);
  expect((await post(at, '?name=local.held', '203.0.113.1\n')).status).toBe(200);
  await answered('intel', 'import', first, '--id', 'again');
  const { feed_sources, evidence } = (await answered('intel', 'lookup', '198.51.100.1')) as {
    feed_sources: number;
    evidence: { feed: string; same_content_as?: string }[];
  };
  expect([feed_sources, evidence.map((each) => [each.feed, each.same_content_as])]).toEqual([
    1,
    [
      ['acme', undefined],
      ['again', 'acme'],
      ['sent', 'acme'],
    ],
  ]);
  expect((await said('intel', 'lookup', '198.51.100.1')).stdout).toContain(
    '(same content as acme, counts once)',
  );
  // A watched file whose id is held: told as its refusal, and taken once the id is free.
  await writeFile(join(data, 'feeds', 'held.txt'), '203.0.113.2\n');
  const problem = async () => {
    const { sources } = (await answered('intel', 'list')) as {
      sources: { id: string; problem: string | null }[];
    };
    return sources.find(({ id }) => id === 'local')?.problem ?? null;
  };
  await until(async () => (await problem())?.startsWith('feed local.held is not taken') === true);
  await answered('intel', 'remove', 'local.held');
  await until(async () => (await listed()).includes('local.held 1') && (await problem()) === null);
  await at.close();
  await again();
  // Kept over a restart, and told.
  expect((await said('intel', 'import', second)).code).toBe(1);
  await answered('intel', 'import', second, '--replace');
  const { feeds } = (await answered('intel', 'list')) as { feeds: { id: string; place: string }[] };
  expect(feeds.map(({ id, place }) => [id, place])).toEqual([
    ['acme', await realpath(second)],
    ['again', await realpath(first)],
    ['local.held', 'folder:local/held.txt'],
    ['sent', 'post:sent'],
  ]);
  expect((await said('intel', 'list')).stdout).toMatch(
    /sent +plain .* post:sent \(same content as again, counts once\)/,
  );
});

describe('[INTEL-LOOKUP-1] of several indicators', () => {
  const BAD = '010.1.1.1';

  test('one that is none hides no answer of the others', async () => {
    await writeFile(join(data, 'acme.txt'), '198.51.100.1\n');
    await answered('intel', 'import', join(data, 'acme.txt'));
    const alone = await answered('intel', 'lookup', '198.51.100.1');
    const other = await answered('intel', 'lookup', 'evil.example.com');
    const mixed = await said('intel', 'lookup', '198.51.100.1', BAD, 'evil.example.com', '--json');
    expect([mixed.code, mixed.stderr]).toEqual([1, '']);
    expect(JSON.parse(mixed.stdout)).toEqual({
      answers: [
        alone,
        {
          indicator: BAD,
          error: { code: 'invalid_input', message: expect.stringContaining('leading zero') },
        },
        other,
      ],
    });
    const text = await said('intel', 'lookup', BAD, '198.51.100.1');
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/^Not asked {2}.*010\.1\.1\.1.*leading zero.*\n\n198\.51\.100\.1 {2}/);
    const good = await said('intel', 'lookup', '198.51.100.1', 'evil.example.com', '--json');
    expect([good.code, JSON.parse(good.stdout)]).toEqual([0, { answers: [alone, other] }]);
  });

  test('the only one fails as every command does', async () => {
    await writeFile(join(data, 'acme.txt'), '198.51.100.1\n');
    await answered('intel', 'import', join(data, 'acme.txt'));
    expect(await said('intel', 'lookup', BAD)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('leading zero'),
    });
    const { code, stdout } = await said('intel', 'lookup', BAD, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'invalid_input' } }]);
  });
});

test('[INTEL-MISP-2] of a MISP feed that is not whole import, list and doctor say what is missing', async () => {
  await using misp = await MispServer.start();
  const ids = [1, 2].map((n) => `5cab636f-ed50-4295-91ae-78d70a01621${n}`);
  for (const id of ids) misp.put(id, Date.UTC(2026, 4, 1) / 1_000, 7);
  Object.assign(misp.events.get(ids[1] ?? '') ?? {}, { body: null });
  const taken = await said('intel', 'import', misp.url().href, '--allow-private', '--allow-http');
  const missing = /1 of 2 events could not be fetched.*78d70a016212: the server answered 404/;
  expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(missing) });
  expect(await listed()).toEqual(['osint 1']);
  expect((await said('intel', 'list')).stdout).toMatch(/osint +url .*not whole: 1 of 2 events/);
  const doctor = await answered('doctor');
  expect(doctor['checks']).toContainEqual({
    check: 'feed osint',
    state: 'warning',
    detail: expect.stringMatching(/^url, last fetched .*; not whole: 1 of 2 events/),
  });
});
