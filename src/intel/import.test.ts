import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import { NO_FETCH } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { IntelIntake } from './intake.ts';
import { listIntel } from './list.ts';
import type { IntelImport } from './operations.ts';

const NOW = Date.UTC(2026, 4, 21);
const effects = stillEffects(() => NOW);
const settings = {
  ...NOTHING_SAID,
  ...NO_FETCH,
  id: null,
  taxii: false,
  collection: null,
  replace: false,
  actor: 'test',
};

async function withFeeds(
  work: (
    folder: string,
    take: (...paths: string[]) => Promise<IntelImport>,
    state: FleetState,
    intake: IntelIntake,
  ) => Promise<void>,
): Promise<void> {
  await using folder = await LogFolder.make();
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const feeds = folder.at('feeds');
  await mkdir(feeds);
  const intake = await IntelIntake.open({ state, dir: folder.at('data'), effects });
  await work(feeds, (...paths) => intake.import({ ...settings, paths }, () => undefined), state, intake);
  await state.close();
}

const byId = ({ files }: IntelImport) => Object.fromEntries(files.map(({ id, state }) => [id, state]));

test('[THREAT-ACTOR-3] catalogues of names are imported like feeds, and kept', () =>
  withFeeds(async (folder, take, state, intake) => {
    const path = join(folder, 'threat-actor.json');
    const values = [{ value: 'APT28', meta: { synonyms: ['Fancy Bear'] } }];
    await writeFile(path, JSON.stringify({ type: 'threat-actor', name: 'Threat Actor', values }));
    const attack = [{ type: 'intrusion-set', id: 'intrusion-set--1', name: 'HEXANE', aliases: ['Lyceum'] }];
    await writeFile(join(folder, 'attack.json'), JSON.stringify({ type: 'bundle', objects: attack }));
    const other = { type: 'botnet', name: 'Botnet', values: [{ value: 'Emotet' }] };
    await writeFile(join(folder, 'botnet.json'), JSON.stringify(other));
    expect(byId(await take(folder))).toEqual({
      'threat-actor': 'active',
      attack: 'active',
      botnet: 'not_intel',
    });
    expect(byId(await take(path))).toEqual({ 'threat-actor': 'unchanged' });
    expect(listIntel(state, intake).actor_names).toMatchObject([
      { id: 'attack', actors: 1 },
      { id: 'threat-actor', actors: 1 },
    ]);
    expect(state.engine.actorNames.candidates('lyceum')).toEqual([{ name: 'HEXANE', catalogue: 'attack' }]);
  }));

test('[INTEL-IMPORT-1] a bundle that lists nothing any more takes back what it listed, whomever it names', () =>
  withFeeds(async (folder, take, state) => {
    const path = join(folder, 'partner.json');
    const group = { type: 'intrusion-set', id: 'intrusion-set--1', name: 'HEXANE', aliases: ['Lyceum'] };
    const pattern = "[ipv4-addr:value = '198.51.100.7']";
    const indicator = { type: 'indicator', id: 'indicator--1', pattern, pattern_type: 'stix' };
    await writeFile(path, JSON.stringify({ type: 'bundle', objects: [group, indicator] }));
    await take(path);
    expect(state.engine.feeds.get('partner' as FeedId)?.listings).toHaveLength(1);
    await writeFile(path, JSON.stringify({ type: 'bundle', objects: [group] }));
    expect(byId(await take(path))).toEqual({ partner: 'active' });
    expect(state.engine.feeds.get('partner' as FeedId)?.listings).toHaveLength(0);
  }));

describe('[INTEL-IMPORT-1] a feed is taken whole or not at all', () => {
  test('a broken one leaves the last good one, and the journal, as they were', () =>
    withFeeds(async (folder, take, state, intake) => {
      const path = join(folder, 'acme.txt');
      await writeFile(path, '# Updated: 2026-05-20\n198.51.100.7\n');
      expect(byId(await take(path))).toEqual({ acme: 'active' });
      const { length } = state.journal;
      for (const broken of [
        '',
        '<html>\n<body>\n502\n</body>\n',
        gzipSync('198.51.100.8\n'.repeat(99)).subarray(0, 20),
      ]) {
        await writeFile(path, broken);
        const result = await take(path);
        expect(result).toMatchObject({
          broken: 1,
          files: [{ state: 'broken', message: expect.stringContaining('The feed that was active stays') }],
        });
      }
      expect(state.journal.length).toBe(length);
      expect(listIntel(state, intake).feeds).toEqual([
        {
          id: 'acme',
          place: await realpath(path),
          format: 'plain',
          lineage: 'acme',
          same_content_as: null,
          as_of: '2026-05-20T00:00:00.000Z',
          indicators: 1,
        },
      ]);
    }));

  test('the same again writes nothing; an empty one takes back what it listed', () =>
    withFeeds(async (folder, take, state) => {
      const path = join(folder, 'acme.txt.gz');
      await writeFile(path, gzipSync('# Updated: 2026-05-20\n198.51.100.7\n'));
      await take(path);
      expect(byId(await take(path))).toEqual({ acme: 'unchanged' });
      expect(state.journal.length).toBe(1);
      await writeFile(path, gzipSync('# Updated: 2026-05-21\n'));
      expect(byId(await take(path))).toEqual({ acme: 'active' });
      expect(state.engine.feeds.get('acme' as FeedId)?.listings).toHaveLength(0);
    }));
});

describe('[INTEL-IMPORT-2] a folder of feeds', () => {
  test('names each by its file, or by its folder where the name says nothing; other files are passed over', () =>
    withFeeds(async (folder, take) => {
      for (const name of ['one', 'two']) {
        await mkdir(join(folder, name));
        await writeFile(join(folder, name, 'list.txt'), '198.51.100.7\n');
        await writeFile(join(folder, name, 'same.txt'), '198.51.100.7\n');
      }
      await writeFile(join(folder, 'README.md'), '# Feeds\n\nThis is what we have.\nIt is a lot.\n');
      await writeFile(join(folder, 'cut.json'), '{"type":"bundle","objects":[{"type":"indic');
      await writeFile(
        join(folder, 'attack.json'),
        '{"type":"bundle","objects":[{"type":"malware","id":"malware--1"}]}',
      );
      for (const ending of ['csv', 'txt'])
        await writeFile(join(folder, `feodo.${ending}`), 'ip,malware\n203.0.113.9,x\n');
      const result = await take(folder);
      expect(byId(result)).toEqual({
        'README.md': 'not_intel',
        attack: 'nothing_listed',
        cut: 'broken',
        'feodo.csv': 'active',
        'feodo.txt': 'active',
        one: 'active',
        'one.same': 'active',
        two: 'active',
        'two.same': 'active',
      });
      expect(result).toMatchObject({ broken: 1, indicators: 6, records: 7 });
    }));

  test('a MISP feed is its folder; where an event is missing it was not fetched whole', () =>
    withFeeds(async (folder, take, state) => {
      const misp = join(folder, 'partner');
      await mkdir(misp);
      const ids = ['5cab636f-ed50-4295-91ae-78d70a016219', '5c6c7a64-ec9c-425a-a081-2c570a016219'];
      const about = Object.fromEntries(ids.map((id) => [id, { info: 'x' }]));
      await writeFile(join(misp, 'manifest.json'), JSON.stringify(about));
      await writeFile(join(misp, 'hashes.csv'), 'd41d8cd98f00b204e9800998ecf8427e,5cab636f\n');
      for (const [index, id] of ids.entries()) {
        const attribute = { type: 'ip-dst', value: `198.51.100.${index + 1}`, to_ids: true };
        const event = { Event: { info: 'x', date: '2026-05-01', Attribute: [attribute] } };
        await writeFile(join(misp, `${id}.json`), JSON.stringify(event));
      }
      expect(await take(folder)).toMatchObject({
        files: [{ id: 'partner', format: 'misp', indicators: 2, state: 'active' }],
      });
      await rm(join(misp, `${ids[1]}.json`));
      expect(await take(folder)).toMatchObject({ broken: 1, files: [{ id: 'partner', state: 'broken' }] });
      expect(state.engine.feeds.get('partner' as FeedId)?.listings).toHaveLength(2);
    }));

  test('what was named itself is meant to be a feed', () =>
    withFeeds(async (folder, take) => {
      const path = join(folder, 'readme.txt');
      await writeFile(path, 'This is what we have.\nIt is a lot.\n');
      expect(await take(path)).toMatchObject({ broken: 1, files: [{ state: 'broken' }] });
      await expect(take(join(folder, 'missing.txt'))).rejects.toMatchObject({ code: 'missing_path' });
    }));

  test('says how many lines were refused, why, and where, never what they held', () =>
    withFeeds(async (folder, take) => {
      const path = join(folder, 'acme.txt');
      await writeFile(path, '198.51.100.7\n198.51.100.300\nevil.example.com\n0.0.0.0/0\nbad.example.com\n');
      const result = await take(path);
      expect(result.files[0]).toMatchObject({
        refused: 2,
        reasons: { invalid_entry: 1, prefix_too_short: 1 },
        refusals: [
          { line: 2, reason: 'invalid_entry' },
          { line: 4, reason: 'prefix_too_short' },
        ],
      });
      expect(JSON.stringify(result)).not.toContain('100.300');
    }));
});

test('[INTEL-IMPORT-3] while a feed is read, others have their turn', () =>
  withFeeds(async (folder, take) => {
    const path = join(folder, 'acme.txt');
    await writeFile(
      path,
      Array.from({ length: 100_000 }, (_, index) => `host-${index}.example.com\n`).join(''),
    );
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const taking = take(path);
    await taking;
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(2);
  }));

test('[INTEL-IMPORT-1] advisories that lie among feeds are taken as advisories, once', () =>
  withFeeds(async (folder, take, state) => {
    await writeFile(join(folder, 'acme.txt'), '198.51.100.7\n');
    const affected = [{ package: { ecosystem: 'npm', name: 'thing' }, versions: ['1.0.0'] }];
    const osv = { schema_version: '1.6.0', id: 'OSV-2026-1', modified: '2026-05-01T00:00:00Z', affected };
    await writeFile(join(folder, 'osv.json.gz'), gzipSync(JSON.stringify(osv)));
    const epss =
      '#model_version:v1,score_date:2026-05-20T00:00:00+0000\ncve,epss,percentile\nCVE-2026-0001,0.9,0.99\n';
    await writeFile(join(folder, 'epss.csv'), epss);
    await writeFile(join(folder, 'notes.json'), '{"a":1}');
    const taken = await take(folder);
    expect(taken.files.map(({ id, kind, format, state: now }) => [id, kind, format, now])).toEqual([
      ['acme', 'feed', 'plain', 'active'],
      ['epss', 'advisories', 'epss', 'active'],
      ['notes', null, null, 'not_intel'],
      ['osv', 'advisories', 'osv', 'active'],
    ]);
    expect([taken.indicators, taken.records, taken.broken]).toEqual([1, 3, 0]);
    expect(state.engine.weaknesses.book.size).toBe(1);
    const { length } = state.journal;
    expect(byId(await take(folder))).toMatchObject({ epss: 'unchanged', osv: 'unchanged' });
    expect(state.journal.length).toBe(length);
  }));

describe('[INTEL-KIND-1] nobody who writes a feed makes what others say count less', () => {
  const list = (type: string, ...entries: string[]) =>
    JSON.stringify({ name: 'public dns', version: 1, type, list: entries });
  const vex = JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://acme.example/vex/1',
    author: 'Acme',
    timestamp: '2026-05-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2026-0001' },
        products: [{ '@id': 'pkg:npm/thing@1.0.0' }],
        status: 'not_affected',
        justification: 'component_not_present',
      },
    ],
  });
  const sent = (name: string, text: string, over: object = {}) => ({
    ...NOTHING_SAID,
    bytes: Buffer.from(text),
    name,
    replace: false,
    actor: 'test',
    ...over,
  });

  test('a file stays what it was the first time, and an empty list cannot widen it', () =>
    withFeeds(async (folder, take, state) => {
      const path = join(folder, 'partner.txt');
      await writeFile(path, '198.51.100.7\n');
      await take(path);
      const { length } = state.journal;
      for (const other of [list('cidr', '198.51.100.0/24'), list('substring', '.'), vex]) {
        await writeFile(path, other);
        expect(await take(path)).toMatchObject({ broken: 1, files: [{ state: 'broken' }] });
      }
      expect(state.journal.length).toBe(length);
      const other = join(folder, 'lists.json');
      await writeFile(other, list('cidr', '203.0.113.0/24'));
      expect(byId(await take(other))).toEqual({ lists: 'active' });
      await writeFile(other, '198.51.100.9\n');
      expect(await take(other)).toMatchObject({ broken: 1 });
      expect(state.engine.warnings.get('lists')?.entries).toEqual(['203.0.113.0/24']);
    }));

  test('what is sent is a warning list only where that is said, and never a VEX', () =>
    withFeeds(async (_folder, _take, state, intake) => {
      const text = list('cidr', '203.0.113.0/24');
      expect(await intake.take(sent('lists', text))).toMatchObject({ broken: 1 });
      expect(await intake.take(sent('word', vex))).toMatchObject({ broken: 1 });
      expect(state.journal.length).toBe(0);
      expect(byId(await intake.take(sent('lists', text, { format: 'misp_warninglist' })))).toEqual({
        lists: 'active',
      });
      const feed = sent('feed', '198.51.100.7\n', { format: 'misp_warninglist' });
      expect(await intake.take(feed)).toMatchObject({ broken: 1 });
    }));
});
