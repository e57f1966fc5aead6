import {
  type Advisory,
  LIMITS,
  ownValue,
  type ProductVersions,
  type VersionInterval,
} from '../../model/index.ts';
import { cvssOf } from '../cvss.ts';
import { packagesOfDistribution, supportIn } from '../distribution.ts';
import { childrenOf, type Fields, fieldsOf, idOf, instantOf, textOf, textsOf } from '../fields.ts';
import { type Naming, namedByPurl, namedInDistribution } from '../naming.ts';
import { packageKey, readPackageUrl } from '../package-url.ts';
import { plainName } from '../product-name.ts';
import { orderNamed, orderOfPackage } from '../versions/orders.ts';
import type { VersionOrder } from '../versions/order.ts';

/** OSV's ecosystems that are no distributions, as types of package URLs (https://ossf.github.io/osv-schema/). */
const TYPES: Readonly<Record<string, string>> = {
  npm: 'npm',
  Go: 'golang',
  PyPI: 'pypi',
  Maven: 'maven',
  RubyGems: 'gem',
  'crates.io': 'cargo',
  Packagist: 'composer',
  NuGet: 'nuget',
  Hex: 'hex',
  Pub: 'pub',
  SwiftURL: 'swift',
  CRAN: 'cran',
  Bioconductor: 'bioconductor',
  Hackage: 'hackage',
  Bitnami: 'bitnami',
  'GitHub Actions': 'githubactions',
  Julia: 'julia',
  opam: 'opam',
  VSCode: 'vscode-extension',
  ConanCenter: 'conan',
};

/** What joins the parts of a name that package URLs keep apart. */
const JOINTS: Readonly<Record<string, string>> = { maven: ':', 'vscode-extension': '.' };

/** Open Source Vulnerability format 1.x. `null` where it has no id. */
export function readOsv(document: Fields): Advisory | null {
  const id = idOf(document['id']);
  if (id === null) return null;
  return {
    source: 'osv',
    id,
    aliases: [...textsOf(document['aliases']), ...textsOf(document['upstream'])],
    modified: instantOf(document['modified']),
    withdrawn: textOf(document['withdrawn']) !== null,
    cvss: severityOf(document),
    products: childrenOf(document['affected']).flatMap(productOf),
  };
}

/** Of the record, or where only its packages have scores, the highest of those: whoever has no score of its own has that. */
function severityOf(document: Fields): number | null {
  const own = scoreIn(document['severity']);
  if (own !== null) return own;
  return childrenOf(document['affected']).reduce<number | null>((highest, { severity }) => {
    const score = scoreIn(severity);
    return score === null ? highest : Math.max(score, highest ?? 0);
  }, null);
}

/** The newest version of CVSS first, as in the other formats; of one version the highest. */
const CVSS_VERSIONS = ['CVSS:4.', 'CVSS:3.1', 'CVSS:3.', ''];

function scoreIn(severity: unknown): number | null {
  const vectors = childrenOf(severity).flatMap(({ score }) => textOf(score) ?? []);
  for (const version of CVSS_VERSIONS) {
    const scores = vectors.flatMap((each) => (each.startsWith(version) ? (cvssOf(each) ?? []) : []));
    if (scores.length > 0) return scores.reduce((highest, each) => Math.max(highest, each));
  }
  return null;
}

function productOf(affected: Fields): readonly ProductVersions[] {
  const naming = namingOf(fieldsOf(affected['package']));
  if (naming === null) return [];
  const all = textsOf(affected['versions']);
  const versions = all.slice(0, LIMITS.versionsPerProduct);
  const cvss = scoreIn(affected['severity']);
  const intervals = childrenOf(affected['ranges']).flatMap((range) =>
    // Commits are in no order that a version has.
    range['type'] === 'GIT' ? [] : intervalsOf(range, orderNamed(naming.order)),
  );
  // Ranges of commits alone say nothing of versions: without a list they are no "all versions".
  if (versions.length + intervals.length === 0)
    return [{ ...naming, otherwise: 'unknown', ...(cvss === null ? {} : { cvss }) }];
  return [
    {
      ...naming,
      ...(intervals.length === 0 ? {} : { intervals }),
      ...(versions.length === 0 ? {} : { versions }),
      // What is beyond the bound may be any.
      ...(versions.length === all.length ? {} : { otherwise: 'unknown' as const }),
      ...(cvss === null ? {} : { cvss }),
    },
  ];
}

/** The ecosystems in it whose packages are not known here, or whose versions stand in no order. */
export function ecosystemsNotCompared(document: Fields): ReadonlySet<string> {
  const packages = childrenOf(document['affected']).map((affected) => fieldsOf(affected['package']));
  const names = packages.map((named) => {
    const order = namingOf(named)?.order ?? 'unknown';
    return order === 'unknown' ? textOf(named['ecosystem']) : null;
  });
  return new Set(names.flatMap((name) => (name === null ? [] : ecosystemIn(name).base)));
}

function ecosystemIn(text: string): { readonly base: string; readonly suffix: string } {
  const colon = text.indexOf(':');
  return colon === -1
    ? { base: text, suffix: '' }
    : { base: text.slice(0, colon), suffix: text.slice(colon + 1) };
}

function namingOf(named: Fields): (Naming & Pick<ProductVersions, 'context'>) | null {
  const ecosystem = textOf(named['ecosystem']);
  const name = textOf(named['name']);
  if (ecosystem !== null && name !== null) {
    const { base, suffix } = ecosystemIn(ecosystem);
    const packages = packagesOfDistribution(base);
    if (packages !== null) {
      const module = readPackageUrl(textOf(named['purl']) ?? '')?.module ?? null;
      const support = supportIn(packages, suffix);
      return {
        ...namedInDistribution(packages, name, suffix),
        ...(module === null ? {} : { module }),
        ...(support === null ? {} : { context: [plainName(support)] }),
      };
    }
    const type = ownValue(TYPES, base);
    // Extensions of another store than Microsoft's may be called as some of that one.
    if (type !== undefined && (base !== 'VSCode' || suffix === '')) {
      const key = packageKey(type, name.replace(ownValue(JOINTS, type) ?? '/', '/'));
      return { key, naming: 'purl', order: orderOfPackage(type) };
    }
  }
  return namedByPurl(textOf(named['purl']) ?? '')?.naming ?? null;
}

interface Event {
  readonly kind: 'introduced' | 'fixed' | 'last_affected';
  readonly version: string;
}

/** Events in the order of their versions, made pairs of a beginning and an end. */
function intervalsOf(range: Fields, order: VersionOrder): readonly VersionInterval[] {
  const events = childrenOf(range['events']).flatMap(eventOf);
  const compare = order.comparator();
  events.sort((a, b) => (isStart(a) ? -1 : isStart(b) ? 1 : (compare(a.version, b.version) ?? 0)));
  const intervals: VersionInterval[] = [];
  let from: string | null | undefined;
  for (const { kind, version } of events) {
    if (kind === 'introduced') {
      if (from === undefined) from = version === '0' ? null : version;
      continue;
    }
    if (from === undefined) continue;
    intervals.push({
      from,
      before: kind === 'fixed' ? version : null,
      upTo: kind === 'last_affected' ? version : null,
    });
    from = undefined;
  }
  if (from !== undefined) intervals.push({ from, before: null, upTo: null });
  return withinLimits(intervals, range, order);
}

/** What is not before any of the limits is not affected; `*` is none. */
function withinLimits(
  intervals: readonly VersionInterval[],
  range: Fields,
  order: VersionOrder,
): readonly VersionInterval[] {
  const [first, ...others] = childrenOf(range['events']).flatMap(({ limit }) => textOf(limit) ?? []);
  if (first === undefined || [first, ...others].includes('*')) return intervals;
  const limit = others.reduce((most, each) => ((order.compare(each, most) ?? 0) > 0 ? each : most), first);
  return intervals.map((interval) => {
    const end = interval.before ?? interval.upTo;
    const isEndedBefore = end !== null && (order.compare(end, limit) ?? 0) < 0;
    return isEndedBefore ? interval : { ...interval, before: limit, upTo: null };
  });
}

function isStart({ kind, version }: Event): boolean {
  return kind === 'introduced' && version === '0';
}

function eventOf(event: Fields): readonly Event[] {
  for (const kind of ['introduced', 'fixed', 'last_affected'] as const) {
    const version = textOf(event[kind]);
    if (version !== null) return [{ kind, version }];
  }
  return [];
}
