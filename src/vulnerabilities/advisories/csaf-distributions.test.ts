import { describe, expect, test } from 'vitest';
import { installed } from '../sboms/component.ts';
import { VulnerabilityBook } from '../vulnerability-book.ts';
import { readAdvisories } from './read-advisories.ts';

const CVE = 'CVE-2026-7000';

interface Component {
  readonly id: string;
  readonly name: string;
  readonly purl: string;
}

/** A package by its URL; called as its branch is, which is its own name unless that is told. */
function branch(id: string, purl: string, name = id): Component {
  return { id, purl, name };
}

const CPES = {
  rhel9: 'cpe:/a:redhat:enterprise_linux:9::appstream',
  base9: 'cpe:/o:redhat:enterprise_linux:9::baseos',
  rhel8: 'cpe:/o:redhat:enterprise_linux:8',
  eus9: 'cpe:/a:redhat:rhel_eus:9.2::appstream',
  jboss: 'cpe:/a:redhat:jboss_core_services:1',
  sles: 'cpe:/o:suse:sles:15:sp4',
  basesystem: 'cpe:/o:suse:sle-module-basesystem:15:sp4',
};
type Product = keyof typeof CPES;

const KERNEL = branch('kernel', 'pkg:rpm/redhat/kernel?arch=src');
const SSL = branch('openssl', 'pkg:rpm/redhat/openssl');
const SSL_SOURCE = branch('openssl.src', 'pkg:rpm/redhat/openssl?arch=src');
const FIXED = '3.0.7-18.el9_2';
const SSL_FIXED = branch('openssl-fixed', `pkg:rpm/redhat/openssl@${FIXED}?arch=x86_64&epoch=1`);

/** A document as Red Hat and SUSE write it: components, products by CPE, and what is said of the ones within the others. */
function vex(
  components: readonly Component[],
  status: Readonly<Record<string, readonly `${Product}:${string}`[]>>,
  modules: readonly { readonly id: string; readonly purl: string; readonly within: Product }[] = [],
) {
  const ids = Object.values(status).flat();
  const product = (id: string, name: string, helper: object) => ({
    category: 'cpe' in helper ? 'product_name' : 'product_version',
    name,
    product: { product_id: id, name, product_identification_helper: helper },
  });
  const relation = (id: string, part: string, whole: string) => ({
    category: 'default_component_of',
    full_product_name: { product_id: id, name: `${part} as a component of ${whole}` },
    product_reference: part,
    relates_to_product_reference: whole,
  });
  const branches = [
    ...Object.entries(CPES).map(([id, cpe]) => product(id, `Product ${id}`, { cpe })),
    ...components.map(({ id, name, purl }) => product(id, name, { purl })),
    ...modules.map(({ id, purl }) => product(id, id, { purl })),
  ];
  const relationships = [
    ...modules.map(({ id, within }) => relation(`${within}:${id}`, id, within)),
    ...ids.map((id) => {
      const end = id.lastIndexOf(':');
      return relation(id, id.slice(end + 1), id.slice(0, end));
    }),
  ];
  return {
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      tracking: { id: 'VEX-1', status: 'final', current_release_date: '2026-05-06T00:00:00Z' },
    },
    product_tree: { branches: [{ category: 'vendor', name: 'Vendor', branches }], relationships },
    vulnerabilities: [{ cve: CVE, product_status: status }],
  };
}

/** An advisory of another source, by which every version is affected. */
function everyVersionOf(ecosystem: string, ...names: readonly string[]) {
  const affected = names.map((name) => ({
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
  }));
  return { id: 'X-1', aliases: [CVE], modified: '2026-05-01T00:00:00Z', affected };
}

function statusOf(purl: string, ...known: readonly object[]): string | undefined {
  const book = new VulnerabilityBook();
  for (const each of known) {
    const reading = readAdvisories(JSON.stringify(each));
    if (!reading.ok) throw new Error(reading.message);
    book.learn(reading.knowledge, Date.UTC(2026, 10, 30));
  }
  const nothing = { vendor: null, cpe: null, bill: null, ref: null, isSubject: false, version: null };
  const seen = [installed({ name: 'part', ...nothing, purl })];
  return book.weaknesses({ ids: [], firmware: null, seen })[0]?.status;
}

describe('[VULN-VEX-2] what is not mended yet is affected, in the release that it is told of', () => {
  test.each([
    ['kernel', KERNEL],
    ['kernel.src', branch('kernel.src', 'pkg:rpm/redhat/kernel?arch=src')],
    ['an empty version', branch('kernel', 'pkg:rpm/redhat/kernel@?arch=src')],
  ])('%s in the place of a version is the name of the package', (_, component) => {
    const known = vex([component], { known_affected: [`rhel9:${component.id}`] });
    expect(statusOf('pkg:rpm/redhat/kernel@5.14.0-1.el9?distro=rhel-9.2', known)).toBe('affected');
    expect(statusOf('pkg:rpm/redhat/kernel@4.18.0-1.el8?distro=rhel-8.9', known)).toBeUndefined();
    expect(statusOf('pkg:rpm/redhat/kernel@5.14.0-1.el9', known)).toBe('indeterminate');
  });

  test('a version in its place is one', () => {
    const parser = branch('parser-2.0.5', 'pkg:npm/parser', '2.0.5');
    const known = vex([parser], { known_affected: ['jboss:parser-2.0.5'] });
    expect(statusOf('pkg:npm/parser@2.0.5', known)).toBe('potential');
    expect(statusOf('pkg:npm/parser@2.0.4', known)).toBeUndefined();
  });

  test('a source reaches all that is built from it, a package itself alone', () => {
    const libs =
      'pkg:rpm/redhat/openssl-libs@3.0.7-1.el9?distro=rhel-9.2&upstream=openssl-3.0.7-1.el9.src.rpm';
    expect(statusOf(libs, vex([SSL_SOURCE], { known_affected: ['rhel9:openssl.src'] }))).toBe('affected');
    expect(statusOf(libs, vex([SSL], { known_affected: ['rhel9:openssl'] }))).toBeUndefined();
  });

  test('in another product of the same maker it is no more than possible', () => {
    const purl = 'pkg:rpm/redhat/openssl@3.0.7-1.el9?distro=rhel-9.2';
    expect(statusOf(purl, vex([SSL], { known_affected: ['jboss:openssl'] }))).toBe('potential');
    expect(statusOf(purl, vex([SSL], { known_affected: ['eus9:openssl'] }))).toBe('potential');
    const on8 = purl.replaceAll('el9', 'el8').replace('9.2', '8.9');
    expect(statusOf(on8, vex([SSL], { known_affected: ['eus9:openssl'] }))).toBeUndefined();
  });

  test.each([
    ['pkg:rpmmod/redhat/ruby:2.6/ruby', 'ruby:2.6/ruby'],
    ['pkg:rpm/redhat/ruby?arch=src&rpmmod=ruby:2.6', 'ruby'],
  ])('a package of a module, %s, is that of its stream', (purl, name) => {
    const known = vex([branch('ruby', purl, name)], { known_affected: ['rhel8:ruby'] });
    const ruby = (version: string, module: string) =>
      statusOf(`pkg:rpm/redhat/ruby@${version}?distro=rhel-8.9${module}`, known);
    expect(ruby('2.6.1-1.module%2Bel8.1.0', '&rpmmod=ruby:2.6:8010:ab')).toBe('affected');
    expect(ruby('3.0.1-1.module%2Bel8.1.0', '&rpmmod=ruby:3.0:8010:ab')).toBeUndefined();
    expect(ruby('2.5.1-1.el8', '')).toBeUndefined();
  });

  test('a module between the package and its product tells the stream', () => {
    const ruby = branch('ruby', 'pkg:rpm/redhat/ruby');
    const modules = [
      { id: 'ruby:2.6:8010:ab', purl: 'pkg:rpmmod/redhat/ruby@2.6:8010:ab', within: 'rhel8' as const },
    ];
    const known = vex([ruby], { known_affected: ['rhel8:ruby:2.6:8010:ab:ruby'] }, modules);
    const modular = (stream: string) =>
      statusOf(
        `pkg:rpm/redhat/ruby@1-1.module%2Bel8.1.0?distro=rhel-8.9&rpmmod=ruby:${stream}:8010:ab`,
        known,
      );
    expect([modular('2.6'), modular('3.0')]).toEqual(['affected', undefined]);
  });
});

describe('[VULN-VEX-2] a comforting word holds for the release that it is told of, and no further', () => {
  const OTHERS = everyVersionOf('Red Hat', 'openssl', 'openssl-libs');
  const on = (version: string, rhel: string) =>
    `pkg:rpm/redhat/openssl@${version}?epoch=1&distro=rhel-${rhel}`;
  const OLD = '3.0.7-16.el9';

  test.each([
    ['a source of the release', vex([SSL_SOURCE], { known_not_affected: ['rhel9:openssl.src'] }), true],
    ['a package of the release', vex([SSL], { known_not_affected: ['base9:openssl'] }), true],
    ['another release', vex([SSL], { known_not_affected: ['rhel8:openssl'] }), false],
    ['a stream of longer support', vex([SSL], { known_not_affected: ['eus9:openssl'] }), false],
    ['another product', vex([SSL], { known_not_affected: ['jboss:openssl'] }), false],
    [
      'one of two streams, where the other was mended',
      vex([SSL, SSL_FIXED], { known_not_affected: ['rhel9:openssl'], fixed: ['eus9:openssl-fixed'] }),
      false,
    ],
    [
      'one of two streams, where the other is affected',
      vex([SSL], { known_not_affected: ['rhel9:openssl'], known_affected: ['eus9:openssl'] }),
      false,
    ],
    [
      'one of two streams, where the other is looked at',
      vex([SSL], { known_not_affected: ['rhel9:openssl'], under_investigation: ['eus9:openssl'] }),
      false,
    ],
  ])('not affected, of %s', (_, known, isComforting) => {
    const status = isComforting ? 'not_affected' : 'affected';
    expect(statusOf(on(OLD, '9.2'), OTHERS, known)).toBe(status);
  });

  test('a package by itself is no comfort for what else its source made, nor a plain one for a module', () => {
    const known = vex([SSL], { known_not_affected: ['rhel9:openssl'] });
    const libs = `pkg:rpm/redhat/openssl-libs@${OLD}?distro=rhel-9.2&upstream=openssl-${OLD}.src.rpm`;
    expect(statusOf(libs, OTHERS, known)).toBe('affected');
    expect(statusOf(libs, OTHERS, vex([SSL_SOURCE], { known_not_affected: ['rhel9:openssl.src'] }))).toBe(
      'not_affected',
    );
    expect(statusOf(on('3.0.7-1.module%2Bel9.1.0', '9.2'), OTHERS, known)).toBe('affected');
  });

  test('the very build that is mended is so in every stream, and no other build', () => {
    const known = vex([SSL_FIXED], { fixed: ['eus9:openssl-fixed'] });
    expect(statusOf(on(FIXED, '9.2'), OTHERS, known)).toBe('fixed');
    expect(statusOf(on(OLD, '9.2'), OTHERS, known)).toBe('affected');
    expect(statusOf(on('3.0.7-19.el9', '9.2'), OTHERS, known)).toBe('affected');
  });

  test('what SUSE recommends is mended, unless something else is said of it', () => {
    const others = everyVersionOf('SUSE:Linux Enterprise Server 15 SP4', 'openssl-3');
    const component = branch('openssl-3', 'pkg:rpm/suse/openssl-3@3.0.8-150400.4.2?arch=x86_64');
    const installedAs = (version: string) => `pkg:rpm/suse/openssl-3@${version}?distro=sles-15.4`;
    for (const product of ['sles', 'basesystem'] as const) {
      const known = vex([component], { recommended: [`${product}:openssl-3`] });
      expect(statusOf(installedAs('3.0.8-150400.4.2'), others, known)).toBe('fixed');
      expect(statusOf(installedAs('3.0.8-150400.4.1'), others, known)).toBe('affected');
    }
    const both = { recommended: ['sles:openssl-3'], known_affected: ['sles:openssl-3'] } as const;
    expect(statusOf(installedAs('3.0.8-150400.4.2'), others, vex([component], both))).toBe('affected');
  });
});
