import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

const KEV = {
  catalogVersion: '1',
  dateReleased: '2026-05-04T10:00:00Z',
  vulnerabilities: [{ cveID: 'CVE-2026-1', dateAdded: '2026-05-04' }],
};
const BILL = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  components: [{ name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
};

let place: string;
const at = (name: string) => join(place, name);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'stance-vulnerabilities-'));
  await writeFile(at('kev.json'), JSON.stringify(KEV));
  await writeFile(at('bom.json'), JSON.stringify(BILL));
  await writeFile(at('inventory.yaml'), '- id: dev_gateway\n  site: headquarters\n  kind: gateway\n');
});

afterAll(() => rm(place, { recursive: true }));

async function said(...words: string[]) {
  const [stdout, stderr] = [new RememberedScreen(), new RememberedScreen()];
  const code = await run([...words, '--data', at('data')], { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

test('[VULN-IMPORT-4] scripts get a summary for each file, and 1 where a named file was refused', async () => {
  const good = await said('vulnerabilities', 'import', at('kev.json'), '--json');
  expect(good.code).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({
    files: [{ path: at('kev.json'), format: 'kev', records: 1, news: 1, refused: 0, message: null }],
    advisories: 0,
  });
  const wrong = await said('vulnerabilities', 'import', at('kev.json'), at('bom.json'));
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toContain('kev, 1 record, nothing new');
  expect(wrong.stdout).toContain('it is a bill of materials: read it with stance inventory import');
});

test('[VULN-READ-9] what cannot be compared is counted', async () => {
  const affected = [{ package: { ecosystem: 'Android:13', name: 'x' }, versions: ['2026-01'] }];
  await writeFile(at('android.json'), JSON.stringify({ id: 'A-1', affected }));
  const read = await said('vulnerabilities', 'import', at('android.json'), '--json');
  expect(JSON.parse(read.stdout)).toMatchObject({ files: [{ uncompared: { 'ecosystem Android': 1 } }] });
  const again = await said('vulnerabilities', 'import', at('android.json'));
  expect(again.stdout).toContain('nothing new, not compared: 1 (ecosystem Android)');
});

test('[VULN-IMPORT-4] an inventory and a bill of materials are imported in one go', async () => {
  const both = await said(
    'inventory',
    'import',
    at('inventory.yaml'),
    at('bom.json'),
    '--device',
    'dev_gateway',
    '--json',
  );
  expect(both).toMatchObject({ code: 0 });
  expect(JSON.parse(both.stdout)).toMatchObject({
    added: ['dev_gateway'],
    bills: [{ device: 'dev_gateway', format: 'cyclonedx', components: 1, changed: true }],
  });
  const again = await said('inventory', 'import', at('bom.json'), '--device', 'dev_gateway');
  expect(again.stdout).toContain('= dev_gateway  1 component (cyclonedx)');
  const unknown = await said('inventory', 'import', at('bom.json'), '--device', 'dev_gatewax');
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the nearest are dev_gateway') as unknown,
  });
});

const OSV = {
  id: 'GHSA-left',
  modified: '2026-05-01T00:00:00Z',
  aliases: ['CVE-2026-1'],
  affected: [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'] }],
};
const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://acme.example/vex/1',
  timestamp: '2026-05-02T00:00:00Z',
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:npm/left@1.0.0' }],
      status: 'not_affected',
    },
  ],
};

describe('[VULN-REMOVE-1] what was imported can be taken back', () => {
  /** The statuses of the device's vulnerabilities, each time after a start. */
  async function statuses(): Promise<readonly string[]> {
    const state = await FleetState.open(at('data'), stillEffects(Date.now), { progress: () => undefined });
    const { book } = state.engine.weaknesses;
    const found = book.weaknesses({ ids: ['dev_gateway'], firmware: null, seen: [] });
    await state.close();
    return found.map(({ status }) => status);
  }

  test('a word of a maker, an advisory, a format', async () => {
    await writeFile(at('osv.json'), JSON.stringify(OSV));
    await writeFile(at('vex.json'), JSON.stringify(VEX));
    await said('vulnerabilities', 'import', at('osv.json'), at('vex.json'));
    expect(await statuses()).toEqual(['not_affected']);
    const list = await said('vulnerabilities', 'list');
    expect(list.stdout).toContain('https://acme.example/vex/1  1 word');
    expect(list.stdout).toContain('osv  ');
    const wrong = await said('vulnerabilities', 'remove', 'osv', 'GHSA-right');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('GHSA-right') as unknown });
    const gone = await said('vulnerabilities', 'remove', VEX['@id'], '--json');
    expect(JSON.parse(gone.stdout)).toEqual({ advisories: 1, documents: 1, kev: false, epss: false });
    expect(await statuses()).toEqual(['affected']);
    await said('vulnerabilities', 'remove', 'GHSA-left');
    expect(await statuses()).toEqual([]);
    await said('vulnerabilities', 'import', at('osv.json'), at('vex.json'));
    expect(await statuses()).toEqual(['not_affected']);
    const formats = await said('vulnerabilities', 'remove', 'openvex', 'kev');
    expect(formats.stdout).toContain(
      '1 document of makers’ words, the catalogue of exploited vulnerabilities',
    );
    expect(await statuses()).toEqual(['affected']);
  });

  test('the bill of a device', async () => {
    const wrong = await said('inventory', 'remove-bill', 'dev_gateway', '--bill', 'other');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('it has bom.json') as unknown });
    const dry = await said('inventory', 'remove-bill', 'dev_gateway', '--dry-run');
    expect(dry.stdout).toContain('Would remove 1 bill of materials of dev_gateway');
    expect(await statuses()).toEqual(['affected']);
    const done = await said('inventory', 'remove-bill', 'dev_gateway', '--json');
    expect(JSON.parse(done.stdout)).toEqual({
      dryRun: false,
      device: 'dev_gateway',
      removed: [{ id: 'bom.json', components: 1 }],
    });
    expect(await statuses()).toEqual([]);
    const again = await said('inventory', 'import', at('bom.json'), '--device', 'dev_gateway');
    expect(again.stdout).toContain('~ dev_gateway  1 component');
    expect(await statuses()).toEqual(['affected']);
  });
});
