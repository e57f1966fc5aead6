import { ownValue, type VersionOrderName } from '../../model/index.ts';
import { apkOrder } from './apk.ts';
import { bitnamiOrder } from './bitnami.ts';
import { ciscoAsaOrder } from './cisco-asa.ts';
import { ciscoIosOrder } from './cisco-ios.ts';
import { composerOrder } from './composer.ts';
import { dpkgOrder } from './dpkg.ts';
import { dottedOrder, firmwareOrder } from './firmware.ts';
import { gemOrder } from './gem.ts';
import { githubActionsOrder } from './github-actions.ts';
import { goOrder } from './go.ts';
import { junosOrder } from './junos.ts';
import { mavenOrder } from './maven.ts';
import { nugetOrder } from './nuget.ts';
import { cranOrder, pvpOrder } from './numbers.ts';
import type { VersionOrder } from './order.ts';
import { pep440Order } from './pep440.ts';
import { rpmOrder } from './rpm.ts';
import { builtSemverOrder, semverOrder } from './semver.ts';

const UNKNOWN: VersionOrder = {
  name: 'unknown',
  compare: () => null,
  against: () => null,
  among: (stated) => () => (stated.length === 0 ? 'unlisted' : 'unsure'),
  comparator: () => () => null,
};

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
  composer: composerOrder,
  nuget: nugetOrder,
  pub: builtSemverOrder('pub'),
  julia: builtSemverOrder('julia'),
  cisco_ios: ciscoIosOrder,
  cisco_asa: ciscoAsaOrder,
  junos: junosOrder,
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
  composer: 'composer',
  nuget: 'nuget',
  hex: 'semver',
  pub: 'pub',
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
  julia: 'julia',
  opam: 'dpkg',
  'vscode-extension': 'semver',
  generic: 'dotted',
  github: 'dotted',
};

export function orderOfPackage(type: string): VersionOrderName {
  return ownValue(BY_PACKAGE_TYPE, type) ?? 'unknown';
}
