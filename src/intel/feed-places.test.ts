import { mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import { NO_FETCH } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { FEED_PLACES, placeOf } from './feed-places.ts';
import { IntelIntake } from './intake.ts';
import { listIntel } from './list.ts';
import type { IntelFile, IntelImport } from './operations.ts';
import { WatchedFolder } from './watched-folder.ts';

const effects = stillEffects(() => Date.UTC(2026, 4, 21));

interface Bench {
  readonly at: (path: string) => string;
  readonly state: FleetState;
  readonly intake: IntelIntake;
  /** As after a restart. */
  readonly reopened: () => Promise<IntelIntake>;
  readonly take: (path: string, more?: object) => Promise<IntelFile>;
  readonly send: (name: string, text: string, more?: object) => Promise<IntelFile>;
  /** The indicators of a feed. */
  readonly listed: (id: string) => readonly string[];
}

async function withPlaces(work: (bench: Bench) => Promise<void>): Promise<void> {
  await using folder = await LogFolder.make();
  const dir = folder.at('data');
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const reopened = () => IntelIntake.open({ state, dir, effects });
  const intake = await reopened();
  for (const name of ['a', 'b']) {
    await mkdir(folder.at(name));
    await writeFile(folder.at(`${name}/acme.txt`), `198.51.100.${name === 'a' ? 1 : 2}\n`);
  }
  const usual = { ...NOTHING_SAID, ...NO_FETCH, taxii: false, collection: null, replace: false };
  const only = ({ files }: IntelImport) => files[0] as IntelFile;
  await work({
    at: (path) => folder.at(path),
    state,
    intake,
    reopened,
    take: async (path, more = {}) => {
      const args = { ...usual, id: null, paths: [folder.at(path)], actor: 'test', ...more };
      return only(await intake.import(args, () => undefined));
    },
    send: async (name, text, more = {}) =>
      only(await intake.take({ ...usual, name, bytes: Buffer.from(text), actor: 'test', ...more })),
    listed: (id) => Array.from(state.engine.feeds.get(id as FeedId)?.listings ?? [], ({ value }) => value),
  });
  await state.close();
}

describe('[INTEL-PLACE-1] a feed has a place, and another place does not take its id unsaid', () => {
  test('a file of the same name elsewhere is refused, and told what to do; --replace takes the id', () =>
    withPlaces(async ({ at, take, listed, reopened, state }) => {
      expect(await take('a/acme.txt')).toMatchObject({ state: 'active' });
      const { length } = state.journal;
      const refused = await take('b/acme.txt');
      expect(refused).toMatchObject({ state: 'broken', id: 'acme' });
      for (const words of ['"acme"', await realpath(at('a/acme.txt')), at('b/acme.txt'), '--id', '--replace'])
        expect(refused.message).toContain(words);
      expect([listed('acme'), state.journal.length]).toEqual([['198.51.100.1'], length]);
      expect(await take('b/acme.txt', { id: 'other' })).toMatchObject({ state: 'active', id: 'other' });
      expect(await take('b/acme.txt', { replace: true })).toMatchObject({ state: 'active' });
      expect(listed('acme')).toEqual(['198.51.100.2']);
      // Kept, also over a restart.
      expect(await take('a/acme.txt')).toMatchObject({ state: 'broken' });
      expect((await reopened()).places.of('acme')).toBe(await realpath(at('b/acme.txt')));
    }));

  test('the same place updates its feed, by whatever links it is reached', () =>
    withPlaces(async ({ at, take, listed }) => {
      await take('a/acme.txt');
      await symlink(at('a'), at('link'));
      await writeFile(at('a/acme.txt'), '198.51.100.9\n');
      expect(await take('link/acme.txt')).toMatchObject({ state: 'active' });
      expect(listed('acme')).toEqual(['198.51.100.9']);
    }));

  test('it updates it under the id that it has, whatever comes to lie beside it', () =>
    withPlaces(async ({ at, take, intake, listed, state }) => {
      await take('a');
      await writeFile(at('a/acme.csv'), 'indicator,comment\n198.51.100.3,x\n');
      await writeFile(at('a/aaa.txt'), '198.51.100.4\n');
      await writeFile(at('a/acme.txt'), '198.51.100.5\n');
      await take('a');
      expect([...state.engine.feeds.keys()].sort()).toEqual(['aaa', 'acme', 'acme.csv']);
      expect(listed('acme')).toEqual(['198.51.100.5']);
      await rm(at('a/acme.csv'));
      await writeFile(at('a/acme.txt'), '198.51.100.6\n');
      await take('a/acme.txt');
      expect(listed('acme')).toEqual(['198.51.100.6']);
      expect(await take('b/acme.txt', { id: 'other' })).toMatchObject({ id: 'other' });
      expect(await take('b/acme.txt')).toMatchObject({ id: 'other', state: 'unchanged' });
      await intake.remove({ id: 'other', actor: 'test' });
      expect(await take('b/acme.txt')).toMatchObject({ id: 'acme', state: 'broken' });
    }));

  test('what has no place, as of an older release, is the next one that comes', () =>
    withPlaces(async ({ at, take, intake, reopened }) => {
      await take('a/acme.txt');
      for (const lost of ['', '{"acme":', '{"acme":{"place":7}}']) {
        await (lost === '' ? rm(at(`data/${FEED_PLACES}`)) : writeFile(at(`data/${FEED_PLACES}`), lost));
        expect((await reopened()).places.of('acme')).toBeNull();
      }
      await intake.places.forget('acme');
      expect(await take('b/acme.txt')).toMatchObject({ state: 'active' });
      expect(await take('a/acme.txt')).toMatchObject({ state: 'broken' });
    }));

  test('it holds for what is sent, for warning lists and for catalogues, until they are taken back', () =>
    withPlaces(async ({ at, take, send, intake, state }) => {
      await take('a/acme.txt');
      expect(await send('acme', '198.51.100.3\n')).toMatchObject({ state: 'broken' });
      expect(await send('acme', '198.51.100.3\n', { replace: true })).toMatchObject({ state: 'active' });
      const kinds = {
        lists: JSON.stringify({ name: 'Ours', version: 1, type: 'cidr', list: ['203.0.113.0/24'] }),
        actors: JSON.stringify({
          type: 'threat-actor',
          name: 'Actors',
          values: [{ value: 'APT28', meta: {} }],
        }),
      };
      for (const [name, text] of Object.entries(kinds)) {
        for (const folder of ['a', 'b']) await writeFile(at(`${folder}/${name}.json`), text);
        expect(await take(`a/${name}.json`)).toMatchObject({ state: 'active' });
        expect(await take(`b/${name}.json`)).toMatchObject({ state: 'broken' });
      }
      expect(listIntel(state, intake)).toMatchObject({
        feeds: [{ id: 'acme', place: 'post:acme' }],
        warning_lists: [{ id: 'lists', place: await realpath(at('a/lists.json')) }],
        actor_names: [{ id: 'actors', place: await realpath(at('a/actors.json')) }],
      });
      for (const id of ['acme', 'lists', 'actors']) {
        expect(await intake.remove({ id, actor: 'test' })).toEqual({ removed: id });
        await expect(intake.remove({ id, actor: 'test' })).rejects.toMatchObject({ code: 'unknown_feed' });
      }
      expect(listIntel(state, intake)).toMatchObject({ feeds: [], warning_lists: [], actor_names: [] });
      expect(JSON.parse(await readFile(at(`data/${FEED_PLACES}`), 'utf8'))).toEqual({});
      expect(await take('b/actors.json')).toMatchObject({ state: 'active' });
    }));

  test('an entry of the configuration may lead elsewhere: its id is its own', () =>
    withPlaces(async ({ at, intake, take, listed }) => {
      const entry = async (name: string, isConfigured: boolean) => {
        const path = at(name);
        const source = { path, id: 'acme', origin: { kind: 'file', path }, isNamed: true } as const;
        const said = { words: NOTHING_SAID, fetching: NO_FETCH, isConfigured, actor: 'test' };
        return (await intake.each([source], said)).files[0]?.state;
      };
      expect(await entry('a/acme.txt', true)).toBe('active');
      // Brought by hand in between, it is the entry's still.
      expect(await take('a/acme.txt')).toMatchObject({ state: 'unchanged' });
      expect(await take('b/acme.txt')).toMatchObject({ state: 'broken' });
      expect(await entry('b/acme.txt', true)).toBe('active');
      expect(listed('acme')).toEqual(['198.51.100.2']);
      // What somebody else brought it does not take unsaid either.
      await take('a/acme.txt', { replace: true });
      expect(await entry('b/acme.txt', true)).toBe('broken');
    }));

  test('of a watched folder it is told as the refusal of that file, until the id is free', () =>
    withPlaces(async ({ at, intake, send, listed }) => {
      await send('local.acme', '198.51.100.3\n');
      const config = { id: 'local' as FeedId, kind: 'folder', folder: at('a'), words: NOTHING_SAID } as const;
      const watched = new WatchedFolder(config, { intake, now: effects.now, settledMs: 0 });
      await watched.look();
      const problem = intake.fetches.of('local')?.problem ?? '';
      expect(problem).toMatch(/^feed local\.acme is not taken: another source holds its id/);
      expect(problem).not.toContain(at('a'));
      await intake.remove({ id: 'local.acme', actor: 'test' });
      await watched.look();
      expect([listed('local.acme'), intake.fetches.of('local')?.problem]).toEqual([['198.51.100.1'], null]);
      expect(intake.places.of('local.acme')).toBe('folder:local/acme.txt');
      // Its file takes back nothing that is another's meanwhile.
      await send('local.acme', '198.51.100.4\n', { replace: true });
      await writeFile(at('a/other.txt'), '198.51.100.5\n');
      await rm(at('a/acme.txt'));
      await watched.look();
      expect(listed('local.acme')).toEqual(['198.51.100.4']);
    }));
});

test('[INTEL-PLACE-1] what is refused for its place is no failure of the feed that is active', () =>
  withPlaces(async ({ take, intake, at }) => {
    await take('a/acme.txt');
    const paths = ['https://feeds.example.invalid/acme.txt'];
    const refused = await take('a', { paths });
    expect(refused).toMatchObject({ id: 'acme', state: 'broken' });
    expect(refused.message).toContain(await realpath(at('a/acme.txt')));
    expect(await take('a', { paths, replace: true })).toMatchObject({ state: 'broken' });
    expect(intake.fetches.of('acme')).toBeNull();
  }));

describe('[INTEL-PLACE-2] a place', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{16,32}$/);

  test('holds no secret of a URL, and is another where another list is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(secret, secret, async (user, key) => {
        const place = async (query: string) =>
          placeOf({ kind: 'url', url: new URL(`https://${user}:${key}@feeds.example/list.txt${query}`) });
        const [plain, keyed] = [await place(`#${key}`), await place(`?key=${key}`)];
        expect(plain).toBe('https://feeds.example/list.txt');
        expect(keyed).toMatch(/^https:\/\/feeds\.example\/list\.txt\?~[0-9a-f]{8}$/);
        expect(await place(`?key=${key}`)).toBe(keyed);
        expect(await place('?list=other')).not.toBe(keyed);
      }),
    );
  });

  test('of a TAXII server names the collection', async () => {
    const url = new URL('https://taxii.example/taxii2/');
    expect(await placeOf({ kind: 'taxii', url, collection: 'high' })).toBe(`${url.href}#high`);
    expect(await placeOf({ kind: 'taxii', url, collection: null })).toBe(url.href);
  });
});

test('[INTEL-PLACE-1] of what is looked for in vain no place is kept', () =>
  withPlaces(async ({ at, take, intake }) => {
    await writeFile(join(at('a'), 'page.txt'), '<html>\n502\n</html>\n');
    expect(await take('a/page.txt')).toMatchObject({ state: 'broken' });
    expect(intake.places.of('page')).toBeNull();
  }));
