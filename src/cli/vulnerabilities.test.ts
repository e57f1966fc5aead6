import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
