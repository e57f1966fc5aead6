import { mkdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import { NO_FETCH } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { download, type DownloadSettings } from './download.ts';
import { Fetches } from './fetches.ts';
import { IntelIntake } from './intake.ts';
import type { IntelImportArgs } from './operations.ts';
import { KnownValidators } from './validators.ts';

const OPEN = { allowPrivate: true, allowHttp: true } as const satisfies DownloadSettings;

async function served(listener: RequestListener, work: (url: URL) => Promise<void>): Promise<void> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const EFFECTS = stillEffects(() => Date.UTC(2026, 4, 21));
const WARNING_LIST = JSON.stringify({
  name: 'Ours',
  version: 20260501,
  type: 'cidr',
  description: 'x',
  matching_attributes: ['ip-dst'],
  list: ['198.51.100.0/24'],
});

const importOf = (url: URL): IntelImportArgs => ({
  ...NOTHING_SAID,
  ...NO_FETCH,
  ...OPEN,
  paths: [url.href],
  id: 'ours',
  taxii: false,
  collection: null,
  replace: false,
  actor: 'test',
});

/** A feed that has a version. */
const versioned =
  (feed: { version: string; text: string; asked: number }): RequestListener =>
  (request, response) => {
    feed.asked++;
    if (request.headers['if-none-match'] === feed.version) return void response.writeHead(304).end();
    response.writeHead(200, { etag: feed.version }).end(feed.text);
  };

describe('[INTEL-FETCH-1] a feed from a URL', () => {
  test('is sent again only when it changed; what broke off changes nothing', async () => {
    await using folder = await LogFolder.make();
    const effects = stillEffects(() => Date.UTC(2026, 4, 21));
    const dir = folder.at('data');
    const state = await FleetState.open(dir, effects, { progress: () => undefined });
    const feed = { version: '"1"', text: '198.51.100.7\n', asked: 0 };
    await served(versioned(feed), async (url) => {
      const args = {
        ...NOTHING_SAID,
        ...NO_FETCH,
        paths: [`${url.href}?key=secret`],
        id: null,
        taxii: false,
        collection: null,
        replace: false,
        actor: 'test',
        ...OPEN,
      };
      const intake = await IntelIntake.open({ state, dir, effects });
      const take = () => intake.import(args, () => undefined);
      const first = await take();
      expect(first).toMatchObject({ files: [{ state: 'active', indicators: 1 }] });
      expect(JSON.stringify(first)).not.toContain('secret');
      expect(await take()).toMatchObject({ files: [{ state: 'unchanged', indicators: 1 }] });
      Object.assign(feed, { version: '"2"', text: '<html>\n<h1>502</h1>\n</html>\n' });
      expect(await take()).toMatchObject({ broken: 1, files: [{ state: 'broken' }] });
      // What could not be taken is asked for again.
      feed.text = '198.51.100.7\n198.51.100.8\n';
      expect(await take()).toMatchObject({ files: [{ state: 'active', indicators: 2 }] });
      expect(feed.asked).toBe(4);
    });
    await state.close();
  });

  test('of which something is not valid yet is read again, though the server has nothing new', async () => {
    await using folder = await LogFolder.make();
    let now = Date.UTC(2026, 4, 21);
    const effects = stillEffects(() => now);
    const dir = folder.at('data');
    const state = await FleetState.open(dir, effects, { progress: () => undefined });
    const indicator = (id: number, from: string) => ({
      type: 'indicator',
      id: `indicator--00000000-0000-4000-8000-00000000000${id}`,
      modified: '2026-05-01T00:00:00Z',
      valid_from: from,
      pattern: `[ipv4-addr:value = '198.51.100.${id}']`,
      pattern_type: 'stix',
    });
    const objects = [indicator(1, '2026-05-01T00:00:00Z'), indicator(2, '2026-05-22T00:00:00Z')];
    const text = JSON.stringify({ type: 'bundle', id: 'bundle--1', objects });
    await served(versioned({ version: '"1"', text, asked: 0 }), async (url) => {
      const intake = await IntelIntake.open({ state, dir, effects });
      const take = () => intake.import(importOf(url), () => undefined);
      expect(await take()).toMatchObject({ files: [{ indicators: 1, skips: { not_yet_valid: 1 } }] });
      now = Date.UTC(2026, 4, 23);
      expect(await take()).toMatchObject({ files: [{ state: 'active', indicators: 2 }] });
      expect(await take()).toMatchObject({ files: [{ state: 'unchanged', indicators: 2 }] });
    });
    await state.close();
  });

  test('is fetched whole again where it was withdrawn, and where it could not be journalled', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    let state = await FleetState.open(dir, EFFECTS, { progress: () => undefined });
    await served(versioned({ version: '"1"', text: WARNING_LIST, asked: 0 }), async (url) => {
      let intake = await IntelIntake.open({ state, dir, effects: EFFECTS });
      const take = () => intake.import(importOf(url), () => undefined);
      await state.close();
      await expect(take()).rejects.toBeInstanceOf(Error);
      expect(intake.fetches.of('ours')).toBeNull();
      state = await FleetState.open(dir, EFFECTS, { progress: () => undefined });
      intake = await IntelIntake.open({ state, dir, effects: EFFECTS });
      expect(await take()).toMatchObject({ files: [{ kind: 'warning_list', state: 'active' }] });
      expect(await take()).toMatchObject({ files: [{ state: 'unchanged' }] });
      await intake.remove({ id: 'ours', actor: 'test' });
      expect(state.engine.warnings.get('ours')?.entries).toEqual([]);
      expect(await take()).toMatchObject({ files: [{ state: 'active' }] });
      expect(state.engine.warnings.get('ours')?.entries).toEqual(['198.51.100.0/24']);
    });
    await state.close();
  });

  test('[INTEL-FETCH-3] that gave a feed gives nothing else under its id', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    const state = await FleetState.open(dir, EFFECTS, { progress: () => undefined });
    const sent = { now: '198.51.100.7\n' };
    await served(
      (_, response) => void response.end(sent.now),
      async (url) => {
        const intake = await IntelIntake.open({ state, dir, effects: EFFECTS });
        const take = (more: object = {}) => intake.import({ ...importOf(url), ...more }, () => undefined);
        expect(await take()).toMatchObject({ files: [{ kind: 'feed', state: 'active' }] });
        const { length } = state.journal;
        const affected = [{ package: { ecosystem: 'npm', name: 'thing' }, versions: ['1.0.0'] }];
        const osv = { schema_version: '1.6.0', id: 'OSV-2026-1', modified: '2026-05-01T00:00:00Z', affected };
        const values = [{ value: 'APT28', meta: { synonyms: ['Fancy Bear'] } }];
        const names = { type: 'threat-actor', name: 'Threat Actor', values };
        const others = [WARNING_LIST, JSON.stringify(osv), JSON.stringify(names)];
        for (const other of others) {
          sent.now = other;
          expect(await take()).toMatchObject({ broken: 1, files: [{ state: 'broken' }] });
          // Neither does one that is new, where it is said what it is.
          expect(await take({ id: 'new', format: 'plain' })).toMatchObject({ broken: 1 });
        }
        expect(state.journal.length).toBe(length);
        expect(state.engine.feeds.get('ours' as FeedId)?.listings).toHaveLength(1);
        // A warning list stays one as well.
        sent.now = WARNING_LIST;
        await take({ id: 'list' });
        sent.now = '198.51.100.7\n';
        expect(await take({ id: 'list' })).toMatchObject({ broken: 1 });
        expect(state.engine.warnings.get('list')?.entries).toHaveLength(1);
      },
    );
    await state.close();
  });

  test('one failed write keeps nothing from being written down later', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    const state = await FleetState.open(dir, EFFECTS, { progress: () => undefined });
    const feed = { version: '"1"', text: '198.51.100.7\n', asked: 0 };
    await served(versioned(feed), async (url) => {
      const intake = await IntelIntake.open({ state, dir, effects: EFFECTS });
      const take = () => intake.import(importOf(url), () => undefined);
      for (const file of ['feed-downloads.json', 'feed-fetches.json']) {
        const inTheWay = join(dir, `${file}.new`);
        await mkdir(inTheWay);
        await take().catch(() => undefined);
        await rm(inTheWay, { recursive: true });
      }
      feed.version = '"2"';
      await take();
      expect((await Fetches.open(dir)).of('ours')).toMatchObject({ failures: 0 });
      expect((await KnownValidators.open(dir)).of('ours', url, NOTHING_SAID)).toMatchObject({ etag: '"2"' });
    });
    await state.close();
  });

  test('under two ids is sent again to each of them', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    const state = await FleetState.open(dir, EFFECTS, { progress: () => undefined });
    const feed = { version: '"1"', text: '198.51.100.7\n', asked: 0 };
    await served(versioned(feed), async (url) => {
      const intake = await IntelIntake.open({ state, dir, effects: EFFECTS });
      const take = (id: string) => intake.import({ ...importOf(url), id }, () => undefined);
      for (const id of ['ours', 'theirs']) await take(id);
      Object.assign(feed, { version: '"2"', text: '198.51.100.7\n198.51.100.8\n' });
      for (const id of ['ours', 'theirs'])
        expect(await take(id)).toMatchObject({ files: [{ state: 'active', indicators: 2 }] });
      expect(await take('ours')).toMatchObject({ files: [{ state: 'unchanged' }] });
    });
    await state.close();
  });

  test('broken off on the way is not taken', () =>
    served(
      (_, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('198.51.100.7\n');
        setImmediate(() => response.destroy());
      },
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toMatchObject({ code: 'feed_unreachable' });
      },
    ));

  test('that is not there says what the server answered', () =>
    served(
      (_, response) => void response.writeHead(404).end('no'),
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toThrow(/answered 404/);
      },
    ));
});

describe('[INTEL-FETCH-2] a download', () => {
  test.each([
    'https://127.0.0.1/x',
    'https://10.0.0.1/x',
    'https://[::1]/x',
    'https://169.254.169.254/latest',
    'https://localhost/x',
    'https://[::ffff:10.0.0.1]/',
  ])('never goes to %s', async (url) => {
    await expect(download(new URL(url), null, { allowPrivate: false, allowHttp: false })).rejects.toThrow(
      /private range/,
    );
  });

  test.each(['http://feeds.example.com/x', 'file:///etc/passwd', 'ftp://feeds.example.com/x'])(
    '%s is no way',
    async (url) => {
      await expect(download(new URL(url), null, { allowPrivate: false, allowHttp: false })).rejects.toThrow(
        /must begin with https:/,
      );
    },
  );

  test('looks at where a redirect leads as well', () =>
    served(
      (_, response) => void response.writeHead(302, { location: 'ftp://feeds.example.com/x' }).end(),
      async (url) => {
        await expect(download(url, null, OPEN)).rejects.toThrow(/must begin with https:/);
      },
    ));

  test('follows a few redirects, and no circle', () =>
    served(
      (request, response) => {
        if (request.url === '/whole') return void response.end('198.51.100.7\n');
        response.writeHead(301, { location: request.url === '/list.txt' ? '/whole' : '/circle' }).end();
      },
      async (url) => {
        expect(await download(url, null, OPEN)).toMatchObject({
          changed: true,
          bytes: Buffer.from('198.51.100.7\n'),
        });
        await expect(download(new URL('/circle', url), null, OPEN)).rejects.toThrow(/more than 5 times/);
      },
    ));

  test('that is refused where a redirect led tells nothing of the way there', () =>
    served(
      (request, response) => {
        const location = request.url === '/list.txt' ? '/secret-1' : 'ftp://feeds.example.com/secret-2';
        response.writeHead(302, { location }).end();
      },
      async (url) => {
        const denied = await download(url, null, OPEN).catch(String);
        expect(denied).toMatch(/list\.txt: where it redirects to, it must begin with https:/);
        expect(denied).not.toContain('secret');
      },
    ));

  test('that is packed on the way, asked or not, is unpacked within the same bounds', () =>
    served(
      (request, response) => {
        const text = request.url === '/list.txt' ? '198.51.100.7\n' : 'x'.repeat(2_000);
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(`${text}${request.headers['accept-encoding']}\n`));
      },
      async (url) => {
        const taken = await download(url, null, OPEN);
        expect(taken).toMatchObject({ bytes: Buffer.from('198.51.100.7\nidentity\n') });
        const large = download(new URL('/large', url), null, { ...OPEN, mostBytes: 1_000 });
        await expect(large).rejects.toThrow(/larger than 1000 bytes/);
      },
    ));

  test('takes no more than a feed may have', () =>
    served(
      (_, response) => void response.end('x'.repeat(2_000)),
      async (url) => {
        await expect(download(url, null, { ...OPEN, mostBytes: 1_000 })).rejects.toThrow(
          /larger than 1000 bytes/,
        );
      },
    ));
});
