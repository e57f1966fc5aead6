import { PackageURL } from 'packageurl-js';
import type { VersionOrderName } from '../model/index.ts';
import { distributionNamed, releaseIn } from './distribution.ts';
import { moduleNamed } from './modularity.ts';
import { orderOfPackage } from './versions/orders.ts';

/** Its version is `null` where it is that of the package. */
interface SourcePackage {
  readonly key: string;
  readonly version: string | null;
}

/** A package URL as it is looked up. */
export interface PackageReference {
  readonly type: string;
  readonly key: string;
  /** The source package that it was built from, where that is told: distributions' advisories speak of those. */
  readonly source: SourcePackage | null;
  readonly name: string;
  readonly version: string | null;
  /** RPM, and Trivy's of Debian: it goes before the version, and is told beside it. */
  readonly epoch: string | null;
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
  const { type, name, version, qualifiers } = parsed;
  const told = parsed.namespace ?? null;
  const namespace = told !== null && DISTRIBUTED.has(type) ? distributionNamed(told) : told;
  const key = packageKey(type, name, namespace);
  const epoch = type === 'rpm' || type === 'deb' ? epochIn(qualifiers?.['epoch']) : null;
  return {
    type,
    key,
    source: sourceOf(type, namespace, qualifiers?.['upstream']),
    name: [namespace ?? [], name].flat().join('/'),
    version: withEpoch(version ?? null, epoch),
    epoch,
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
  // An action is its repository.
  const kind = type === 'githubactions' ? 'github' : type;
  return `${kind}/${type === 'pypi' ? lower.replaceAll(/[-_.]+/g, '-') : lower}`;
}

function parse(text: string): PackageURL | null {
  try {
    return PackageURL.fromString(text);
  } catch {
    return null;
  }
}

/** The file of an RPM source package: name, version and release; its epoch is not told. */
const SOURCE_FILE = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/;

/**
 * `foo`, or `foo@1.2-3` where the package has another version, such as that of a mere rebuild; of an RPM package also its
 * source's file, `foo-1.2-3.el9.src.rpm`.
 */
function sourceOf(
  type: string,
  namespace: string | null,
  upstream: string | undefined,
): SourcePackage | null {
  if (!DISTRIBUTED.has(type) || upstream === undefined) return null;
  const file = type === 'rpm' ? SOURCE_FILE.exec(upstream) : null;
  const [name = '', version = ''] = file === null ? upstream.split('@', 2) : file.slice(1);
  if (name === '') return null;
  return { key: packageKey(type, name, namespace), version: version === '' ? null : version };
}

/** A package URL with the source package that is told beside it, where it does not name one itself. */
export function withSource(purl: string, name: string, version: string): string {
  if (!/^pkg:(deb|rpm|apk)\//.test(purl) || /[?&]upstream=/.test(purl)) return purl;
  return `${purl}${purl.includes('?') ? '&' : '?'}upstream=${encodeURIComponent(`${name}@${version}`)}`;
}

function epochIn(text: string | undefined): string | null {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? text : null;
}

/** An epoch that is told already stays. */
export function withEpoch(version: string | null, epoch: string | null): string | null {
  return version === null || epoch === null || /^\d+:/.test(version) ? version : `${epoch}:${version}`;
}
