import { cvssOf } from '../../../src/vulnerabilities/cvss.ts';
import { readCpe } from '../../../src/vulnerabilities/cpe.ts';
import { firmwareOf } from '../../../src/vulnerabilities/firmware-products.ts';
import { readPackageUrl } from '../../../src/vulnerabilities/package-url.ts';
import { readVersionExpression } from '../../../src/vulnerabilities/advisories/version-expression.ts';
import { readVers } from '../../../src/vulnerabilities/vers.ts';
import { verdictOn } from '../../../src/vulnerabilities/version-range.ts';
import { ORDERS } from '../../../src/vulnerabilities/versions/orders.ts';
import type { VersionInterval } from '../../../src/model/index.ts';
import { mutated, one } from '../mutation.ts';
import { type Chance, REFUSED, type Target } from '../target.ts';

/** As makers write them: releases, trains, rebuilds, builds, epochs, qualifiers. */
const VERSIONS = [
  '7.0(3)I7(5a)',
  '9.3(1)',
  '10.2(3)F',
  '15.2(7)E0a',
  '12.2(55)SE12',
  '16.12.4a',
  '17.03.01prd7',
  '3.16.10S',
  '9.8(4)40',
  '7.2.x',
  '9.1.x',
  '6.5.1.*',
  '1.2.3',
  '1.2.3-rc.1+build.5',
  'v1.2.3-0.20200101000000-abcdef123456',
  '1:2.30-7ubuntu3.2~20.04',
  '0:1.2-3.el9_4.1',
  '1.0a1.dev3+local.7',
  '2!1.0.post1',
  '1.2.3_p4-r5',
  '1.0-SNAPSHOT',
  '1-alpha-2',
  '5.0.0.pre.1',
  'R2022a',
  '23.4R2-S3',
  '22.2R3-S4-EVO',
  '22.4R2-S1.3',
  '15.1X49-D10.4',
  '9.16(4)14',
  '9.16.4.14',
  '2.4.6-p4',
  '4.0.0-RC1',
  '2010-01-02.5',
  '1.0.0-Beta.2',
  '1.0.0+2',
  '4.29.1F',
  '7.4.2-build1234',
  '12.1-55.190',
  'B.11.31',
  '2023.08',
  '08.30.1.41',
  'FOS 7.2',
  'K.16.02.0034m',
  '0',
  '00',
  '1.0.0.0.0.0.0',
]; // prettier-ignore
const EXPRESSIONS = [
  '>= 9.0.0, < 9.5.3 || = 8.1',
  '< 7.0(3)I7(5a)',
  '>= 1.0 and <= 2.0',
  '>1,<2',
  '= 3',
  '== 3',
  '<=17.03.01prd7',
  '7.2.x',
  'vers:npm/>=1.0|<1.4',
  'vers:deb/>=1:2|<=3|4',
  'vers:generic/*',
  'vers:rpm/1.2-3.el9|>=2',
  'NetScaler NS13.1: Build 48.47.nc, Date: Jul 10 2023',
  'Junos OS 22.4R1.10-EVO',
  'pkg:npm/%40scope/name@1.2.3',
  'pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie',
  'pkg:rpm/redhat/bash@5.1.8-6.el9?epoch=1',
  'cpe:2.3:o:cisco:ios_xe:17.3.1:*:*:*:*:*:*:*',
  'cpe:2.3:a:gnu:bash:5.1.8:*:*:*:*:*:*:*',
  'cpe:/o:cisco:nx-os:9.3%281%29',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
  'AV:N/AC:L/Au:N/C:P/I:P/A:P',
]; // prettier-ignore
const ALL_ORDERS = Object.values(ORDERS);

/** Ranges and versions as makers write them; names and scores that stand beside them. */
export const versionExpressions: Target = {
  name: 'version expressions',
  input: (chance) => mutated(chance, one(chance, EXPRESSIONS)),
  fault: (text, chance) => {
    readPackageUrl(text);
    readCpe(text);
    firmwareOf({ manufacturer: null, model: null, firmware: text });
    const score = cvssOf(text);
    if (score !== null && !(score >= 0 && score <= 10)) return `a score of ${score}`;
    const ranges = [readVersionExpression(text), readVers(text)].filter((read) => read !== null);
    for (const read of ranges) {
      const { intervals, versions } = read;
      if (intervals.length + versions.length === 0) return 'a range that says nothing, which would be all';
      if (intervals.length > 256 || !intervals.every(isInterval)) return 'an unsound interval';
      if (!versions.every((each) => typeof each === 'string')) return 'a version that is no text';
      const product = { order: 'dotted', key: 'x', intervals, versions } as never;
      for (const order of ALL_ORDERS) verdictOn(product, one(chance, VERSIONS), order);
    }
    return ranges.length === 0 ? REFUSED : null;
  },
};

function isBound(bound: unknown): boolean {
  return bound === null || (typeof bound === 'string' && bound !== '');
}

function isInterval({ from, after, before, upTo }: VersionInterval): boolean {
  return [from, before, upTo, after ?? null].every(isBound);
}

/** Three versions a line, compared by each order: the laws of an order hold for whatever is written. */
export const versionOrders: Target = {
  name: 'version orders',
  input: (chance) => Array.from({ length: 3 }, () => version(chance)).join('\n'),
  fault: (text) => {
    const [a = '', b = '', c = ''] = text.split('\n');
    for (const { name, compare, against, among } of ALL_ORDERS) {
      const isListed = against(a, b) === 0 || against(a, c) === 0;
      if ((among([b, c])(a) === 'listed') !== isListed)
        return `${name}: a list says another thing than its versions`;
      for (const by of [compare, against]) for (const each of [a, b, c]) by(each, '1.0');
      const own = compare(a, a);
      if (own !== null && own !== 0) return `${name}: a version is not itself`;
      const [ab, ba, bc, ac] = [compare(a, b), compare(b, a), compare(b, c), compare(a, c)];
      if ((ab === null) !== (ba === null)) return `${name}: compares in one direction`;
      if (ab !== null && ba !== null && Math.sign(ab) !== -Math.sign(ba))
        return `${name}: is not antisymmetric`;
      if (ab === null || bc === null || ac === null) continue;
      if (Number.isNaN(ab)) return `${name}: no number`;
      if (ab < 0 && bc < 0 && ac >= 0) return `${name}: is not transitive`;
      if (ab === 0 && bc === 0 && ac !== 0) return `${name}: equality is not transitive`;
    }
    return null;
  },
};

/** Mostly near to each other, so that they are compared to their ends. */
function version(chance: Chance): string {
  const written = one(chance, VERSIONS.slice(0, 1 + chance(VERSIONS.length)));
  const changed = chance(3) === 0 ? written : mutated(chance, written);
  return changed.replaceAll('\n', '');
}
