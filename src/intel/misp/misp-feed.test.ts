import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../../config/feed-words.ts';
import { NO_FETCH } from '../../config/index.ts';
import { FleetState } from '../../data-directory/index.ts';
import { stillEffects } from '../../effects/still-effects.fixture.ts';
import { readManifest } from '../../knowledge/misp/manifest-reading.ts';
import type { FeedId } from '../../model/index.ts';
import { STORES } from '../../operations/privacy/stores.ts';
import { LogFolder } from '../../sources/log-folder.fixture.ts';
import { IntelIntake } from '../intake.ts';
import type { IntelFile, IntelImportArgs } from '../operations.ts';
import { fetchMispFeed } from './fetch-feed.ts';
import { MispServer } from './misp-server.fixture.ts';

interface Bench {
  readonly server: MispServer;
  readonly state: FleetState;
  readonly dir: string;
  readonly intake: IntelIntake;
  /** Fetches it once more. */
  readonly take: (more?: Partial<IntelImportArgs>) => Promise<IntelFile>;
  readonly listed: () => readonly string[];
}

async function withServer(work: (bench: Bench) => Promise<void>): Promise<void> {
  await using folder = await LogFolder.make();
  await using server = await MispServer.start();
  const effects = stillEffects(() => Date.UTC(2026, 4, 21));
  const dir = folder.at('data');
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const intake = await IntelIntake.open({ state, dir, effects });
  const take: Bench['take'] = async (more = {}) => {
    const args = {
      ...NOTHING_SAID,
      ...NO_FETCH,
      ...OPEN,
      paths: [server.url().href],
      id: 'osint',
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
    Array.from(state.engine.feeds.get('osint' as FeedId)?.listings ?? [], ({ value }) => value).sort();
  await work({ server, state, dir, intake, take, listed });
  await state.close();
}

/** The server is on loopback and speaks no TLS: only these allow it. */
const OPEN = { allowPrivate: true, allowHttp: true };
const MAY = Date.UTC(2026, 4, 1) / 1_000;
const id = (number: number): string => `5cab636f-ed50-4295-91ae-78d70a0162${String(number).padStart(2, '0')}`;
const address = (number: number): string => `198.51.100.${number}`;

describe('[INTEL-MISP-1] a MISP feed by URL is its manifest and the events that it names', () => {
  test('fetched once, then only what is new or changed, the newest first', () =>
    withServer(async ({ server, state, take, listed }) => {
      for (const n of [1, 2, 3]) server.put(id(n), MAY + n, n);
      expect(await take()).toMatchObject({ state: 'active', format: 'misp', indicators: 3, message: null });
      expect(server.newlyAsked()).toEqual([3, 2, 1].map((n) => `${id(n)}.json`));
      const { length } = state.journal;
      expect(await take()).toMatchObject({ state: 'unchanged', indicators: 3 });
      expect(server.asked).toEqual(['/osint/manifest.json']);
      expect(server.newlyAsked()).toEqual([]);
      expect(state.journal.length).toBe(length);
      server.put(id(2), MAY + 9, 22);
      server.put(id(4), MAY + 8, 4);
      expect(await take()).toMatchObject({ state: 'active', indicators: 4 });
      expect(server.newlyAsked()).toEqual([`${id(2)}.json`, `${id(4)}.json`]);
      expect(listed()).toEqual([1, 22, 3, 4].map(address));
    }));

  test('an event that left the manifest leaves the feed, and the disk', () =>
    withServer(async ({ server, dir, take, listed }) => {
      for (const n of [1, 2]) server.put(id(n), MAY + n, n);
      await take();
      server.newlyAsked();
      server.events.delete(id(1));
      expect(await take()).toMatchObject({ state: 'active', indicators: 1 });
      expect(server.newlyAsked()).toEqual([]);
      expect(listed()).toEqual([address(2)]);
      const [kept = '', ...others] = await readdir(join(dir, 'misp-events', 'osint'));
      expect([kept, others]).toEqual([expect.stringContaining(id(2)), []]);
      const store = STORES.find(({ files }) => files?.test(`misp-events/osint/${kept}`));
      expect(store?.dataClass).toBe('feeds on their way');
    }));

  test('by the URL of its folder where the format says so; a key behind ? goes along, and is not shown', () =>
    withServer(async ({ server, take }) => {
      server.put(id(1), MAY, 1);
      const paths = [`${server.url('').href}?key=secret`];
      const taken = await take({ paths, format: 'misp' });
      expect(taken).toMatchObject({ state: 'active', indicators: 1 });
      expect(JSON.stringify(taken)).not.toContain('secret');
      expect(server.asked).toEqual(['/osint/manifest.json?key=secret', `/osint/${id(1)}.json?key=secret`]);
    }));

  test('what else is said of it makes it anew without a fetch of its events', () =>
    withServer(async ({ server, state, take }) => {
      server.put(id(1), MAY, 1);
      await take();
      server.newlyAsked();
      expect(await take({ category: 'scanner' })).toMatchObject({ state: 'active' });
      expect(server.newlyAsked()).toEqual([]);
      const [listing] = [...(state.engine.feeds.get('osint' as FeedId)?.listings ?? [])];
      expect(listing?.categories).toEqual(['scanner']);
    }));
});

describe('[INTEL-MISP-2] what of a MISP feed cannot be fetched keeps its last good version, and it is told', () => {
  test.each([
    ['is not there', null, /404/],
    ['is cut off', '{"Event":{"uuid":', /not this event/],
    ['is another', JSON.stringify({ Event: { uuid: id(7), info: 'x', Attribute: [] } }), /not this event/],
    ['is no event', '<html>', /not this event/],
    ['is no UTF-8', Buffer.from('{"Event":{"uuid":"\xff"}}', 'latin1'), /not this event/],
    ['is a flood', `[${'{},'.repeat(200_001)}{}]`, /more than 200000 objects/],
  ])('an event that %s', (_, body, why) =>
    withServer(async ({ server, intake, take, listed }) => {
      for (const n of [1, 2]) server.put(id(n), MAY + n, n);
      await take();
      server.put(id(1), MAY + 9, 11);
      server.put(id(3), MAY + 8, 3);
      server.put(id(4), MAY + 7, 4);
      for (const n of [1, 4]) Object.assign(server.events.get(id(n)) ?? {}, { body });
      server.newlyAsked();
      const taken = await take();
      expect(taken).toMatchObject({ state: 'active', indicators: 3 });
      expect(taken.message).toMatch(/^2 of 4 events could not be fetched/);
      expect(taken.message).toMatch(why);
      expect(intake.fetches.of('osint')).toMatchObject({ failures: 0, problem: taken.message });
      expect(listed()).toEqual([1, 2, 3].map(address));
      // They alone are asked for again, also where the manifest stays the same.
      server.newlyAsked();
      expect((await take()).message).toBe(taken.message);
      expect(server.newlyAsked()).toEqual([`${id(1)}.json`, `${id(4)}.json`]);
      server.put(id(1), MAY + 9, 11);
      server.put(id(4), MAY + 7, 4);
      expect(await take()).toMatchObject({ state: 'active', indicators: 4, message: null });
      expect(intake.fetches.of('osint')).toMatchObject({ failures: 0, problem: null });
      expect(listed()).toEqual([11, 2, 3, 4].map(address));
    }),
  );

  test('an event that is behind its manifest counts as it is, is told of, and asked for again', () =>
    withServer(async ({ server, take, listed }) => {
      for (const n of [1, 2]) server.put(id(n), MAY + n, n);
      await take();
      Object.assign(server.events.get(id(1)) ?? {}, { timestamp: MAY + 9 });
      for (let fetch = 0; fetch < 2; fetch++) {
        server.newlyAsked();
        expect((await take()).message).toMatch(/1 of 2 events .*behind its manifest/);
        expect(server.newlyAsked()).toEqual([`${id(1)}.json`]);
      }
      server.put(id(1), MAY + 9, 11);
      expect(await take()).toMatchObject({ state: 'active', indicators: 2, message: null });
      expect(listed()).toEqual([11, 2].map(address));
    }));

  test('an older version than the one that is kept does not take its place', () =>
    withServer(async ({ server, take, listed }) => {
      server.put(id(1), MAY + 5, 5);
      await take();
      server.put(id(1), MAY + 1, 1);
      Object.assign(server.events.get(id(1)) ?? {}, { timestamp: MAY + 9 });
      await take();
      expect(listed()).toEqual([address(5)]);
    }));

  test('a server that gives none in a row is left; what came is kept, and the next fetch goes on', () =>
    withServer(async ({ server, intake, take, listed }) => {
      server.put(id(0), MAY + 1, 1);
      await take();
      for (let n = 1; n <= 30; n++) server.put(id(n), MAY + 99 - n, n + 1);
      for (let n = 2; n <= 30; n++) Object.assign(server.events.get(id(n)) ?? {}, { body: null });
      server.newlyAsked();
      const left = await take();
      expect(left).toMatchObject({ state: 'broken' });
      expect(left.message).toMatch(/1 new events are kept, the next fetch goes on from there/);
      expect(server.newlyAsked()).toHaveLength(21);
      expect(listed()).toEqual([address(1)]);
      expect(intake.fetches.of('osint')).toMatchObject({ failures: 1 });
      for (let n = 2; n <= 30; n++) server.put(id(n), MAY + 99 - n, n + 1);
      expect(await take()).toMatchObject({ state: 'active', indicators: 31 });
      expect(server.newlyAsked()).toHaveLength(29);
    }));

  test('a fetch that is given up keeps what came, and changes nothing', () =>
    withServer(async ({ server, dir }) => {
      for (const n of [1, 2]) server.put(id(n), MAY + n, n);
      const closing = new AbortController();
      server.onAsked = (path) => path.includes(id(1)) && closing.abort();
      const source = { id: 'osint', manifest: server.url(), settings: OPEN };
      await expect(fetchMispFeed(dir, { ...source, signal: closing.signal }, null)).rejects.toThrow(
        /1 new events are kept/,
      );
      server.onAsked = () => undefined;
      server.newlyAsked();
      await fetchMispFeed(dir, { ...source, signal: undefined }, null);
      expect(server.newlyAsked()).toEqual([`${id(1)}.json`]);
    }));

  test('what is kept goes with the feed, and where another place takes its id', () =>
    withServer(async ({ server, dir, intake, take }) => {
      server.put(id(1), MAY, 1);
      const kept = () => readdir(join(dir, 'misp-events'));
      await take();
      expect(await kept()).toEqual(['osint']);
      await intake.remove({ id: 'osint', actor: 'test' });
      expect(await kept()).toEqual([]);
      await take();
      const file = join(dir, 'osint.txt');
      await writeFile(file, '198.51.100.9\n');
      expect(await take({ paths: [file], replace: true })).toMatchObject({ state: 'active' });
      expect(await kept()).toEqual([]);
      // Its server says that nothing has changed since: that is another content.
      expect(await take({ replace: true })).toMatchObject({ state: 'active', format: 'misp' });
    }));

  test('what is kept may be damaged, lost, or of another URL without harm', () =>
    withServer(async ({ server, dir, take, listed }) => {
      for (const n of [1, 2, 3]) server.put(id(n), MAY + n, n);
      await take();
      const folder = join(dir, 'misp-events', 'osint');
      const [first = '', second = ''] = (await readdir(folder)).sort().map((name) => join(folder, name));
      await writeFile(first, (await readFile(first)).subarray(0, 20));
      await rm(second);
      server.put(id(4), MAY, 4);
      server.newlyAsked();
      expect(await take()).toMatchObject({ state: 'active', indicators: 4, message: null });
      expect(server.newlyAsked()).toEqual([2, 1, 4].map((n) => `${id(n)}.json`));
      await take({ paths: [`${server.url().href}?other`], replace: true });
      expect(server.newlyAsked()).toHaveLength(4);
      expect(listed()).toEqual([1, 2, 3, 4].map(address));
    }));
});

describe('[INTEL-MISP-3] a MISP feed leads nowhere else, and is bounded', () => {
  test.each([
    '../x',
    '..%2fx',
    `${id(2)}/../../x`,
    'manifest',
    '__proto__x',
    `https://elsewhere.example/${id(2)}`,
  ])('a manifest that names %s is refused whole: no event is asked for', (name) =>
    withServer(async ({ server, take, listed }) => {
      server.put(id(1), MAY, 1);
      await take();
      server.put(id(1), MAY + 1, 2);
      server.put(name, MAY + 2, 3);
      server.newlyAsked();
      const taken = await take();
      expect(taken).toMatchObject({ state: 'broken' });
      expect(taken.message).toMatch(/entry 2 is not called by a UUID/);
      expect(server.newlyAsked()).toEqual([]);
      expect(listed()).toEqual([address(1)]);
    }),
  );

  test.each(['-1', '1e9', '', '9'.repeat(13)])('so is one with the timestamp "%s"', (timestamp) =>
    withServer(async ({ server, take }) => {
      server.put(id(1), MAY, 1);
      Object.assign(server.events.get(id(1)) ?? {}, { timestamp });
      expect((await take()).message).toMatch(/entry 1 has no timestamp in seconds/);
      expect(server.newlyAsked()).toEqual([]);
    }),
  );

  test('one without an event, and what is no manifest, change nothing', () =>
    withServer(async ({ server, take, listed }) => {
      server.put(id(1), MAY, 1);
      await take();
      server.events.clear();
      expect((await take()).message).toMatch(/names no event/);
      server.manifest = '<html>';
      expect((await take()).message).toMatch(/no manifest of a MISP feed/);
      expect(listed()).toEqual([address(1)]);
    }));

  test('an event that is named twice, in capitals too, is one: the last version counts', () => {
    const manifest = {
      [id(1)]: { timestamp: MAY },
      [id(2)]: { timestamp: MAY + 2 },
      [id(1).toUpperCase()]: { timestamp: MAY + 3 },
    };
    expect(readManifest(Buffer.from(JSON.stringify(manifest)), 9)).toEqual({
      ok: true,
      events: [
        { id: id(1).toUpperCase(), timestamp: MAY + 3 },
        { id: id(2), timestamp: MAY + 2 },
      ],
      named: 2,
    });
  });

  test('no private address is asked', () =>
    withServer(async ({ server, take }) => {
      server.put(id(1), MAY, 1);
      expect((await take({ allowPrivate: false })).message).toMatch(/private range/);
      expect(server.asked).toEqual([]);
    }));

  test('an event that redirects elsewhere is looked at again', () =>
    withServer(async ({ server, take }) => {
      for (const n of [1, 2]) server.put(id(n), MAY + n, n);
      server.redirects.set(id(1), 'ftp://elsewhere.example/x');
      const taken = await take();
      expect(taken).toMatchObject({ state: 'active', indicators: 1 });
      expect(taken.message).toMatch(/must begin with https:/);
    }));

  test('of too many events, or bytes, the newest are taken, and it is told how many are left out', () =>
    withServer(async ({ server, dir }) => {
      for (let n = 1; n <= 5; n++) server.put(id(n), MAY + n, n);
      const source = { id: 'osint', manifest: server.url(), settings: OPEN, signal: undefined };
      const addresses = async (more: object): Promise<readonly string[]> => {
        const fetched = await fetchMispFeed(dir, { ...source, ...more }, null);
        if (!fetched.changed) throw new Error('it was not asked by what is known');
        expect(fetched.missing).toMatch(/^the 3 newest of 5 events are taken, 2 older ones are left out/);
        expect(fetched.validators).toEqual({ etag: null, lastModified: null });
        return fetched.document.toString().match(/198\.51\.100\.\d/g) ?? [];
      };
      expect(await addresses({ mostEvents: 3 })).toEqual([5, 4, 3].map(address));
      expect(server.newlyAsked()).toHaveLength(3);
      const each = (server.events.get(id(1))?.body ?? '').length;
      // How large the fourth is, is known after it came once.
      for (const asked of [1, 0]) {
        expect(await addresses({ mostBytes: 4 * each })).toEqual([5, 4, 3].map(address));
        expect(server.newlyAsked()).toHaveLength(asked);
      }
    }));
});
