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
  /** RPM and Debian: it goes before the version, and may be told beside it. */
  readonly epoch: string | null;
  readonly order: VersionOrderName;
  readonly release: string | null;
  /** The module of a distribution that an RPM package was built in, and its stream. */
  readonly module: string | null;
  /** See `ProductVersions.packaging`. */
  readonly packaging: 'binary' | 'source' | null;
}

/** Their advisories are the distribution's own: it mends without moving to a new version. */
const DISTRIBUTED = new Set(['deb', 'rpm', 'apk']);

/**
 * `null` for what is no package URL.
 * @param upstream the source package where that is told beside the URL, in the form of its qualifier of that name
 */
export function readPackageUrl(text: string, upstream: string | null = null): PackageReference | null {
  if (text.length > 1_024) return null;
  const parsed = parse(text);
  if (parsed === null) return null;
  const { name, qualifiers } = parsed;
  const [type, within, inModule] = typeOf(parsed);
  const namespace = within !== null && DISTRIBUTED.has(type) ? distributionNamed(within) : within;
  // SUSE writes an empty version.
  const version = parsed.version === '' ? undefined : parsed.version;
  const key = packageKey(type, name, namespace);
  const epoch = type === 'rpm' || type === 'deb' ? epochIn(qualifiers?.['epoch']) : null;
  return {
    type,
    key,
    source: sourceOf(type, namespace, qualifiers?.['upstream'] ?? upstream),
    name: [namespace ?? [], name].flat().join('/'),
    version: withEpoch(version ?? null, epoch),
    epoch,
    order: orderOfPackage(type),
    release: DISTRIBUTED.has(type)
      ? releaseIn(`${type}/${namespace ?? ''}`, qualifiers?.['distro'] ?? '')
      : null,
    module:
      type === 'rpm'
        ? moduleNamed(inModule ?? qualifiers?.['rpmmod'] ?? qualifiers?.['modularitylabel'])
        : null,
    packaging: type === 'rpm' ? packagingOf(qualifiers?.['arch']) : null,
  };
}

function packagingOf(architecture: string | undefined): 'binary' | 'source' {
  return /^((no)?src|source)$/.test(architecture ?? '') ? 'source' : 'binary';
}

/** Red Hat's `pkg:rpmmod/redhat/ruby:2.6/ruby` is a package of RPM in a module. */
function typeOf({ type, namespace }: PackageURL): readonly [string, string | null, string?] {
  const [distribution = '', module] = (namespace ?? '').split('/');
  if (type === 'rpmmod' && module !== undefined) return ['rpm', distribution, module];
  return [type, namespace ?? null];
}

/** The module that is named itself: `pkg:rpmmod/redhat/squid@4:8030020200828070549:30b713e6`. */
export function moduleIn(text: string): string | null {
  const { type, name, version } = parse(text) ?? {};
  return type === 'rpmmod' ? moduleNamed(`${name}:${version ?? ''}`) : null;
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
function sourceOf(type: string, namespace: string | null, upstream: string | null): SourcePackage | null {
  if (!DISTRIBUTED.has(type) || upstream === null) return null;
  const file = type === 'rpm' ? SOURCE_FILE.exec(upstream) : null;
  const [name = '', version = ''] = file === null ? upstream.split('@', 2) : file.slice(1);
  if (name === '') return null;
  return { key: packageKey(type, name, namespace), version: version === '' ? null : version };
}

function epochIn(text: string | undefined): string | null {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? text : null;
}

export function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}

/** An epoch that is told already stays. */
export function withEpoch(version: string | null, epoch: string | null): string | null {
  return version === null || epoch === null || /^\d+:/.test(version) ? version : `${epoch}:${version}`;
}
