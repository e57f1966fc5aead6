import { appendFile, chmod, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import type { FeedWords } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { FeedId } from '../model/index.ts';
import { asNobody, LogFolder } from '../sources/log-folder.fixture.ts';
import { IntelIntake } from './intake.ts';
import { WatchedFolder } from './watched-folder.ts';

const SETTLED_MS = 5_000;

const WARNING_LIST = JSON.stringify({
  name: 'Ours',
  version: 20260501,
  type: 'cidr',
  list: ['198.51.100.0/24'],
});

interface Bench {
  readonly folder: string;
  readonly state: FleetState;
  readonly intake: IntelIntake;
  readonly clock: { now: number };
  /** The same folder as after a restart. */
  readonly again: (words?: FeedWords) => WatchedFolder;
  /** Looks, lets all come to rest, and looks again. */
  readonly settle: (watched?: WatchedFolder) => Promise<void>;
  readonly active: () => readonly string[];
  readonly problem: () => string | null | undefined;
}

async function withFolder(work: (bench: Bench) => Promise<void>): Promise<void> {
  await using place = await LogFolder.make();
  const clock = { now: Date.UTC(2026, 4, 21) };
  const effects = stillEffects(() => clock.now);
  const dir = place.at('data');
  const folder = place.at('feeds');
  await mkdir(folder);
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const intake = await IntelIntake.open({ state, dir, effects });
  const config = { id: 'local' as FeedId, kind: 'folder', folder } as const;
  const again = (words: FeedWords = NOTHING_SAID) =>
    new WatchedFolder({ ...config, words }, { intake, now: effects.now, settledMs: SETTLED_MS });
  const usual = again();
  await work({
    folder,
    state,
    intake,
    clock,
    again,
    settle: async (watched = usual) => {
      await watched.look();
      clock.now += SETTLED_MS;
      await watched.look();
    },
    active: () =>
      [...state.engine.feeds.values()].map(({ id, listings }) => `${id} ${listings.length}`).sort(),
    problem: () => intake.fetches.of('local')?.problem,
  });
  await state.close();
}

/** Looks as one who may not read all of the folder, whoever runs the tests. */
async function unprivileged(folder: string, look: () => Promise<void>): Promise<void> {
  const data = join(dirname(folder), 'data');
  await chmod(data, 0o777);
  for (const path of await readdir(data, { recursive: true })) await chmod(join(data, path), 0o777);
  await asNobody(look);
}

describe('[INTEL-WATCH-1] a file of a watched folder is taken when it is whole', () => {
  test('new and changed ones, once each; what is no feed is passed over', () =>
    withFolder(async ({ folder, settle, active, state, problem }) => {
      await writeFile(join(folder, 'acme.txt'), '198.51.100.7\n');
      await mkdir(join(folder, 'more'));
      await writeFile(join(folder, 'more', 'list.csv'), 'ip,category\n198.51.100.8,scanner\n');
      await writeFile(join(folder, 'README.md'), '# Feeds\n\nThis is what we have.\nIt is a lot.\n');
      await settle();
      expect(active()).toEqual(['local.acme 1', 'local.more-list 1']);
      expect(problem()).toBeNull();
      const { length } = state.journal;
      await settle();
      expect(state.journal.length).toBe(length);
      await writeFile(join(folder, 'acme.txt'), '198.51.100.7\n198.51.100.9\n');
      await settle();
      expect(active()).toEqual(['local.acme 2', 'local.more-list 1']);
    }));

  test('one that is still written to waits, and so does what is named as unfinished', () =>
    withFolder(async ({ folder, again, clock, active, settle }) => {
      const watched = again();
      const path = join(folder, 'acme.txt');
      await writeFile(path, '198.51.100.1\n');
      for (let n = 2; n <= 5; n++) {
        await watched.look();
        clock.now += SETTLED_MS;
        await appendFile(path, `198.51.100.${n}\n`);
      }
      await watched.look();
      expect(active()).toEqual([]);
      for (const name of ['.hidden', 'acme.part', 'acme.tmp', 'acme~', 'acme.txt.new'])
        await writeFile(join(folder, name), '198.51.100.99\n');
      await settle(watched);
      expect(active()).toEqual(['local.acme 5']);
    }));

  test('what replaces a file by its name is seen, with equal size too', () =>
    withFolder(async ({ folder, settle, state }) => {
      await writeFile(join(folder, 'acme.txt'), '198.51.100.1\n');
      await settle();
      await writeFile(join(folder, '.next'), '198.51.100.2\n');
      await rename(join(folder, '.next'), join(folder, 'acme.txt'));
      await settle();
      expect([...(state.engine.feeds.get('local.acme' as FeedId)?.listings ?? [])][0]?.value).toBe(
        '198.51.100.2',
      );
    }));

  test('a broken one leaves the last good one, and the list says why', () =>
    withFolder(async ({ folder, settle, active, problem }) => {
      await writeFile(join(folder, 'acme.txt'), '198.51.100.7\n');
      await settle();
      await writeFile(join(folder, 'acme.txt'), '<html>\n<body>\n502\n</body>\n');
      await settle();
      expect(active()).toEqual(['local.acme 1']);
      expect(problem()).toMatch(/feed local\.acme .*The feed that was active stays/);
      await writeFile(join(folder, 'acme.txt'), '198.51.100.8\n198.51.100.9\n');
      await settle();
      expect(active()).toEqual(['local.acme 2']);
      expect(problem()).toBeNull();
    }));

  test('one that does not say of when it is, is of when it was written, also after a restart', () =>
    withFolder(async ({ folder, settle, again, clock, state }) => {
      const path = join(folder, 'acme.txt');
      await writeFile(path, '198.51.100.7\n');
      const written = new Date(clock.now - 3 * 86_400_000);
      await utimes(path, written, written);
      await settle();
      expect(state.engine.feeds.get('local.acme' as FeedId)?.asOf).toBe(written.getTime());
      const { length } = state.journal;
      clock.now += 7 * 86_400_000;
      await settle(again());
      expect(state.journal.length).toBe(length);
    }));

  test('what cannot be read is told without a path of this machine', () =>
    withFolder(async ({ folder, settle, problem }) => {
      const misp = join(folder, 'partner');
      await mkdir(misp);
      const [there, missing] = [
        '5cab636f-ed50-4295-91ae-78d70a016219',
        '5c6c7a64-ec9c-425a-a081-2c570a016219',
      ];
      await writeFile(join(misp, 'manifest.json'), JSON.stringify({ [there]: {}, [missing]: {} }));
      await writeFile(join(misp, `${there}.json`), '{"Event":{"info":"x"}}');
      await settle();
      expect(problem()).toMatch(/^feed local\.partner is not whole/);
      expect(problem()).not.toContain(folder);
    }));

  test('two that would be called alike are told apart', () =>
    withFolder(async ({ folder, settle, active }) => {
      await writeFile(join(folder, 'acme.txt'), '198.51.100.7\n');
      await writeFile(join(folder, 'acme.csv'), 'ip\n198.51.100.8\n198.51.100.9\n');
      await writeFile(join(folder, `${'x'.repeat(90)}1.txt`), '198.51.100.1\n');
      await writeFile(join(folder, `${'x'.repeat(90)}2.txt`), '198.51.100.1\n');
      await settle();
      expect(active().filter((each) => each.includes('acme'))).toEqual([
        'local.acme.csv 2',
        'local.acme.txt 1',
      ]);
      expect(new Set(active()).size).toBe(4);
    }));
});

describe('[INTEL-WATCH-3] what of a watched folder cannot be read keeps nothing else', () => {
  test('from being taken; what a folder within gave stays, and is told of without a path of this machine', () =>
    withFolder(async ({ folder, settle, active, problem }) => {
      await chmod(dirname(folder), 0o755);
      const shut = join(folder, 'shut');
      await mkdir(shut);
      for (const name of ['a.txt', 'shut/s.txt']) await writeFile(join(folder, name), '198.51.100.7\n');
      await settle();
      await chmod(shut, 0o700);
      await rm(join(folder, 'a.txt'));
      await writeFile(join(folder, 'b.txt'), '198.51.100.8\n');
      await unprivileged(folder, settle);
      expect(active()).toEqual(['local.b 1', 'local.shut-s 1']);
      expect(problem()).toBe('shut: the folder cannot be read (EACCES); its feeds stay active');
      await settle();
      expect(active()).toEqual(['local.b 1', 'local.shut-s 1']);
      expect(problem()).toBeNull();
    }));

  test('and is taken once it may be read', () =>
    withFolder(async ({ folder, settle, active, problem, again }) => {
      await chmod(dirname(folder), 0o755);
      const path = join(folder, 'a.txt');
      await writeFile(path, '198.51.100.7\n', { mode: 0o600 });
      const watched = again();
      await unprivileged(folder, () => settle(watched));
      expect(problem()).toMatch(/local\.a cannot be read/);
      expect(active()).toEqual([]);
      await chmod(path, 0o644);
      await unprivileged(folder, () => settle(watched));
      expect(active()).toEqual(['local.a 1']);
      expect(problem()).toBeNull();
    }));
});

test('[INTEL-WATCH-4] a MISP feed put beside other feeds takes none of them back', () =>
  withFolder(async ({ folder, settle, active }) => {
    await writeFile(join(folder, 'a.txt'), '198.51.100.7\n');
    await settle();
    const uuid = '5cab636f-ed50-4295-91ae-78d70a016219';
    const attribute = { type: 'ip-dst', value: '198.51.100.9', to_ids: true };
    const event = { uuid, info: 'x', timestamp: '1790000000', Attribute: [attribute] };
    await writeFile(join(folder, `${uuid}.json`), JSON.stringify({ Event: event }));
    await writeFile(join(folder, 'hashes.csv'), `d41d8cd98f00b204e9800998ecf8427e,${uuid}\n`);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ [uuid]: { timestamp: '1790000000' } }));
    await settle();
    expect(active()).toEqual(['local. 1', 'local.a 1']);
  }));

test('[INTEL-WATCH-4] a file keeps the id under which it is active, whatever comes beside it', () =>
  withFolder(async ({ folder, settle, active, again }) => {
    await writeFile(join(folder, 'b.txt'), '198.51.100.7\n');
    await settle();
    await writeFile(join(folder, 'b.csv'), 'ip\n198.51.100.8\n198.51.100.9\n');
    await settle();
    expect(active()).toEqual(['local.b 1', 'local.b.csv 2']);
    const watched = again();
    await settle(watched);
    expect(active()).toEqual(['local.b 1', 'local.b.csv 2']);
    await rm(join(folder, 'b.txt'));
    await settle(watched);
    expect(active()).toEqual(['local.b.csv 2']);
  }));

describe('[INTEL-KIND-1] what makes feeds count less comes into a watched folder only where that is said', () => {
  test('a feed that turns into a warning list stays the feed that it was', () =>
    withFolder(async ({ folder, settle, active, state, problem }) => {
      const path = join(folder, 'ours.json');
      await writeFile(path, '198.51.100.7\n');
      await settle();
      await writeFile(path, WARNING_LIST);
      await settle();
      expect(active()).toEqual(['local.ours 1']);
      expect(state.engine.warnings.get('local.ours')).toBeUndefined();
      expect(problem()).toMatch(/local\.ours must be a feed/);
    }));

  test('and so does a new file', () =>
    withFolder(async ({ folder, settle, state, problem }) => {
      await writeFile(join(folder, 'ours.json'), WARNING_LIST);
      await settle();
      expect(state.engine.warnings.get('local.ours')).toBeUndefined();
      expect(problem()).toMatch(/local\.ours is a warning list.*misp_warninglist/);
    }));
});

describe('[INTEL-WATCH-2] a file that is gone takes its feed back', () => {
  test('at once, and also where it went while nobody looked', () =>
    withFolder(async ({ folder, settle, active, again }) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(folder, `${name}.txt`), '198.51.100.7\n');
      await settle();
      await rm(join(folder, 'a.txt'));
      await settle();
      expect(active()).toEqual(['local.b 1', 'local.c 1']);
      await rm(join(folder, 'b.txt'));
      await settle(again());
      expect(active()).toEqual(['local.c 1']);
    }));

  test('a warning list too, where the folder is said to hold them; a feed of another origin is left alone', () =>
    withFolder(async ({ folder, settle, active, intake, state, again, problem }) => {
      const lists = again({ ...NOTHING_SAID, format: 'misp_warninglist' });
      await writeFile(join(folder, 'ours.json'), WARNING_LIST);
      await writeFile(join(folder, 'a.txt'), '198.51.100.7\n');
      await intake.take({
        ...NOTHING_SAID,
        bytes: Buffer.from('198.51.100.1\n'),
        name: 'local.sent',
        replace: false,
        actor: 'test',
      });
      await settle(lists);
      expect(state.engine.warnings.get('local.ours')?.entries).toEqual(['198.51.100.0/24']);
      expect(problem()).toBeNull();
      await rm(join(folder, 'ours.json'));
      await settle(lists);
      expect(state.engine.warnings.get('local.ours')?.entries).toEqual([]);
      expect(active()).toEqual(['local.sent 1']);
    }));

  test('but nothing is taken back where the whole folder is empty or gone', () =>
    withFolder(async ({ folder, settle, active, problem }) => {
      await writeFile(join(folder, 'a.txt'), '198.51.100.7\n');
      await settle();
      await rm(join(folder, 'a.txt'));
      await settle();
      expect(active()).toEqual(['local.a 1']);
      expect(problem()).toBe('the folder is empty; its feeds stay active');
      await rm(folder, { recursive: true });
      await settle();
      expect(active()).toEqual(['local.a 1']);
      expect(problem()).toBe('the folder cannot be read; its feeds stay active');
      await mkdir(folder);
      await writeFile(join(folder, 'b.txt'), '198.51.100.8\n');
      await settle();
      expect(active()).toEqual(['local.b 1']);
      expect(problem()).toBeNull();
    }));

  test('the last feed of all leaves nothing to assess', () =>
    withFolder(async ({ intake, settle, folder, state }) => {
      await writeFile(join(folder, 'a.txt'), '198.51.100.7\n');
      await settle();
      const { indicators } = state.engine;
      expect(indicators.match({ type: 'ip', value: '198.51.100.7' })).toHaveLength(1);
      await intake.withdraw('local.a', 'test');
      expect(state.engine.feeds.size).toBe(0);
      expect(state.engine.indicators.match({ type: 'ip', value: '198.51.100.7' })).toEqual([]);
      const { length } = state.journal;
      await intake.withdraw('local.a', 'test');
      expect(state.journal.length).toBe(length);
    }));
});
