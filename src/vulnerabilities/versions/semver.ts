import { compare, compareBuild, parse, type SemVer } from 'semver';
import type { VersionOrderName } from '../../model/index.ts';
import { orderBy, type VersionOrder } from './order.ts';

/** `1`, `1.2` and `v1.2.3-rc.1+build`: what is left out of the three numbers is 0. Four numbers are no such version. */
const SHORT = /^[v=]?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/;

/** Semantic Versioning 2.0.0, §11; its build metadata has no order. */
export function semverOrder(name: VersionOrderName): VersionOrder {
  return orderBy(name, (version) => readSemver(version), compare);
}

/**
 * Semantic versions whose builds are releases, one after the other (pub.dev: "suffix `+1`", `Version.compareTo` of pub_semver; Julia's
 * `isless(::VersionNumber, ::VersionNumber)`, by which the packages of its binaries are rebuilt).
 */
export function builtSemverOrder(name: VersionOrderName): VersionOrder {
  return orderBy(name, (version) => readSemver(version), compareBuild);
}

export function readSemver(version: string): SemVer | null {
  const parts = SHORT.exec(version);
  if (parts === null) return null;
  const [, major, minor = '0', patch = '0', rest = ''] = parts;
  return parse(`${plain(major)}.${plain(minor)}.${plain(patch)}${rest}`);
}

/** Without leading zeros, which the standard does not allow and people write. */
function plain(digits: string | undefined): string {
  return (digits ?? '0').replace(/^0+(?=\d)/, '');
}
