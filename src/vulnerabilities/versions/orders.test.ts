import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VersionOrderName } from '../../model/index.ts';
import { ORDERS } from './orders.ts';

/** Each row ascends strictly; where a source is named, the facts are those of its own tests or text. */
const ASCENDING: readonly (readonly [VersionOrderName, ...(readonly string[])])[] = [
  // semver.org §11
  [
    'semver',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '2.0.0',
    '2.1.0',
    '2.1.1',
  ],
  ['npm', '0', '0.0.1', 'v1.2.3', '1.10'],
  // go.dev/ref/mod: pseudo-versions; the tool chain's own
  [
    'go',
    'v0.0.0-20180101120000-abcdefabcdef',
    'v0.1.0',
    'v1.0.0-20190101120000-abcdefabcdef',
    'v1.0.0',
    'v2.0.0+incompatible',
  ],
  ['go', 'go1.20.14', 'go1.21rc2', 'go1.21', '1.21.1'],
  // deb-version(7) and Debian Policy §5.6.12
  ['dpkg', '1.0~~', '1.0~~a', '1.0~', '1.0', '1.0a'],
  [
    'dpkg',
    '1.2.3-1~bpo11+1',
    '1.2.3-1',
    '1.2.3-1+deb12u1',
    '1.2.3-1+deb12u10',
    '1.2.3-2',
    '1.2.4-1',
    '1:0.1-1',
  ],
  // rpm: tests/rpmvercmp.at
  ['rpm', '1.0~rc1~git123', '1.0~rc1', '1.0~rc1^git1', '1.0', '1.0^git1~pre', '1.0^git1', '1.01'],
  ['rpm', '1.0^20160101', '1.0^20160101^git1', '1.0^20160102', '1.0.1'],
  ['rpm', 'xyz.4', '2', '8'],
  ['rpm', '10xyz', '10.1xyz'],
  ['rpm', '5.5p1', '5.5p2', '5.5p10', '5.6p1', '6.5p1'],
  ['rpm', '6.0', '6.0.rc1'],
  ['rpm', '1b.fc17', '1.fc17', '1g.fc17'],
  ['rpm', '1.0a', '1.0aa'],
  ['rpm', '4.18.0', '4.18.0-80.el8', '4.18.0-80.1.2.el8', '1:0.1-1'],
  // PEP 440, summary of permitted suffixes and relative ordering
  [
    'pep440',
    '1.dev0',
    '1.0.dev456',
    '1.0a1',
    '1.0a2.dev456',
    '1.0a12',
    '1.0b1.dev456',
    '1.0b2',
    '1.0rc1',
    '1.0',
  ],
  ['pep440', '1.0', '1.0+abc.5', '1.0+5', '1.0.post456.dev34', '1.0.post456', '1.1.dev1', '1!0.1'],
  // Maven: ComparableVersionTest
  [
    'maven',
    '1-alpha2snapshot',
    '1-alpha2',
    '1-alpha-123',
    '1-beta-2',
    '1-beta123',
    '1-m2',
    '1-m11',
    '1-rc',
    '1-cr2',
    '1-rc123',
    '1-SNAPSHOT',
    '1',
    '1-sp',
    '1-sp2',
    '1-sp123',
    '1-abc',
    '1-def',
    '1-pom-1',
    '1-1-snapshot',
    '1-1',
    '1-2',
    '1-123',
  ],
  [
    'maven',
    '2.0',
    '2.0.a',
    '2-1',
    '2.0.2',
    '2.0.123',
    '2.1.0',
    '2.1-a',
    '2.1b',
    '2.1-c',
    '2.1-1',
    '2.1.0.1',
    '2.2',
    '2.123',
    '11.a2',
    '11.a11',
    '11.b2',
    '11.b11',
    '11.m2',
    '11.m11',
    '11',
    '11.a',
    '11b',
    '11c',
    '11m',
  ],
  ['maven', '6.1.0rc3', '6.1.0', '6.1H.5-beta'],
  [
    'maven',
    '20190126.230843',
    '1234567890.12345',
    '123456789012345.1H.5-beta',
    '12345678901234567890.1H.5-beta',
  ],
  ['maven', '1-0.alpha', '1-0.beta', '1'],
  // apk-tools: test/version.data
  ['apk', '1.2.3_alpha', '1.2.3_beta', '1.2.3_pre', '1.2.3_rc', '1.2.3', '1.2.3_p1', '1.2.3a'],
  ['apk', '0.1.0_alpha_pre2', '0.1.0_alpha', '0.1.0_alpha2', '0.1.0'],
  ['apk', '8.2.001', '8.2.01', '8.2.1'],
  ['apk', '1.7', '1.7-r0', '1.7-r10', '1.7_p9-r0', '1.7_p10-r0', '1.7b', '1.7.0'],
  ['apk', '1.0~1234-r1', '1.0~2345-r0'],
  // RubyGems: Gem::Version and its tests
  ['gem', '1.0.a.2', '1.0.b1', '1.0', '1.0.1', '1.1', '1.8.2.a', '1.8.2.b', '1.8.2', '1.9.3'],
  ['gem', '5.2.3-1', '5.2.3'],
  // R: package_version() and versions of CRAN's archive
  [
    'cran',
    '0.0.1.0',
    '0.1.0',
    '0.1.0.0',
    '0.1.1.0',
    '0.1-2',
    '0.2',
    '0.3-2',
    '0.9',
    '0.75',
    '1.0-0',
    '1.0-1',
    '1.1-0',
  ],
  ['cran', '0.1.4', '0.1.18', '0.3.2', '0.3.2.0', '0.3.3.0', '1.0', '1.0.1', '1.0.2', '1.5', '1.5.4'],
  // Haskell: Cabal's Version, "lexicographic ordering of the version number components"
  ['pvp', '1.2', '1.2.0', '1.2.2', '1.2.3', '2.0', '2.1', '2.1.0.4', '9.3', '10.0'],
  // Bitnami: go-version's TestVersion_Compare and its text on revisions
  ['bitnami', '1.0.0', '1.0.0-1', '1.0.0-2', '1.2.2', '1.2.3', '1.2.3-1', '1.4.5', '1.5.1', '2.2.3'],
  // composer/semver: VersionParser::normalize, VersionParserTest; php.net/version_compare
  [
    'composer',
    '4.0.0-dev',
    '4.0.0-alpha',
    '4.0.0-alpha1-dev',
    '4.0.0-a1',
    '4.0.0-beta3',
    'v4.0.0-BETA10',
    '4.0.0.RC.1-dev',
    '4.0.0-RC1',
    '4.0.0-rC15',
    '4.0',
    '4.0.0.1',
    '4.0.1',
  ],
  ['composer', '2.4.6', '2.4.6-p3-dev', '2.4.6-p3', '2.4.6-p4', '2.4.6.pl5', '2.4.6-patch10', '2.4.7-beta1'],
  ['composer', '2010-01-02', '2010-01-02.5', '2010.01.03', '20100102-203040', '20100102-203040-p1'],
  // learn.microsoft.com/nuget/concepts/package-versioning
  [
    'nuget',
    '1.0.1-alpha',
    '1.0.1-ALPHA.2',
    '1.0.1-alpha.10',
    '1.0.1-alpha10',
    '1.0.1-alpha2',
    '1.0.1-Beta',
    '1.0.1-open',
    '1.0.1-rc.2',
    '1.0.1-zzz',
    '1.0.1',
    '1.0.1.1',
    '1.0.2-alpha',
  ],
  // pub_semver: version_test.dart, "comparison"; Julia: base/version.jl and its tests
  [
    'pub',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0-rc.1+build.1',
    '1.0.0',
    '1.0.0+0.3.7',
    '1.3.7+build',
    '1.3.7+build.2.b8f12d7',
    '1.3.7+build.11.e0f985a',
    '2.0.0',
  ],
  ['julia', '1.2.3-rc1', '1.2.3', '1.2.3+0', '1.2.3+1', '1.2.3+10', '1.2.4'],
  ['github_actions', 'v1.0.0-beta.2', 'v1.0.0', 'v1.0.1', '2.0.0'],
  // Cisco IOS: rebuilds and maintenance of one train
  ['cisco_ios', '12.4(3)M', '12.4(3)M1', '12.4(3)M9', '12.4(3)M10', '12.4(3)M10a', '12.4(22)M', '15.0(1)M'],
  ['cisco_ios', '12.2(55)SE', '12.2(55)SE3', '12.2(58)SE', '15.0(2)SE', '15.0(2a)SE'],
  // Junos OS Release Numbers, `m.nZb.s`: a build is told by devices alone, and is before what mends its release
  [
    'junos',
    '20.4',
    '20.4R1',
    '20.4R1.12',
    '20.4R3',
    '20.4R3.8',
    '20.4R3-S2',
    '20.4R3-S2.6',
    '20.4R3-S10',
    '21.2R1',
  ],
  ['junos', '22.4R1.10-EVO', '22.4R2-EVO', '22.4R2-S1-EVO', '22.4R2-S1.3-EVO', '23.2R1-EVO'],
  ['junos', '15.1X49-D10', '15.1X49-D10.4', '15.1X49-D100', '15.1X53'],
  // Cisco ASA: major.minor(maintenance)interim, which advisories write dotted
  [
    'cisco_asa',
    '9.8.2',
    '9.8(3)',
    '9.8.4.29',
    '9.8(4)32',
    '9.16(3)23',
    '9.16(4)',
    '9.16.4.14',
    '9.16(4)15',
    '9.18(1)',
  ],
  // FortiOS, PAN-OS, IOS XE, OpenWrt
  ['firmware', 'v7.0.15,build0632 (GA.M)', '7.2.4', 'v7.2.4 build1396', '7.2.4-build1397', '7.2.10', '7.4.0'],
  ['firmware', '10.1.6-beta2', '10.1.6', '10.1.6-h3', '10.1.6-h10', '10.1.7'],
  ['firmware', '9.3', '9.3(5)', '9.3(8)', '9.3(10)', '9.16(3)', '9.16(3)23', '9.16(4)'],
  ['firmware', '7.0(3)I7(8)', '7.0(3)I7(9)', '7.0(4)I2(1)'],
  ['firmware', 'V5.21(ABUH.2)', 'V5.21(ABUH.3)', 'V5.21(ABUH.3)C0', 'V5.30(ABUH.1)'],
  ['firmware', '16.12.4', '17.3.4', '17.3.4a', '17.3.4b', '17.3.5'],
  ['firmware', '23.05.0-rc1', '23.05.0-rc2', '23.05.0', '23.05.2', '24.10'],
  ['dotted', '1', '1.0.1', '1.2', '1.10', 'v2'],
];

const EQUAL: readonly (readonly [VersionOrderName, string, string])[] = [
  ['semver', '1.0.0+a', '1.0.0+b'],
  ['npm', '1.2', '1.2.0'],
  ['go', 'v1.2.3', '1.2.3'],
  ['dpkg', '0:1.0-1', '1.0-1'],
  ['dpkg', '1.00', '1.0'],
  ['rpm', '2_0', '2.0'],
  ['rpm', '10.0001', '10.1'],
  ['pep440', '1.0', '1.0.0'],
  ['maven', '1ga', '1'],
  ['maven', '1.0.0x', '1-x'],
  ['maven', '1m3', '1MileStone3'],
  ['maven', '1cr', '1rc'],
  ['maven', '0000000000000000001', '1'],
  ['maven', '2-alpha', '2.0.0.alpha'],
  ['gem', '1.0', '1'],
  ['gem', '0.beta.1', '0.0.beta.1'],
  ['cran', '0.01.0', '0.1-0'],
  ['pvp', '1.02', '1.2'],
  ['bitnami', '1.2.3+foo', '1.2.3+bar'],
  ['firmware', '7.2', 'v7.2.0'],
  ['composer', 'v1.0.0', '1'],
  ['composer', '1.0.0-rC15', '1.0.0.RC.15'],
  ['composer', '1.0.0-stable', '1.0.0+build'],
  ['composer', '2.0.0pl1', '2.0.0-patch1'],
  ['nuget', '1.0.0-Alpha', '1.00-alpha+meta'],
  ['junos', '20.4R3-S2', '20.4-r3-s2'],
  ['junos', '22.4R2-S1-EVO', '22.4R2-S1'],
  ['cisco_asa', '9.16(4)14', '9.16.4.14'],
];

/** Nothing is said of what stands in no order: it is never taken for not affected. */
const INDETERMINATE: readonly (readonly [VersionOrderName, string, string])[] = [
  ['semver', '1.2.3.4', '1.2.3'],
  ['semver', 'latest', '1.0.0'],
  ['go', '(devel)', 'v1.0.0'],
  ['dpkg', 'unstable', '1.0'],
  ['dpkg', '1.0_1', '1.0'],
  ['rpm', '1.0 beta', '1.0'],
  ['pep440', '1.0-unknown', '1.0'],
  ['maven', 'LATEST', '1.0'],
  ['maven', '${project.version}', '1.0'],
  ['apk', '1.0bc', '1.0'],
  ['gem', '1.0!', '1.0'],
  ['cran', '1.0-alpha', '1.0'],
  ['pvp', '1-20-0', '1.20.0'],
  ['bitnami', '1.2.3.4', '1.2.3'],
  ['github_actions', 'main', 'v1.0.0'],
  ['github_actions', '8f4b7f84864484a7bf31766abe9204da3cbe65b3', 'v1.0.0'],
  ['composer', 'dev-main', '1.0.0'],
  ['composer', '2.x-dev', '2.1.0'],
  ['composer', '1.0.0-foo', '1.0.0'],
  ['composer', '1.0.0.0.0', '1.0.0'],
  ['nuget', '1.2.3.4.5', '1.2.3'],
  ['junos', '22.4R2-S1, 22.4R3', '22.4R2'],
  ['junos', '15.1R7', '15.1X49'],
  ['junos', '5.6.8', '5.6'],
  ['cisco_asa', '9.16(4', '9.16'],
  ['cisco_asa', '9.16(4)14a', '9.16'],
  ['cisco_ios', '15.2(4)M10', '15.2(4)E2'],
  ['cisco_ios', '12.4', '12.4(3)'],
  ['firmware', '15.1R7', '15.1X49'],
  ['firmware', 'V5.21(ABUH.2)', 'V5.21(ACDJ.2)'],
  ['firmware', '9.3(5', '9.3'],
  ['firmware', '9.3((5))', '9.3'],
  ['firmware', '9.3)5(', '9.3'],
  ['firmware', '9.3()', '9.3'],
  ['firmware', 'SNAPSHOT', '23.05.2'],
  ['firmware', '1.0/2', '1.0'],
  ['dotted', '1.0a', '1.0'],
  ['unknown', '1.0', '1.0'],
];

function sign(outcome: number | null): number | null {
  return outcome === null ? null : Math.sign(outcome) + 0;
}

describe('[VULN-ORDER-1] versions stand in the order of their ecosystem', () => {
  test.each(ASCENDING.map(([name, ...versions]) => ({ name, versions })))(
    '$name: $versions.0 < $versions.1 …',
    ({ name, versions }) => {
      const { compare } = ORDERS[name];
      for (const [at, lower] of versions.entries()) {
        expect([lower, compare(lower, lower)]).toEqual([lower, 0]);
        for (const upper of versions.slice(at + 1)) {
          expect([lower, upper, sign(compare(lower, upper))]).toEqual([lower, upper, -1]);
          expect([upper, lower, sign(compare(upper, lower))]).toEqual([upper, lower, 1]);
        }
      }
    },
  );

  test.each(EQUAL)('%s: %s = %s', (name, a, b) => {
    expect(ORDERS[name].compare(a, b)).toBe(0);
    expect(ORDERS[name].compare(b, a)).toBe(0);
  });
});

/** What an advisory states, and versions that are it: by the ecosystem's own words on what a version leaves open. */
const STATED: readonly (readonly [VersionOrderName, stated: string, ...(readonly string[])])[] = [
  ['dpkg', '1.2.3', '1.2.3-1', '1.2.3-1+deb12u1'],
  ['rpm', '1.2.3', '1.2.3-4.el8'],
  ['apk', '1.2.3', '1.2.3-r1'],
  // PEP 440, "Version matching": the local part of a candidate is ignored where the other has none
  ['pep440', '2.1.0', '2.1.0+cu118'],
  ['semver', '1.2.3', '1.2.3+build5'],
  ['bitnami', '1.2.3', '1.2.3-1', '1.2.3-r7'],
  ['firmware', '7.2.4', '7.2.4 build1396', '7.2.4-1396', '7.2.4 (Build 1396)', '7.2.4,1396'],
  ['firmware', '9.3', '9.3(5)'],
  ['junos', '22.4R2', '22.4R2.8'],
  ['junos', '22.4R2-S1', '22.4R2-S1.3'],
  ['cisco_asa', '9.16', '9.16(4)', '9.16.4.14'],
];

describe.each(STATED.map(([name, stated, ...versions]) => ({ order: ORDERS[name], name, stated, versions })))(
  '[VULN-ORDER-4] $name: what states $stated',
  ({ order, stated, versions }) => {
    test.each(versions)('is said of %s', (version) => {
      expect(order.against(version, stated)).toBe(0);
    });

    test.each(versions)('and %s itself is told from others', (version) => {
      expect(order.against(version, version)).toBe(0);
    });
  },
);

test.each([
  ['dpkg', '1.2.3-2', '1.2.3-1'],
  ['rpm', '1.2.3-5', '1.2.3-4'],
  ['pep440', '2.1.0+cu119', '2.1.0+cu118'],
  ['bitnami', '1.2.3-2', '1.2.3-1'],
  ['firmware', '7.2.4 build1397', '7.2.4 build1396'],
  ['firmware', '10.1.6-h3', '10.1.6'],
  ['firmware', '17.3.4a', '17.3.4'],
  ['junos', '20.4R3-S2', '20.4R3'],
  ['cisco_asa', '9.16(4)14', '9.16.4'],
  ['pub', '1.0.0+2', '1.0.0+1'],
  ['julia', '1.0.0+1', '1.0.0'],
] as const)('[VULN-ORDER-4] %s: %s is after the stated %s', (name, version, stated) => {
  expect(sign(ORDERS[name].against(version, stated))).toBe(1);
});

test.each([
  ['v4', 'v3.9.9', 1],
  ['v4', 'v5.0.0', -1],
  ['v4', 'v4.1.2', null],
  ['v4.2', 'v4.1.2', 1],
  ['v4.2', 'v4.3.0', -1],
  ['v4.2', 'v4.2.1', null],
  ['v4.2.0', 'v4.2.1', -1],
])('[VULN-ORDER-2] of an action %s is any release of it: against %s it is %s', (version, stated, outcome) => {
  expect(sign(ORDERS.github_actions.against(version, stated))).toBe(outcome);
});

test.each(INDETERMINATE)('[VULN-ORDER-2] %s: "%s" and "%s" are not compared', (name, a, b) => {
  expect(ORDERS[name].compare(a, b)).toBeNull();
  expect(ORDERS[name].compare(b, a)).toBeNull();
});

test('[VULN-ORDER-2] a text that is too long is no version', () => {
  const long = Array.from({ length: 200 }, () => '1').join('.');
  for (const order of Object.values(ORDERS)) expect(order.compare(long, '1.0')).toBeNull();
});

test('[VULN-ORDER-3] many digits are read in one way', () => {
  const text = `3p${'9'.repeat(100)}]`;
  // Where each way to part them is tried, one of these takes longer than the world has.
  for (const order of Object.values(ORDERS))
    expect([null, -1, 1]).toContain(sign(order.compare(text, '3.0')));
});

/** Texts that look like versions, so that most of them are some. */
const version = fc
  .tuple(
    fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.constantFrom(
        '-1',
        '~rc1',
        '-rc1',
        '.rc.2',
        'a',
        'b1',
        '_p1',
        '_alpha',
        '-r2',
        '+x',
        '^git1',
        '-sp',
        '.5',
        '(5)',
        '(ab.2)',
        ' build7',
        '-p2',
        '-RC1',
        '-Beta',
        '.pl1',
        '-dev',
        '+1',
        '+x.2',
        '(4)',
        '(4)14',
      ),
      { maxLength: 2 },
    ),
  )
  .map(([numbers, ends]) => numbers.join('.') + ends.join(''));
const ios = fc
  .tuple(fc.nat(2), fc.nat(2), fc.constantFrom('', 'M', 'SE'), fc.nat(11), fc.constantFrom('', 'a'))
  .map(
    ([minor, maintenance, train, rebuild, letter]) =>
      `12.${minor}(${maintenance})${train}${rebuild}${letter}`,
  );
const junos = fc
  .tuple(
    fc.nat(1),
    fc.constantFrom('', 'R1', 'R2', 'R10', 'X49', 'F5'),
    fc.constantFrom('', '-S1', '-S2', '-S10', '-D10'),
    fc.constantFrom('', '.2', '.12'),
    fc.constantFrom('', '-EVO'),
  )
  .map(([minor, kind, service, build, end]) => `22.${minor}${kind}${service}${build}${end}`);
/** What most of its versions look like, where the others are mostly none. */
const OWN: Readonly<Partial<Record<VersionOrderName, fc.Arbitrary<string>>>> = { cisco_ios: ios, junos };

describe('[VULN-ORDER-3] every order is one', () => {
  const orders = Object.values(ORDERS);

  test.each(orders)('$name: what is before is not after', ({ name, compare }) => {
    const any = OWN[name] ?? version;
    fc.assert(
      fc.property(any, any, (a, b) => {
        const forth = compare(a, b);
        const back = compare(b, a);
        expect(forth === null).toBe(back === null);
        expect(Math.sign(forth ?? 0) + Math.sign(back ?? 0)).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test.each(orders)('$name: before what is before is before', ({ name, compare }) => {
    const any = OWN[name] ?? version;
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        const [ab, bc, ac] = [compare(a, b), compare(b, c), compare(a, c)];
        const isChain = ab !== null && bc !== null && ac !== null && ab <= 0 && bc <= 0;
        // What is not such a chain promises nothing.
        const promised = ab === 0 && bc === 0 ? 0 : -1;
        expect(isChain ? sign(ac) : promised).toBe(promised);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(orders)(
    '$name: a list says what each of its versions says',
    ({ name, against, among, compare }) => {
      const any = OWN[name] ?? version;
      fc.assert(
        fc.property(any, fc.array(any, { maxLength: 12 }), (own, stated) => {
          const outcomes = stated.map((each) => against(own, each));
          const isRead = [own, ...stated].every((each) => compare(each, each) !== null);
          const otherwise = isRead || stated.length === 0 ? 'unlisted' : 'unsure';
          expect(among(stated)(own)).toBe(outcomes.includes(0) ? 'listed' : otherwise);
        }),
        { numRuns: 500 },
      );
    },
  );

  test.each(orders)('$name: any text is compared or not, without an end to wait for', ({ compare }) => {
    fc.assert(
      fc.property(fc.string({ maxLength: 250 }), version, (text, other) => {
        expect([null, -1, 0, 1]).toContain(sign(compare(text, other)));
      }),
      { numRuns: 300 },
    );
  });
});
