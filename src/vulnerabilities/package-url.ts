import { PackageURL } from 'packageurl-js';
import type { VersionOrderName } from '../model/index.ts';
import { releaseIn } from './distribution.ts';
import { moduleNamed } from './modularity.ts';
import { orderOfPackage } from './versions/orders.ts';

/** A package URL as it is looked up. */
export interface PackageReference {
  readonly type: string;
  readonly key: string;
  /** The source package that it was built from, where that is told: distributions' advisories speak of those. */
  readonly sourceKey: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly order: VersionOrderName;
  readonly release: string | null;
  /** The module of a distribution that an RPM package was built in, and its stream. */
  readonly module: string | null;
}

/** Their advisories are the distribution's own: it mends without moving to a new version. */
const DISTRIBUTED = new Set(['deb', 'rpm', 'apk']);

/** `null` for what is no package URL. */
export function readPackageUrl(text: string): PackageReference | null {
  if (text.length > 1_024) return null;
  const parsed = parse(text);
  if (parsed === null) return null;
  const { type, namespace, name, version, qualifiers } = parsed;
  const key = packageKey(type, name, namespace ?? null);
  return {
    type,
    key,
    sourceKey: sourceKey(type, namespace ?? null, qualifiers?.['upstream']),
    name: [namespace ?? [], name].flat().join('/'),
    version: version ?? null,
    order: orderOfPackage(type),
    release: DISTRIBUTED.has(type)
      ? releaseIn(`${type}/${namespace ?? ''}`, qualifiers?.['distro'] ?? '')
      : null,
    module: type === 'rpm' ? moduleNamed(qualifiers?.['rpmmod']) : null,
  };
}

export function packageKey(type: string, name: string, namespace: string | null = null): string {
  const whole = namespace === null || namespace === '' ? name : `${namespace}/${name}`;
  const lower = whole.toLowerCase();
  return `${type}/${type === 'pypi' ? lower.replaceAll(/[-_.]+/g, '-') : lower}`;
}

function parse(text: string): PackageURL | null {
  try {
    return PackageURL.fromString(text);
  } catch {
    return null;
  }
}

/** Not where it has a version of its own, which the package's cannot be compared with. */
function sourceKey(type: string, namespace: string | null, upstream: string | undefined): string | null {
  if (!DISTRIBUTED.has(type) || upstream === undefined || upstream.includes('@')) return null;
  return packageKey(type, upstream, namespace);
}
