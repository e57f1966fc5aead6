import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import { NO_FETCH } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import * as documents from '../vulnerabilities/documents.fixture.ts';
import { importAdvisories } from './advisories.ts';
import { IntelIntake } from './intake.ts';
import type { IntelFileState, IntelImport } from './operations.ts';
import { WatchedFolder } from './watched-folder.ts';

const NOW = Date.UTC(2026, 10, 30);
const effects = stillEffects(() => NOW);
const OPEN = { ...NO_FETCH, allowPrivate: true, allowHttp: true };
const IMPORT = { ...NOTHING_SAID, ...OPEN, id: null, taxii: false, collection: null, replace: false };

/** One of each kind by the file's name, and what kind of record it becomes. */
const KINDS: Readonly<Record<string, readonly [record: string, text: string]>> = {
  'acme.txt': ['feed', '198.51.100.7\n'],
  'ours.json': [
    'warning_lists',
    JSON.stringify({ name: 'Ours', version: 1, type: 'cidr', list: ['203.0.113.0/24'] }),
  ],
  'actors.json': [
    'actor_names',
    JSON.stringify({ type: 'threat-actor', name: 'Actors', values: [{ value: 'APT28', meta: {} }] }),
  ],
  'osv.json': ['advisories', JSON.stringify(documents.OSV)],
  'osv.ndjson': [
    'advisories',
    [documents.OSV, documents.OSV_DEBIAN].map((each) => JSON.stringify(each)).join('\n'),
  ],
  'cve.json': ['advisories', JSON.stringify(documents.CVE)],
  'csaf.json': ['advisories', JSON.stringify(documents.CSAF)],
  'nvd.json': ['advisories', JSON.stringify(documents.NVD)],
  'kev.json': ['advisories', JSON.stringify(documents.KEV)],
  'epss.csv': ['advisories', documents.EPSS],
  'eol.md': ['advisories', documents.LIFECYCLE],
  'vex.json': ['advisories', JSON.stringify(documents.OPEN_VEX)],
};
/** What makes others count less needs the operator's word: a folder and a sender have none. */
const UNBIDDEN = ['ours.json', 'vex.json'];

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly bytes: Buffer;
  readonly url: URL;
  readonly intake: IntelIntake;
  readonly state: FleetState;
}
type Door = (place: Place) => Promise<IntelFileState | 'untold'>;

const imported =
  (pathOf: (place: Place) => string): Door =>
  async (place) =>
    only(await place.intake.import({ ...IMPORT, paths: [pathOf(place)], actor: 'test' }, () => undefined));
const configured =
  (originOf: (place: Place) => { kind: 'file'; path: string } | { kind: 'url'; url: URL }): Door =>
  async (place) => {
    const source = { path: place.path, id: 'own', origin: originOf(place), isNamed: true };
    const said = { words: NOTHING_SAID, fetching: OPEN, isConfigured: true, actor: 'test' };
    return only(await place.intake.each([source], said));
  };

const DOORS: Readonly<Record<string, Door>> = {
  'a path': imported(({ path }) => path),
  'a folder': imported(({ folder }) => folder),
  'a URL': imported(({ url }) => url.href),
  'a path of the configuration': configured(({ path }) => ({ kind: 'file', path })),
  'a URL of the configuration': configured(({ url }) => ({ kind: 'url', url })),
  'a watched folder': async ({ folder, intake }) => {
    const config = { id: 'local' as FeedId, kind: 'folder', folder, words: NOTHING_SAID } as const;
    await new WatchedFolder(config, { intake, now: () => NOW, settledMs: 0 }).look();
    return intake.fetches.of('local')?.problem === null ? 'active' : 'broken';
  },
  'POST /v1/feeds': async ({ bytes, intake }) =>
    only(await intake.take({ ...NOTHING_SAID, name: 'sent', replace: false, actor: 'test', bytes })),
};
const BY_OTHERS = ['a watched folder', 'POST /v1/feeds'];

function only({ files: [file] }: IntelImport): IntelFileState | 'untold' {
  return file?.state ?? 'untold';
}

async function withFile(name: string, bytes: Buffer, work: (place: Place) => Promise<void>): Promise<void> {
  await using place = await LogFolder.make();
  const dir = place.at('data');
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const folder = place.at('feeds');
  await mkdir(folder);
  const path = place.at(`feeds/${name}`);
  await writeFile(path, bytes);
  const server = createServer((_, response) => void response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
  try {
    await work({ folder, path, bytes, url, intake: await IntelIntake.open({ state, dir, effects }), state });
  } finally {
    await new Promise((resolve) => server.close(resolve));
    await state.close();
  }
}

async function journalled({ journal }: FleetState): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const batch of journal.read()) for (const { record } of batch) kinds.push(record.kind);
  return kinds;
}

describe('[INTEL-DOORS-1] every door takes the same kinds of documents, plain and gzip', () => {
  const cases = Object.keys(KINDS).flatMap((name) =>
    Object.keys(DOORS).map((door, nth) => [name, door, nth % 2 === 0] as const),
  );
  test.each(cases)('%s by %s (gzip: %s)', async (name, door, isPacked) => {
    const [record, text] = KINDS[name] as (typeof KINDS)[string];
    const bytes = isPacked ? gzipSync(text) : Buffer.from(text);
    const isRefused = UNBIDDEN.includes(name) && BY_OTHERS.includes(door);
    await withFile(isPacked ? `${name}.gz` : name, bytes, async (place) => {
      expect(await DOORS[door]?.(place)).toBe(isRefused ? 'broken' : 'active');
      expect(await journalled(place.state)).toEqual(isRefused ? [] : [record]);
    });
  });

  test.each(Object.entries(KINDS).filter(([, [record]]) => record === 'advisories'))(
    '%s by stance vulnerabilities import',
    (name, [, text]) =>
      withFile(name, Buffer.from(text), async ({ path, state }) => {
        const clocks = { at: () => NOW, now: () => NOW };
        await importAdvisories(state, { paths: [path], actor: 'test' }, clocks, () => undefined);
        expect(await journalled(state)).toEqual(['advisories']);
      }),
  );
});
