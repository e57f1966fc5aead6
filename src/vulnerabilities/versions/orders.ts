import { ownValue, type VersionOrderName } from '../../model/index.ts';
import { apkOrder } from './apk.ts';
import { bitnamiOrder } from './bitnami.ts';
import { ciscoIosOrder } from './cisco-ios.ts';
import { dpkgOrder } from './dpkg.ts';
import { dottedOrder, firmwareOrder } from './firmware.ts';
import { gemOrder } from './gem.ts';
import { githubActionsOrder } from './github-actions.ts';
import { goOrder } from './go.ts';
import { mavenOrder } from './maven.ts';
import { cranOrder, pvpOrder } from './numbers.ts';
import type { VersionOrder } from './order.ts';
import { pep440Order } from './pep440.ts';
import { rpmOrder } from './rpm.ts';
import { semverOrder } from './semver.ts';

const UNKNOWN: VersionOrder = { name: 'unknown', compare: () => null, against: () => null };

export const ORDERS: Readonly<Record<VersionOrderName, VersionOrder>> = {
  semver: semverOrder('semver'),
  npm: semverOrder('npm'),
  go: goOrder,
  dpkg: dpkgOrder,
  rpm: rpmOrder,
  pep440: pep440Order,
  maven: mavenOrder,
  apk: apkOrder,
  gem: gemOrder,
  cran: cranOrder,
  pvp: pvpOrder,
  bitnami: bitnamiOrder,
  github_actions: githubActionsOrder,
  cisco_ios: ciscoIosOrder,
  firmware: firmwareOrder,
  dotted: dottedOrder,
  unknown: UNKNOWN,
};

/** Records of older releases may name an order that there is none of: nothing can be compared by that. */
export function orderNamed(name: VersionOrderName): VersionOrder {
  return ownValue(ORDERS, name) ?? UNKNOWN;
}

/** By the type of a package URL. */
const BY_PACKAGE_TYPE: Readonly<Record<string, VersionOrderName>> = {
  npm: 'npm',
  golang: 'go',
  cargo: 'semver',
  composer: 'semver',
  nuget: 'semver',
  hex: 'semver',
  pub: 'semver',
  swift: 'semver',
  pypi: 'pep440',
  maven: 'maven',
  gem: 'gem',
  deb: 'dpkg',
  rpm: 'rpm',
  apk: 'apk',
  cran: 'cran',
  bioconductor: 'cran',
  hackage: 'pvp',
  bitnami: 'bitnami',
  githubactions: 'github_actions',
  julia: 'semver',
  opam: 'dpkg',
  'vscode-extension': 'semver',
  generic: 'dotted',
  github: 'dotted',
};

export function orderOfPackage(type: string): VersionOrderName {
  return ownValue(BY_PACKAGE_TYPE, type) ?? 'unknown';
}
