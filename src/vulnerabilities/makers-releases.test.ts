import { describe, expect, test } from 'vitest';
import type { EntityId } from '../model/index.ts';
import { readAdvisories } from './advisories/read-advisories.ts';
import { firmwareOf } from './firmware-products.ts';
import { readBill } from './sboms/read-bill.ts';
import { VulnerabilityBook } from './vulnerability-book.ts';

const DEVICE = 'dev_a' as EntityId;
const NOW = Date.UTC(2026, 10, 30);
type Range = Readonly<Record<string, string>>;

function bookOf(document: unknown): VulnerabilityBook {
  const reading = readAdvisories(JSON.stringify(document));
  if (!reading.ok) throw new Error(reading.message);
  const book = new VulnerabilityBook();
  book.learn(reading.knowledge, NOW);
  return book;
}

function cve(vendor: string, product: string, range: Range, defaultStatus = 'unaffected'): VulnerabilityBook {
  const versions = [{ status: 'affected', versionType: 'semver', ...range }];
  return bookOf({
    cveMetadata: { cveId: 'CVE-2026-7', state: 'PUBLISHED', dateUpdated: '2026-01-01T00:00:00Z' },
    containers: { cna: { affected: [{ vendor, product, versions, defaultStatus }] } },
  });
}

function nvd(criteria: string, range: Range = {}): VulnerabilityBook {
  const cpeMatch = [{ vulnerable: true, criteria, ...range }];
  const own = { id: 'CVE-2026-7', lastModified: '2026-01-01T00:00:00', vulnStatus: 'Analyzed', metrics: {} };
  return bookOf({
    format: 'NVD_CVE',
    vulnerabilities: [{ cve: { ...own, configurations: [{ nodes: [{ operator: 'OR', cpeMatch }] }] } }],
  });
}

function statusOf(book: VulnerabilityBook, manufacturer: string, model: string, firmware: string) {
  const component = firmwareOf({ manufacturer, model, firmware });
  return book.weaknesses({ ids: [DEVICE], firmware: component, seen: [] })[0]?.status;
}

describe('[VULN-ORDER-5] Junos', () => {
  test.each<readonly [Range, string, string | undefined]>([
    [{ version: '22.4', lessThan: '22.4R2-S1' }, '22.4R1.10', 'affected'],
    [{ version: '22.4', lessThan: '22.4R2-S1' }, '22.4R2.8', 'affected'],
    [{ version: '22.4', lessThan: '22.4R2-S1' }, 'Junos: 22.4R2.8', 'affected'],
    [{ version: '22.4', lessThan: '22.4R2-S1' }, '22.4R2-S1.3', undefined],
    [{ version: '22.4', lessThan: '22.4R2' }, '22.4R2.8', undefined],
    [{ version: '22.4', lessThanOrEqual: '22.4R2' }, '22.4R2.8', 'affected'],
    [{ version: '22.4R2' }, '22.4R2.8', 'affected'],
    [{ version: '22.4R2' }, '22.4R2-S1.3', undefined],
    // Words of several releases are no end that anything is before or after.
    [{ version: '22.4', lessThan: '22.4R2-S1, 22.4R3' }, '22.4R2.8', 'indeterminate'],
  ])('%j holds of %s: %s', (range, firmware, status) => {
    expect(statusOf(cve('Juniper Networks', 'Junos OS', range), 'Juniper', 'EX4300', firmware)).toBe(status);
  });

  test.each([
    ['22.4:r2', '22.4R2.8', 'potential'],
    ['22.4:r2-s1', '22.4R2-S1.3', 'potential'],
    ['22.4:r2', '22.4R2-S1.3', undefined],
    ['15.1:x49-d10', '15.1X49-D10.4', 'potential'],
  ])('a CPE of %s holds of %s: %s', (version, firmware, status) => {
    const book = nvd(`cpe:2.3:o:juniper:junos:${version}:*:*:*:*:*:*`);
    expect(statusOf(book, 'Juniper', 'EX4300', firmware)).toBe(status);
  });

  test.each([
    '22.4R1.10-EVO',
    'Junos OS Evolved 22.4R1.10-EVO',
    'Junos OS 22.4R1.10-EVO',
    'Junos: 22.4R1.10-EVO',
  ])('%s is Junos OS Evolved, and no other', (firmware) => {
    const range = { version: '22.4-EVO', lessThan: '22.4R2-EVO' };
    const evolved = cve('Juniper Networks', 'Junos OS Evolved', range);
    expect(statusOf(evolved, 'Juniper', 'PTX10001', firmware)).toBe('affected');
    expect(statusOf(evolved, 'Juniper', 'PTX10001', '22.4R1.10')).toBeUndefined();
    const other = cve('Juniper Networks', 'Junos OS', { version: '22.4', lessThan: '22.4R2' });
    expect(statusOf(other, 'Juniper', 'PTX10001', firmware)).toBeUndefined();
  });
});

describe('[VULN-ORDER-5] Cisco ASA', () => {
  const PRODUCT = 'Cisco Adaptive Security Appliance (ASA) Software';
  const CPE = 'cpe:2.3:a:cisco:adaptive_security_appliance_software:*:*:*:*:*:*:*:*';

  test.each([
    ['9.16(4)14', 'affected'],
    ['9.16.4.14', 'affected'],
    ['9.16(4)15', undefined],
    ['9.16(4)', undefined],
  ])('what is said of 9.16.4.14 holds of %s: %s', (firmware, status) => {
    expect(statusOf(cve('Cisco', PRODUCT, { version: '9.16.4.14' }), 'Cisco', 'ASA5506', firmware)).toBe(
      status,
    );
  });

  test.each([
    ['9.8(1)', undefined],
    ['9.8(3)', 'potential'],
    ['9.8(4)28', 'potential'],
    ['9.8(4)29', undefined],
    ['9.8(4)32', undefined],
  ])('a CPE from 9.8.2 and before 9.8.4.29 holds of %s: %s', (firmware, status) => {
    const book = nvd(CPE, { versionStartIncluding: '9.8.2', versionEndExcluding: '9.8.4.29' });
    expect(statusOf(book, 'Cisco', 'ASA5506', firmware)).toBe(status);
  });
});

test.each([
  ['NS13.1 Build 48.47.nc', 'affected'],
  ['NetScaler NS13.1: Build 48.47.nc, Date: Jul 10 2023', 'affected'],
  ['13.1-48.47', 'affected'],
  ['NS13.1: Build 49.13.nc', undefined],
])('[VULN-ORDER-5] NetScaler: before 13.1-49.13 is %s: %s', (firmware, status) => {
  const book = cve('Citrix', 'NetScaler ADC', {
    version: '13.1',
    lessThan: '13.1-49.13',
    versionType: 'custom',
  });
  expect(statusOf(book, 'Citrix', 'NetScaler ADC', firmware)).toBe(status);
});

function statusOfPackage(
  ecosystem: string,
  purl: string,
  range: { readonly fixed: string } | readonly string[],
  order: string | null = null,
) {
  const [, type = '', name = '', version = ''] = /^pkg:([a-z]+)\/([^@]+)@([^?]+)/.exec(purl) ?? [];
  const said =
    'fixed' in range
      ? { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, range] }] }
      : { versions: range };
  const reading = readAdvisories(
    JSON.stringify({
      id: 'CVE-2026-7',
      modified: '2026-01-01T00:00:00Z',
      affected: [{ package: { ecosystem, name }, ...said }],
    }),
  );
  const bill = readBill(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      serialNumber: 'urn:uuid:1',
      components: [{ type: 'library', name, version: decodeURIComponent(version), purl }],
    }),
  );
  if (!reading.ok || !bill.ok) throw new Error('the document is refused');
  const asWritten = (text: string) => text.replaceAll(`"order":"${type}"`, `"order":"${order ?? type}"`);
  const book = new VulnerabilityBook();
  book.learn(JSON.parse(asWritten(JSON.stringify(reading.knowledge))) as typeof reading.knowledge, NOW);
  book.install(DEVICE, JSON.parse(asWritten(JSON.stringify(bill.bill))) as typeof bill.bill, NOW);
  return book.weaknesses({ ids: [DEVICE], firmware: null, seen: [] })[0]?.status;
}

describe.each([null, 'semver'])(
  '[VULN-ORDER-7] packages, where the record tells their order as %s',
  (order) => {
    test.each([
      ['Packagist', 'pkg:composer/magento/community-edition@2.4.6', '2.4.6-p4', 'affected'],
      ['Packagist', 'pkg:composer/magento/community-edition@2.4.6-p10', '2.4.6-p4', undefined],
      ['Packagist', 'pkg:composer/a/b@4.0.0-beta3', '4.0.0-RC1', 'affected'],
      ['Packagist', 'pkg:composer/a/b@4.0.0-beta9', '4.0.0-beta10', 'affected'],
      ['Packagist', 'pkg:composer/a/b@dev-main', '4.0.0', 'indeterminate'],
      ['NuGet', 'pkg:nuget/Foo@1.0.0-alpha', '1.0.0-Beta', 'affected'],
      ['NuGet', 'pkg:nuget/Foo@1.0.0.3', '1.0.0.4', 'affected'],
      ['Pub', 'pkg:pub/foo@1.0.0%2B1', '1.0.0+2', 'affected'],
      ['Julia', 'pkg:julia/Foo_jll@1.0.0%2B1?uuid=1', '1.0.0+2', 'affected'],
      ['Julia', 'pkg:julia/Foo_jll@1.0.0%2B3?uuid=1', '1.0.0+2', undefined],
    ])('%s: %s, mended in %s: %s', (ecosystem, purl, fixed, status) => {
      expect(statusOfPackage(ecosystem, purl, { fixed }, order)).toBe(status);
    });
  },
);
