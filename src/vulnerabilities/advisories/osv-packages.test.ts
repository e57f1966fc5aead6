import { describe, expect, test } from 'vitest';
import type { EntityId } from '../../model/index.ts';
import { readBill } from '../sboms/read-bill.ts';
import { VulnerabilityBook } from '../vulnerability-book.ts';
import { readAdvisories } from './read-advisories.ts';

const DEVICE = 'dev_a' as EntityId;
const NOW = Date.UTC(2026, 10, 30);

function bookOf(...records: readonly Readonly<Record<string, unknown>>[]): VulnerabilityBook {
  const book = new VulnerabilityBook();
  for (const record of records) {
    const reading = readAdvisories(JSON.stringify({ modified: '2026-01-01T00:00:00Z', ...record }));
    if (!reading.ok) throw new Error(reading.message);
    book.learn(reading.knowledge, NOW);
  }
  return book;
}

function affected(ecosystem: string, name: string, fixed: string) {
  const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }];
  return { package: { ecosystem, name }, ranges };
}

function matched(book: VulnerabilityBook, ...purls: readonly string[]) {
  const components = purls.map((purl) => {
    const [, name = '', version = ''] = /\/([^/@]+)@([^?]+)/.exec(purl) ?? [];
    return { type: 'library', name, version: decodeURIComponent(version), purl };
  });
  const bill = readBill(JSON.stringify({ bomFormat: 'CycloneDX', serialNumber: 'urn:uuid:1', components }));
  if (!bill.ok) throw new Error(bill.message);
  book.install(DEVICE, bill.bill, NOW);
  return book.weaknesses({ ids: [DEVICE], firmware: null, seen: [] });
}

describe('[VULN-RELEASE-1] Red Hat’s ecosystems', () => {
  test.each([
    ['enterprise_linux:8::baseos', 'rhel-8.9', 'affected'],
    ['enterprise_linux:8::baseos', 'rhel-9.2', undefined],
    ['enterprise_linux:8', 'rhel-8.9', 'affected'],
    ['jboss_enterprise_application_platform:7.4::el8', 'rhel-8.9', 'affected'],
    ['jboss_enterprise_application_platform:7.4::el8', 'rhel-7.9', undefined],
    ['ceph_storage:8::el9', 'rhel-8.9', undefined],
    ['ceph_storage:8::el9', 'rhel-9.4', 'affected'],
    ['rhel_software_collections:3::el7', 'rhel-7.9', 'affected'],
    ['openshift:4.15', 'rhel-8.9', 'indeterminate'],
    // Which stream a machine has, nobody tells.
    ['rhel_eus:9.2::appstream', 'rhel-9.2', 'potential'],
    ['rhel_e4s:9.2::appstream', 'rhel-8.9', undefined],
  ])('%s is of %s: %s', (suffix, distro, status) => {
    const book = bookOf({
      id: 'CVE-2026-1',
      affected: [affected(`Red Hat:${suffix}`, 'thing', '0:7.61.1-30')],
    });
    const [match] = matched(book, `pkg:rpm/redhat/thing@7.61.1-22?distro=${distro}&arch=x86_64`);
    expect(match?.status).toBe(status);
  });
});

describe('[VULN-SOURCE-1] an advisory on a source package', () => {
  test.each([
    ['Debian:12', 'deb/debian', 'debian-12', '&upstream=bar', undefined],
    ['Debian:12', 'deb/debian', 'debian-12', '&upstream=bar@0.9', undefined],
    ['Debian:12', 'deb/debian', 'debian-12', '&upstream=foo@0.9', 'affected'],
    ['Debian:12', 'deb/debian', 'debian-12', '', 'affected'],
    ['Ubuntu:22.04:LTS', 'deb/ubuntu', 'ubuntu-22.04', '&upstream=bar', undefined],
    ['Alpine:v3.19', 'apk/alpine', 'alpine-3.19.1', '&upstream=bar', undefined],
    ['Alpine:v3.19', 'apk/alpine', 'alpine-3.19.1', '&upstream=foo', 'affected'],
  ])('of %s on foo: pkg:%s/foo of %s%s is %s', (ecosystem, key, distro, upstream, status) => {
    const book = bookOf({ id: 'CVE-2026-1', affected: [affected(ecosystem, 'foo', '5.0')] });
    expect(matched(book, `pkg:${key}/foo@1.0?distro=${distro}${upstream}`)[0]?.status).toBe(status);
  });

  test('and one on its own source is found under that', () => {
    const book = bookOf({ id: 'CVE-2026-1', affected: [affected('Debian:12', 'bar', '5.0')] });
    expect(matched(book, 'pkg:deb/debian/foo@1.0?distro=debian-12&upstream=bar')[0]?.status).toBe('affected');
  });
});

describe('[VULN-CVSS-1] scores', () => {
  const V2 = { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' };
  const V31 = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' };
  const LOW = { type: 'CVSS_V3', score: 'CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N' };

  test.each([
    [[V2, V31], 7.5],
    [[V31, V2], 7.5],
    [[V2], 10],
    [[LOW, V31], 7.5],
    [[{ type: 'CVSS_V3', score: 'CVSS:3.1/nonsense' }, V2], 10],
  ])('of %j: %d', (severity, cvss) => {
    const book = bookOf({ id: 'CVE-2026-1', severity, affected: [affected('npm', 'a', '2.0.0')] });
    expect(matched(book, 'pkg:npm/a@1.0.0')[0]?.cvss).toBe(cvss);
  });

  test('of each package its own, and for one without the highest of the others', () => {
    const book = bookOf({
      id: 'CVE-2026-1',
      affected: [
        { ...affected('npm', 'a', '2.0.0'), severity: [LOW] },
        { ...affected('npm', 'b', '2.0.0'), severity: [V31] },
        affected('npm', 'c', '2.0.0'),
      ],
    });
    const scores = ['a', 'b', 'c'].map((name) => matched(book, `pkg:npm/${name}@1.0.0`)[0]?.cvss);
    expect(scores).toEqual([1.6, 7.5, 7.5]);
  });

  test('a withdrawn advisory gives no other its score', () => {
    const told = { id: 'GHSA-1', aliases: ['CVE-2026-1'], severity: [V31], affected: [] };
    const own = { id: 'CVE-2026-1', affected: [affected('npm', 'a', '2.0.0')] };
    expect(matched(bookOf(told, own), 'pkg:npm/a@1.0.0')[0]?.cvss).toBe(7.5);
    const withdrawn = { ...told, withdrawn: '2026-02-01T00:00:00Z' };
    expect(matched(bookOf(withdrawn, own), 'pkg:npm/a@1.0.0')[0]?.cvss).toBeNull();
  });
});
