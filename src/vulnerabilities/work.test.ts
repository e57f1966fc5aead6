import { expect, test } from 'vitest';
import { type EntityId, LIMITS } from '../model/index.ts';
import { readAdvisories } from './advisories/read-advisories.ts';
import { readBill } from './sboms/read-bill.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

const DEVICE = 'dev_a' as EntityId;
const NOW = Date.UTC(2026, 10, 30);

/** Where each was held against each it would take minutes. */
const ENOUGH_MS = 15_000;

function knowledge(document: unknown) {
  const reading = readAdvisories(typeof document === 'string' ? document : JSON.stringify(document));
  if (!reading.ok) throw new Error(reading.message);
  return reading.knowledge;
}

/** An advisory that lists versions, and as many of its product's others as are installed. */
function listed(versions: readonly string[], installed: number) {
  const book = new VulnerabilityBook();
  const affected = [{ package: { ecosystem: 'npm', name: 'x' }, versions }];
  book.learn(knowledge({ id: 'CVE-2026-7', modified: '2026-01-01T00:00:00Z', affected }), NOW);
  const components = Array.from({ length: installed }, (_, index) => {
    const version = `2.${index}.0`;
    return { type: 'library', name: 'x', version, purl: `pkg:npm/x@${version}` };
  });
  const bill = readBill(JSON.stringify({ bomFormat: 'CycloneDX', serialNumber: 'urn:uuid:1', components }));
  if (!bill.ok) throw new Error(bill.message);
  book.install(DEVICE, bill.bill, NOW);
  return book.weaknesses({ ids: [DEVICE], firmware: null, seen: [] });
}

test(
  '[VULN-WORK-1] tens of thousands of listed versions are read once for all that is installed',
  () => {
    const versions = Array.from({ length: 40_000 }, (_, index) => `1.${index}.0`);
    expect(listed(versions, 1_000)).toEqual([]);
  },
  ENOUGH_MS,
);

test('[VULN-WORK-1] beyond what is kept of a list any version may be one', () => {
  const versions = Array.from({ length: LIMITS.versionsPerProduct + 1 }, (_, index) => `1.${index}.0`);
  expect(listed(versions.slice(1), 1)).toEqual([]);
  expect(listed(versions, 1)).toMatchObject([{ status: 'indeterminate' }]);
});

test(
  '[VULN-WORK-1] a range of tens of thousands of events is sorted by versions that are read once',
  () => {
    const events = Array.from({ length: 60_000 }, (_, index) => {
      const version = `1.${(index * 7_919) % 60_000}.0`;
      return index % 2 === 0 ? { introduced: version } : { fixed: version };
    });
    const affected = [{ package: { ecosystem: 'npm', name: 'x' }, ranges: [{ type: 'SEMVER', events }] }];
    const known = knowledge({ id: 'CVE-2026-7', modified: '2026-01-01', affected });
    expect(known.advisories[0]?.products[0]?.intervals).toHaveLength(30_000);
  },
  ENOUGH_MS,
);

test(
  '[VULN-WORK-1] a CVE record of tens of thousands of products',
  () => {
    const named = (versionType: string) =>
      Array.from({ length: 24_000 }, (_, index) => ({
        vendor: 'Acme',
        product: `Thing ${index}`,
        versions: [{ version: '1.0.0', status: 'affected', versionType }],
      }));
    const affected = [...named('semver'), ...named('git')];
    const record = { cveMetadata: { cveId: 'CVE-2026-1' }, containers: { cna: { affected } } };
    expect(knowledge(record).advisories[0]?.products.length).toBeGreaterThan(0);
  },
  ENOUGH_MS,
);

test(
  '[VULN-WORK-1] a page of tens of thousands of keys',
  () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    const page = `---\ntitle: Thing\n${keys}\nreleases:\n  - releaseCycle: "1"\n    eol: true\n---\n`;
    expect(knowledge(page).lifecycles).toHaveLength(1);
  },
  ENOUGH_MS,
);
