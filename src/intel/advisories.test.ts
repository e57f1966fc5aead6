import { mkdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { WORTH_A_THREAD_BYTES } from '../knowledge/knowledge-thread.ts';
import type { SiteId } from '../model/index.ts';
import { importInventory } from '../operations/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { importAdvisories } from './advisories.ts';

const effects = stillEffects(() => 0);
const clock = { at: () => 1_000, now: () => Date.UTC(2026, 10, 30) };

const OSV = {
  id: 'GHSA-1',
  modified: '2026-05-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};
const KEV = {
  catalogVersion: '1',
  dateReleased: '2026-05-04T10:00:00Z',
  vulnerabilities: [{ cveID: 'CVE-2026-1', dateAdded: '2026-05-04' }],
};
const BILL = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:1',
  metadata: { component: { name: 'Gateway', version: '1', type: 'device' } },
  components: [{ name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0', type: 'library' }],
};

test('[VULN-IMPORT-1] files and folders are read, each whole or not at all, and the same again changes nothing', async () => {
  await using folder = await LogFolder.make();
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  await mkdir(folder.at('osv'));
  await writeFile(folder.at('osv/a.json'), JSON.stringify(OSV));
  await writeFile(folder.at('osv/readme.txt'), 'hello');
  await writeFile(folder.at('osv/a.json.sha256'), 'of another file beside it');
  await writeFile(folder.at('all.zip'), Buffer.from('PK\x03\x04rest'));
  await writeFile(folder.at('kev.json.gz'), gzipSync(JSON.stringify(KEV)));
  await writeFile(folder.at('cut.json'), JSON.stringify(OSV).slice(0, -5));
  await writeFile(folder.at('cut.gz'), gzipSync(JSON.stringify(OSV)).subarray(0, 40));
  const paths = ['osv', 'kev.json.gz', 'cut.json', 'cut.gz', 'none.json', 'all.zip'].map((each) =>
    folder.at(each),
  );
  const load = () => importAdvisories(state, { paths, actor: 'test' }, clock, () => undefined);

  const first = await load();
  expect(first.advisories).toBe(1);
  expect(first.files.map(({ path, format, records, news }) => [path, format, records, news])).toEqual([
    [folder.at('osv/a.json'), 'osv', 1, 1],
    [folder.at('osv/readme.txt'), null, 0, 0],
    [folder.at('kev.json.gz'), 'kev', 1, 1],
    [folder.at('cut.json'), null, 0, 0],
    [folder.at('cut.gz'), null, 0, 0],
    [folder.at('none.json'), null, 0, 0],
    [folder.at('all.zip'), null, 0, 0],
  ]);
  for (const [index, word] of [
    [3, 'cut short'],
    [4, 'damaged gzip'],
    [5, 'no such file'],
    [6, 'packed as ZIP: unpack it first'],
  ] as const)
    expect(first.files[index]?.message).toContain(word);
  const records = state.journal.length;
  expect(records).toBe(2);

  const second = await load();
  expect(second.files.map(({ news }) => news)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(state.journal.length).toBe(records);
  await state.close();
});

test.each([{ encoding: 'utf8' as const }, { encoding: 'utf16le' as const }])(
  '[VULN-IMPORT-6] a byte order mark is no part of a file: $encoding',
  async ({ encoding }) => {
    const marked = (text: string) => Buffer.from(`\uFEFF${text}`, encoding);
    await using folder = await LogFolder.make();
    const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
    const large = `${JSON.stringify(OSV)}${' '.repeat(WORTH_A_THREAD_BYTES)}`;
    await writeFile(folder.at('osv.json'), marked(JSON.stringify(OSV)));
    await writeFile(folder.at('large.json'), marked(large));
    await writeFile(folder.at('epss.csv.gz'), gzipSync(marked('#model_version:v1,score_date:2026-05-05\n')));
    await writeFile(folder.at('inventory.yaml'), marked('- id: dev_gateway\n  site: hq\n  kind: gateway\n'));
    await writeFile(folder.at('bom.json'), marked(JSON.stringify(BILL)));
    const paths = ['osv.json', 'large.json', 'epss.csv.gz'].map((each) => folder.at(each));
    const { files } = await importAdvisories(state, { paths, actor: 'test' }, clock, () => undefined);
    expect(files.map(({ format, message }) => [format, message])).toEqual([
      ['osv', null],
      ['osv', null],
      ['epss', null],
    ]);
    const imported = (name: string) =>
      importInventory(
        state,
        {
          path: folder.at(name),
          device: 'dev_gateway',
          dryRun: false,
          replace: false,
          actor: 'test',
          site: 'hq' as SiteId,
        },
        () => 0,
      );
    expect((await imported('inventory.yaml')).added).toEqual(['dev_gateway']);
    expect((await imported('bom.json')).bills).toMatchObject([{ components: 2 }]);
    await state.close();
  },
);

test('[VULN-IMPORT-2] a bill of materials belongs to the device that the operator or the bill names', async () => {
  await using folder = await LogFolder.make();
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const inventory =
    '- id: dev_gateway\n  site: hq\n  kind: gateway\n  name: Gateway\n- id: dev_other\n  site: hq\n  kind: gateway\n';
  await writeFile(folder.at('inventory.yaml'), inventory);
  await writeFile(folder.at('bom.json'), JSON.stringify(BILL));
  const nameless = { ...BILL, metadata: {} };
  await writeFile(folder.at('nameless.json'), JSON.stringify(nameless));
  const load = (path: string, device: string | null = null, dryRun = false) =>
    importInventory(
      state,
      { path: folder.at(path), device, dryRun, replace: false, actor: 'test', site: 'hq' as SiteId },
      () => 1_000,
    );

  await load('inventory.yaml');
  expect((await load('bom.json', null, true)).bills).toMatchObject([
    { device: 'dev_gateway', changed: true },
  ]);
  const records = state.journal.length;
  expect((await load('bom.json')).bills).toMatchObject([
    { device: 'dev_gateway', format: 'cyclonedx', components: 2, leftOut: 0, changed: true },
  ]);
  expect((await load('bom.json')).bills).toMatchObject([{ changed: false, findings: 0 }]);
  await writeFile(
    folder.at('scan.json'),
    JSON.stringify({ ...BILL, vulnerabilities: [{ id: 'CVE-2026-1' }] }),
  );
  expect((await load('scan.json', null, true)).bills).toMatchObject([{ changed: false, findings: 1 }]);
  expect(state.journal.length).toBe(records + 1);
  expect((await load('bom.json', 'dev_other')).bills).toMatchObject([{ device: 'dev_other', changed: true }]);
  await expect(load('nameless.json')).rejects.toMatchObject({
    code: 'unknown_entity',
    message: expect.stringContaining('--device ID') as unknown,
  });
  await expect(load('bom.json', 'dev_gatewax')).rejects.toThrow('the nearest are dev_gateway');
  await writeFile(folder.at('cut.json'), JSON.stringify(BILL).slice(0, -4));
  await expect(load('cut.json')).rejects.toMatchObject({ code: 'invalid_bill' });
  await state.close();
});

test('[VULN-IMPORT-3] what was imported is there after a start', async () => {
  await using folder = await LogFolder.make();
  await writeFile(folder.at('osv.json'), JSON.stringify(OSV));
  await writeFile(folder.at('bom.json'), JSON.stringify(BILL));
  await writeFile(
    folder.at('inventory.yaml'),
    '- id: dev_gateway\n  site: hq\n  kind: gateway\n  name: Gateway\n',
  );
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const site = 'hq' as SiteId;
  const inventory = { device: null, dryRun: false, replace: false, actor: 'test', site };
  await importInventory(state, { path: folder.at('inventory.yaml'), ...inventory }, () => 1_000);
  await importAdvisories(state, { paths: [folder.at('osv.json')], actor: 'test' }, clock, () => undefined);
  await importInventory(state, { path: folder.at('bom.json'), ...inventory }, () => 1_000);
  const hash = state.engine.stateHash();
  const weak = state.engine.partitions[0]?.standing('dev_gateway')?.factors.map(({ name }) => name);
  expect(weak).toContain('vulnerability');
  await state.close();

  const again = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  expect(again.engine.stateHash()).toBe(hash);
  await again.close();
});

test('[VULN-READ-7] no word in a file of advisories, nor in a record of an older release, stops a start', async () => {
  await using folder = await LogFolder.make();
  const cve = {
    cveMetadata: { cveId: 'CVE-2026-2', state: 'PUBLISHED' },
    containers: {
      cna: {
        affected: [
          {
            vendor: 'Acme',
            product: 'Left',
            versions: [
              { version: '0', lessThan: '2.0', status: 'affected', versionType: 'constructor' },
              { version: '3.0', lessThan: '3.1', status: 'affected', versionType: 'constructor' },
            ],
          },
        ],
      },
    },
  };
  const components = [{ name: 'left', version: '1.0.0', supplier: { name: 'Acme' } }];
  await writeFile(folder.at('cve.json'), JSON.stringify(cve));
  await writeFile(folder.at('bom.json'), JSON.stringify({ ...BILL, components }));
  await writeFile(folder.at('inventory.yaml'), '- id: dev_gateway\n  site: hq\n  kind: gateway\n');
  const open = () => FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const weaknessesIn = ({ engine }: FleetState) =>
    engine.weaknesses.book
      .weaknesses({ ids: ['dev_gateway'], firmware: null, seen: [] })
      .map(({ name, status, comparator }) => [name, status, comparator]);
  const state = await open();
  const inventory = {
    device: 'dev_gateway',
    dryRun: false,
    replace: false,
    actor: 'test',
    site: 'hq' as SiteId,
  };
  await importInventory(state, { path: folder.at('inventory.yaml'), ...inventory }, () => 1_000);
  await importInventory(state, { path: folder.at('bom.json'), ...inventory }, () => 1_000);
  await importAdvisories(state, { paths: [folder.at('cve.json')], actor: 'test' }, clock, () => undefined);
  expect(weaknessesIn(state)).toEqual([['CVE-2026-2', 'affected', 'dotted']]);

  // What 0.6.0 wrote down of a type of versions named `constructor`: no order at all.
  const intervals = [{ from: null, before: '2.0', upTo: null }];
  const product = { key: 'product/left', naming: 'product', vendor: 'Acme', intervals } as never;
  const facts = { aliases: [], modified: null, withdrawn: false, cvss: null, products: [product] };
  const knowledge = {
    advisories: [{ source: 'cve' as const, id: 'CVE-2026-3', ...facts }],
    statements: [],
    exploited: null,
    forecast: null,
    lifecycles: [],
  };
  await state.append({ kind: 'advisories', at: 1_000, source: 'old', knowledge, actor: 'test' });
  const known = [
    ['CVE-2026-2', 'affected', 'dotted'],
    ['CVE-2026-3', 'indeterminate', 'unknown'],
  ];
  expect(weaknessesIn(state)).toEqual(known);
  const hash = state.engine.stateHash();
  await state.close();
  const again = await open();
  expect(again.engine.stateHash()).toBe(hash);
  expect(weaknessesIn(again)).toEqual(known);
  await again.close();
});

test('[VULN-IMPORT-5] a new bill of the same thing takes the place of the old one, and says so', async () => {
  await using folder = await LogFolder.make();
  const open = () => FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const state = await open();
  await writeFile(folder.at('inventory.yaml'), '- id: dev_gateway\n  site: hq\n  kind: gateway\n');
  const load = async (name: string, bill: object | null, replace = false, dryRun = false) => {
    if (bill !== null) await writeFile(folder.at(name), JSON.stringify(bill));
    const request = { device: 'dev_gateway', actor: 'test', site: 'hq' as SiteId };
    const { bills } = await importInventory(
      state,
      { path: folder.at(name), ...request, replace, dryRun },
      () => 1_000,
    );
    return bills[0]?.replaced;
  };
  const parts = (version: string) => [{ name: 'left', version, purl: `pkg:npm/left@${version}` }];
  const scan = (serial: string, version: string, name = 'host') => ({
    ...BILL,
    serialNumber: serial,
    metadata: { component: { name, version } },
    components: parts(version),
  });
  const installedIn = ({ engine }: FleetState) =>
    engine.weaknesses.book
      .componentsOf(['dev_gateway'])
      .flatMap(({ name, version }) => (name === 'left' ? [version] : []));
  await load('inventory.yaml', null);

  expect(await load('1.json', scan('urn:uuid:1', '1.0'))).toEqual([]);
  expect(await load('app.json', scan('urn:uuid:app', '7.0', 'app'))).toEqual([]);
  expect(await load('2.json', scan('urn:uuid:2', '2.0'), false, true)).toEqual(['urn:uuid:1']);
  expect(installedIn(state)).toEqual(['1.0', '7.0']);
  expect(await load('2.json', scan('urn:uuid:2', '2.0'))).toEqual(['urn:uuid:1']);
  expect(installedIn(state)).toEqual(['7.0', '2.0']);
  expect(await load('2.json', null)).toEqual([]);
  expect(await load('2.json', scan('urn:uuid:2', '3.0'))).toEqual(['urn:uuid:2']);

  // Two that say nothing of themselves are two; the same file again is the same.
  const nameless = (version: string) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: parts(version),
  });
  expect(await load('a.json', nameless('4.0'))).toEqual([]);
  expect(await load('b.json', nameless('5.0'))).toEqual([]);
  expect(await load('b.json', nameless('5.1'))).toEqual(['b.json']);
  expect(installedIn(state)).toEqual(['7.0', '3.0', '4.0', '5.1']);

  const { length } = state.journal;
  expect(await load('2.json', null, true)).toEqual(['urn:uuid:app', 'a.json', 'b.json']);
  expect(installedIn(state)).toEqual(['3.0']);
  expect(await load('2.json', null, true)).toEqual([]);
  expect(state.journal.length).toBe(length + 1);
  const hash = state.engine.stateHash();
  await state.close();
  const again = await open();
  expect([installedIn(again), again.engine.stateHash()]).toEqual([['3.0'], hash]);
  await again.close();
});
