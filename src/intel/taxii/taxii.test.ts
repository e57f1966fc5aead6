import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../../config/feed-words.ts';
import { NO_FETCH } from '../../config/index.ts';
import { FleetState } from '../../data-directory/index.ts';
import { stillEffects } from '../../effects/still-effects.fixture.ts';
import type { FeedId } from '../../model/index.ts';
import { CERT, KEY } from '../../outputs/localhost.fixture.ts';
import { LogFolder } from '../../sources/log-folder.fixture.ts';
import { IntelIntake } from '../intake.ts';
import { listIntel } from '../list.ts';
import type { IntelFile, IntelImportArgs } from '../operations.ts';
import { COLLECTION, indicator, TaxiiServer } from './taxii-server.fixture.ts';

const DAY_MS = 86_400_000;

interface Bench {
  readonly server: TaxiiServer;
  readonly state: FleetState;
  readonly dir: string;
  readonly folder: LogFolder;
  readonly clock: { now: number };
  /** Fetches it once more. */
  readonly take: (more?: Partial<IntelImportArgs>) => Promise<IntelFile>;
  readonly listed: () => readonly string[];
  readonly list: () => ReturnType<typeof listIntel>;
}

async function withServer(work: (bench: Bench) => Promise<void>): Promise<void> {
  await using folder = await LogFolder.make();
  await using server = await TaxiiServer.start({ key: KEY, cert: CERT });
  const clock = { now: Date.UTC(2026, 4, 21) };
  const effects = stillEffects(() => clock.now);
  const dir = folder.at('data');
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const ca = folder.at('ca.pem');
  await writeFile(ca, CERT);
  const intake = await IntelIntake.open({ state, dir, effects });
  const take: Bench['take'] = async (more = {}) => {
    const args = {
      ...NOTHING_SAID,
      ...NO_FETCH,
      // The server is on loopback: only this allows it.
      allowPrivate: true,
      ca,
      paths: [server.url()],
      id: 'partner',
      taxii: false,
      collection: null,
      replace: false,
      actor: 'test',
      ...more,
    };
    const { files } = await intake.import(args, () => undefined);
    return files[0] as IntelFile;
  };
  const listed = () =>
    Array.from(state.engine.feeds.get('partner' as FeedId)?.listings ?? [], ({ value }) => value).sort();
  await work({
    server,
    state,
    dir,
    folder,
    clock,
    take,
    listed,
    list: () => listIntel(state, intake),
  });
  await state.close();
}

const address = (number: number): string => `198.51.100.${number}`;

describe('[TAXII-1] a collection is fetched a page at a time, then only what is new', () => {
  test.each([true, false])('with pages that are named: %s', (namesNext) =>
    withServer(async ({ server, take, listed, state }) => {
      server.namesNext = namesNext;
      for (let n = 1; n <= 5; n++) server.add(`2026-05-10T00:00:0${n}.000000Z`, indicator(n, address(n)));
      expect(await take()).toMatchObject({ state: 'active', format: 'stix', indicators: 5 });
      // Where the next is not named, each page begins a moment before the end of the one before.
      expect(server.pages).toHaveLength(namesNext ? 3 : 4);
      const first = state.journal.length;
      expect(await take()).toMatchObject({ state: 'unchanged', indicators: 5 });
      expect(state.journal.length).toBe(first);
      expect(server.pages.at(-1)?.query).toEqual({
        limit: '1000',
        added_after: '2026-05-10T00:00:05.000000Z',
      });
      server.add('2026-05-11T00:00:00.000000Z', indicator(6, address(6)));
      expect(await take()).toMatchObject({ state: 'active', indicators: 6 });
      expect(server.pages).toHaveLength(namesNext ? 5 : 6);
      expect(listed()).toEqual([1, 2, 3, 4, 5, 6].map(address));
    }),
  );

  test('what is added with the date of the last that was fetched comes too, until none can come any more', () =>
    withServer(async ({ server, take, listed, clock }) => {
      clock.now = Date.parse('2026-05-10T00:00:06Z');
      server.add('2026-05-10T00:00:05.000000Z', indicator(1, address(1)));
      await take();
      server.add('2026-05-10T00:00:05.000000Z', indicator(2, address(2)));
      expect(await take()).toMatchObject({ state: 'active', indicators: 2 });
      expect(await take()).toMatchObject({ state: 'unchanged', indicators: 2 });
      clock.now += 2 * 3_600_000;
      server.add('2026-05-10T00:00:05.000000Z', indicator(3, address(3)));
      await take();
      expect(listed()).toEqual([1, 2, 3].map(address));
      await take();
      expect(server.pages.at(-1)?.query).toMatchObject({ added_after: '2026-05-10T00:00:05.000000Z' });
    }));

  test('also where a page begins with a byte order mark, or is packed', () =>
    withServer(async ({ server, take, listed }) => {
      const objects = [indicator(1, address(1))];
      const body = Buffer.from(`\uFEFF${JSON.stringify({ more: false, objects })}`);
      server.misdeed = (_, response) => {
        response.writeHead(200, {
          'content-type': 'application/taxii+json;version=2.1',
          'content-encoding': 'gzip',
        });
        response.end(gzipSync(body));
        return true;
      };
      expect(await take()).toMatchObject({ state: 'active', indicators: 1 });
      expect(listed()).toEqual([address(1)]);
    }));

  test('a newer version takes the place of the older, a revoked one goes, and stays gone', () =>
    withServer(async ({ server, take, listed }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)), indicator(2, address(2)));
      await take();
      server.add(
        '2026-05-10T00:00:02Z',
        indicator(1, address(9), { modified: '2026-05-15T00:00:00Z' }),
        indicator(2, address(2), { modified: '2026-05-15T00:00:00Z', revoked: true }),
      );
      expect(await take()).toMatchObject({ state: 'active', indicators: 1 });
      expect(listed()).toEqual([address(9)]);
      // Older versions that come later change nothing.
      server.add(
        '2026-05-10T00:00:03Z',
        indicator(1, address(1), { modified: '2026-05-03T00:00:00Z' }),
        indicator(2, address(2), { modified: '2026-05-16T00:00:00Z' }),
      );
      expect(await take()).toMatchObject({ state: 'unchanged' });
      expect(listed()).toEqual([address(9)]);
    }));

  test('what else is said of it makes it anew without a fetch of the whole', () =>
    withServer(async ({ server, take, state }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      expect(await take({ category: 'scanner' })).toMatchObject({ state: 'active', indicators: 1 });
      expect([...(state.engine.feeds.get('partner' as FeedId)?.listings ?? [])][0]?.categories).toEqual([
        'scanner',
      ]);
      expect(server.pages.at(-1)?.query).toHaveProperty('added_after');
    }));

  test('an actor in a later page belongs to the indicator of an earlier one', () =>
    withServer(async ({ server, take, state }) => {
      const actor = { type: 'threat-actor', id: 'threat-actor--1', name: 'Quiet Fox' };
      const one = indicator(1, address(1)) as { id: string };
      const link = {
        type: 'relationship',
        id: 'relationship--1',
        relationship_type: 'indicates',
        source_ref: one.id,
        target_ref: actor.id,
      };
      server.add('2026-05-10T00:00:01Z', one);
      await take();
      server.add('2026-05-10T00:00:02Z', link, actor);
      await take();
      expect([...(state.engine.feeds.get('partner' as FeedId)?.listings ?? [])][0]?.actors).toEqual([
        'Quiet Fox',
      ]);
    }));
});

describe('[TAXII-2] a fetch that breaks off', () => {
  test('changes nothing, keeps what came, and the next goes on from there', () =>
    withServer(async ({ server, take, listed, list }) => {
      for (let n = 1; n <= 6; n++) server.add(`2026-05-10T00:00:0${n}.500000Z`, indicator(n, address(n)));
      server.misdeed = ({ query }, response) => {
        if (query['next'] !== '4') return false;
        response.writeHead(200, {
          'content-type': 'application/taxii+json;version=2.1',
          'content-length': 9_000,
        });
        response.write('{"more":false,"objects":[{"type":"indica');
        setImmediate(() => response.destroy());
        return true;
      };
      const broken = await take();
      expect(broken).toMatchObject({
        state: 'broken',
        message: expect.stringMatching(
          /broke off after \d+ bytes; 4 new objects are kept.*that was active stays/,
        ),
      });
      expect(listed()).toEqual([]);
      expect(list().sources).toEqual([]);
      server.misdeed = () => false;
      expect(await take()).toMatchObject({ state: 'active', indicators: 6 });
      // One second before the last object that came: those that were added with it may not have come.
      expect(server.pages[3]?.query).toMatchObject({ added_after: '2026-05-09T23:59:04.500Z' });
      expect(list().sources).toMatchObject([
        { failures: 0, problem: null, last_fetched: expect.any(String) },
      ]);
    }));

  test('among objects that were added together loses none of them', () =>
    withServer(async ({ server, take, listed }) => {
      for (let n = 1; n <= 6; n++) server.add('2026-05-10T00:00:00.123456Z', indicator(n, address(n)));
      server.misdeed = ({ query }, response) =>
        query['next'] === '4' && response.writeHead(503, { 'retry-after': '9' }).end() !== null;
      expect(await take()).toMatchObject({
        state: 'broken',
        message: expect.stringContaining('answered 503'),
      });
      server.misdeed = () => false;
      await take();
      expect(listed()).toEqual([1, 2, 3, 4, 5, 6].map(address));
    }));

  test.each([
    ['one ends among them', [1, 1, 2, 2, 3]],
    ['one is of a single moment', [1, 1, 1, 2, 2, 3, 3, 3]],
    ['each is of a single object', [1, 2, 3, 4], 1],
  ])('nor where the server names no next page, and %s', (_, seconds, pageObjects = 3) =>
    withServer(async ({ server, take, listed }) => {
      server.namesNext = false;
      server.pageObjects = pageObjects;
      for (const [n, second] of seconds.entries())
        server.add(`2026-05-10T00:00:0${second}.000Z`, indicator(n, address(n + 1)));
      expect(await take()).toMatchObject({ state: 'active' });
      expect(listed()).toEqual(seconds.map((__, n) => address(n + 1)));
    }),
  );

  test('while a feed is active leaves the last good one until all is there', () =>
    withServer(async ({ server, take, listed }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      server.add(
        '2026-05-10T00:00:02Z',
        indicator(2, address(2)),
        indicator(3, address(3)),
        indicator(4, address(4)),
      );
      server.misdeed = ({ query }, response) =>
        query['next'] !== undefined && response.writeHead(500).end() !== null;
      expect(await take()).toMatchObject({ state: 'broken' });
      expect(listed()).toEqual([address(1)]);
      server.misdeed = () => false;
      expect(await take()).toMatchObject({ state: 'active', indicators: 4 });
    }));
});

describe('[TAXII-3] a server that does not keep to the protocol is left, and changes nothing', () => {
  const page = (more: object) => (server: TaxiiServer) => {
    server.misdeed = ({ path }, response) => {
      if (!path.endsWith('/objects/')) return false;
      server.send(response, { objects: [indicator(9, address(9))], ...more });
      return true;
    };
  };
  const raw = (type: string, body: string) => (server: TaxiiServer) => {
    server.misdeed = (_, response) => response.writeHead(200, { 'content-type': type }).end(body) !== null;
  };
  let calls = 0;
  test.each<[string, (server: TaxiiServer) => void, RegExp]>([
    ['says that there is more and names no way', page({ more: true }), /gives no way on/],
    ['names the same next page for ever', page({ more: true, next: 'a' }), /gives no way on/],
    [
      'sends the same page under ever new names',
      (server) => {
        const fixed = indicator(9, address(9));
        server.misdeed = (_, response) => {
          server.send(response, { more: true, next: `page-${calls++}`, objects: [fixed] });
          return true;
        };
      },
      /same page again and again/,
    ],
    [
      'promises more and sends nothing',
      (server) => {
        server.misdeed = (_, response) => {
          server.send(response, { more: true, next: `page-${calls++}` });
          return true;
        };
      },
      /sends nothing \(3 times\)/,
    ],
    ['lies about the form of more', page({ more: 'yes' }), /no envelope/],
    ['sends objects that are none', page({ objects: 'all' }), /no envelope/],
    [
      'names a next page without end',
      page({ more: true, next: 'x'.repeat(9_000) }),
      /at most 4096 characters/,
    ],
    ['sends a page of the web', raw('text/html', '<h1>502</h1>'), /Content-Type/],
    ['speaks 2.0', raw('application/vnd.oasis.stix+json; version=2.0', '{"objects":[]}'), /Content-Type/],
    ['sends JSON that is cut off', raw('application/taxii+json', '{"objects":[{"type"'), /no JSON object/],
    ['sends JSON of something else', raw('application/taxii+json;version=2.1', '[1,2,3]'), /no JSON object/],
    [
      'does not answer',
      (server) => (server.misdeed = (_, response) => response.destroy() !== null),
      /no connection/,
    ],
    [
      'redirects in a circle',
      (server) => {
        server.misdeed = ({ path }, response) => response.writeHead(302, { location: path }).end() !== null;
      },
      /more than 5 times/,
    ],
    [
      'redirects to where there is no TLS',
      (server) => {
        server.misdeed = (_, response) =>
          response.writeHead(302, { location: 'http://127.0.0.1/' }).end() !== null;
      },
      /must begin with https:/,
    ],
    [
      'wants the other version',
      (server) => (server.misdeed = (_, response) => response.writeHead(406).end() !== null),
      /does not speak TAXII 2\.1/,
    ],
  ])('one that %s', (_, misbehave, words) =>
    withServer(async ({ server, take, listed, state }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      const { length } = state.journal;
      misbehave(server);
      const broken = await take();
      expect(broken).toMatchObject({ state: 'broken', message: expect.stringMatching(words) });
      expect(broken.message).toContain('The feed that was active stays');
      expect(listed()).toEqual([address(1)]);
      expect(state.journal.length).toBe(length);
      // Once it is sound again all is well.
      server.misdeed = () => false;
      server.add('2026-05-12T00:00:01Z', indicator(2, address(2)));
      await take();
      expect(listed()).toEqual(expect.arrayContaining([1, 2].map(address)));
    }),
  );

  test('more than a page may have is not taken into memory', () =>
    withServer(async ({ server, take }) => {
      let sent = 0;
      server.misdeed = (_, response) => {
        response.writeHead(200, { 'content-type': 'application/taxii+json;version=2.1' });
        const chunk = Buffer.alloc(1_048_576, 0x20);
        const pour = (): void => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        };
        response.on('drain', pour);
        pour();
        return true;
      };
      expect(await take()).toMatchObject({
        state: 'broken',
        message: expect.stringContaining('larger than'),
      });
      expect(sent).toBeLessThan(200 * 1_048_576);
    }));

  test('nor a page of a great many objects; ids that are no text are passed over', () =>
    withServer(async ({ server, take }) => {
      const no = { toString: 1, valueOf: 1 };
      const sending = (objects: readonly object[]) => {
        server.misdeed = (_, response) => {
          server.send(response, { objects });
          return true;
        };
      };
      sending(Array.from({ length: 64_001 }, () => ({})));
      expect(await take()).toMatchObject({
        state: 'broken',
        message: expect.stringContaining('a page of more than 64000 objects'),
      });
      sending([{ type: 'indicator', id: no, modified: no }, indicator(1, address(1))]);
      expect(await take()).toMatchObject({ state: 'active', indicators: 1 });
    }));

  test('a date of the future, or none, does not pass over what comes', () =>
    withServer(async ({ server, take, listed }) => {
      for (const last of ['2099-01-01T00:00:00Z', 'yesterday', "2026-05-10'; --"]) {
        server.misdeed = (_, response) => {
          server.send(response, { objects: [indicator(1, address(1))] }, last);
          return true;
        };
        await take();
        server.misdeed = () => false;
        server.add('2026-05-10T00:00:01Z', indicator(2, address(2)));
        await take();
        expect(server.pages.at(-1)?.query).not.toHaveProperty('added_after', last);
        expect(listed()).toContain(address(2));
      }
    }));

  test('objects that are none are passed over', () =>
    withServer(async ({ server, take }) => {
      const odd = [null, 7, 'x', [], {}, { type: 'indicator' }, { type: '__proto__', id: 'a--b' }];
      server.misdeed = (_, response) => {
        server.send(response, { objects: [...odd, indicator(1, address(1)), { type: 'malware', id: 5 }] });
        return true;
      };
      expect(await take()).toMatchObject({ state: 'active', indicators: 1 });
    }));
});

describe('[TAXII-4] the way to a collection', () => {
  test.each([
    ['the discovery', '/taxii2/'],
    ['an API root', '/api1/'],
    ['its collections', '/api1/collections/'],
  ])('is found from %s', (_, path) =>
    withServer(async ({ server, take }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      const from = { paths: [server.url(path)], taxii: true };
      expect(await take(from)).toMatchObject({ state: 'active', indicators: 1 });
    }),
  );

  test('needs a name where there are several to read', () =>
    withServer(async ({ server, take }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      const other = { id: 'other', title: 'Low\u001b[31m', alias: 'low', can_read: true };
      server.collections = [...server.collections, other, { ...other, id: 'closed', can_read: false }];
      const from = { paths: [server.url('/taxii2/')], taxii: true, replace: true };
      const unclear = await take(from);
      expect(unclear.message).toMatch(/has 2 collections; name one with --collection.*\(High value\).*other/);
      expect(unclear.message).not.toContain('\u001b');
      expect(await take({ ...from, collection: 'high' })).toMatchObject({ indicators: 1 });
      expect(await take({ ...from, collection: 'High value' })).toMatchObject({ indicators: 1 });
      expect(await take({ ...from, collection: COLLECTION })).toMatchObject({ indicators: 1 });
      expect((await take({ ...from, collection: 'none' })).message).toMatch(/no collection is called so/);
    }));

  test('is none to a private address unless that is allowed', () =>
    withServer(async ({ server, take }) => {
      expect(await take({ allowPrivate: false })).toMatchObject({
        state: 'broken',
        message: expect.stringContaining('private range'),
      });
      expect(server.asked).toEqual([]);
    }));
});

describe('[TAXII-5] the credentials', () => {
  const secretFile = async (folder: LogFolder, text: string) => {
    const file = folder.at('secret');
    await writeFile(file, text);
    return { file };
  };

  test.each([
    ['a password', 'me', `Basic ${Buffer.from('me:s3cret key').toString('base64')}`, 's3cret key\n'],
    ['a token', null, 'Bearer tok.en-1', 'tok.en-1\n'],
  ])('are %s from a file, and stand nowhere else', (_, user, header, text) =>
    withServer(async ({ server, take, folder, dir, list }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      server.authorization = header;
      const denied = await take();
      expect(denied.message).toMatch(/answered 401: it wants other credentials/);
      const taken = await take({ credentials: { user, secret: await secretFile(folder, text) } });
      expect(taken).toMatchObject({ state: 'active' });
      const secret = text.trim();
      const said = JSON.stringify([denied, taken, list()]);
      for (const file of ['feed-fetches.json', 'collections/partner.ndjson'])
        expect(`${said}${await readFile(join(dir, file), 'utf8')}`).not.toContain(secret);
    }),
  );

  test('that are no line of text are not sent, nor shown', () =>
    withServer(async ({ server, take, folder }) => {
      for (const text of ['', 'a b', 'line\nother', 'Ünicode']) {
        const denied = await take({ credentials: { user: null, secret: await secretFile(folder, text) } });
        expect(denied).toMatchObject({
          state: 'broken',
          message: expect.stringContaining('no token of one line'),
        });
      }
      const missing = await take({ credentials: { user: null, secret: { variable: 'NO_SUCH_TOKEN' } } });
      expect(missing.message).toContain('NO_SUCH_TOKEN is not set');
      expect(server.asked).toEqual([]);
    }));

  test('do not follow a redirect to elsewhere', () =>
    withServer(async ({ server, take, folder }) => {
      await using other = await TaxiiServer.start({ key: KEY, cert: CERT });
      other.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      server.misdeed = ({ path }, response) =>
        response.writeHead(307, { location: other.url(path) }).end() !== null;
      await take({ credentials: { user: null, secret: await secretFile(folder, 'token') } });
      expect(server.asked[0]?.headers.authorization).toBe('Bearer token');
      expect(other.asked).toHaveLength(1);
      expect(other.asked[0]?.headers.authorization).toBeUndefined();
    }));

  test('do not follow a discovery that names another server', () =>
    withServer(async ({ server, take, folder }) => {
      await using other = await TaxiiServer.start({ key: KEY, cert: CERT });
      server.misdeed = ({ path }, response) => {
        if (path !== '/taxii2/') return false;
        server.send(response, { title: 'x', api_roots: [other.url('/api1/')] });
        return true;
      };
      const secret = await secretFile(folder, 'token');
      await take({ paths: [server.url('/taxii2/')], taxii: true, credentials: { user: null, secret } });
      expect(other.asked.length).toBeGreaterThan(0);
      for (const { headers } of other.asked) expect(headers.authorization).toBeUndefined();
    }));
});

describe('[TAXII-6] what is kept between two fetches', () => {
  test('may be lost, cut or damaged: the collection is fetched anew, and the feed is the same', () =>
    withServer(async ({ server, take, listed, dir, state }) => {
      for (let n = 1; n <= 4; n++) server.add(`2026-05-10T00:00:0${n}Z`, indicator(n, address(n)));
      await take();
      const { length } = state.journal;
      const path = join(dir, 'collections', 'partner.ndjson');
      const whole = await readFile(path);
      const damages = [
        Buffer.alloc(0),
        Buffer.from('garbage\n'),
        whole.subarray(0, whole.length - 40),
        whole.subarray(0, whole.length >> 1),
        Buffer.concat([whole.subarray(0, whole.length >> 1), Buffer.alloc(200)]),
      ];
      for (const damage of damages) {
        await writeFile(path, damage);
        expect(await take()).toMatchObject({ indicators: 4 });
        expect(listed()).toEqual([1, 2, 3, 4].map(address));
      }
      expect(state.journal.length).toBe(length);
    }));

  test('goes where another place takes the id of the feed', () =>
    withServer(async ({ server, take, listed, dir, folder }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      const file = folder.at('partner.txt');
      await writeFile(file, '198.51.100.99\n');
      expect(await take({ paths: [file] })).toMatchObject({ state: 'broken' });
      await expect(readFile(join(dir, 'collections', 'partner.ndjson'))).resolves.toBeDefined();
      expect(await take({ paths: [file], replace: true })).toMatchObject({ state: 'active' });
      await expect(readFile(join(dir, 'collections', 'partner.ndjson'))).rejects.toThrow('ENOENT');
      expect(listed()).toEqual(['198.51.100.99']);
    }));

  test('half a page that was being written does not count', () =>
    withServer(async ({ server, take, listed, dir }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      const path = join(dir, 'collections', 'partner.ndjson');
      await appendFile(path, `${JSON.stringify({ object: indicator(7, address(7)) })}\n{"obj`);
      server.add('2026-05-10T00:00:02Z', indicator(2, address(2)));
      await take();
      expect(listed()).toEqual([1, 2].map(address));
      expect(await take()).toMatchObject({ state: 'unchanged' });
    }));

  test('is of one collection: of another address all is fetched', () =>
    withServer(async ({ server, take }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)));
      await take();
      await take({ paths: [server.url('/taxii2/')], taxii: true });
      expect(server.pages.at(-1)?.query).not.toHaveProperty('added_after');
    }));

  test('begins anew after a month: what the server deleted is gone then', () =>
    withServer(async ({ server, take, listed, clock }) => {
      server.add('2026-05-10T00:00:01Z', indicator(1, address(1)), indicator(2, address(2)));
      await take();
      server.added.splice(0, 1);
      await take();
      expect(listed()).toEqual([1, 2].map(address));
      clock.now += 31 * DAY_MS;
      await take();
      expect(listed()).toEqual([address(2)]);
    }));
});
