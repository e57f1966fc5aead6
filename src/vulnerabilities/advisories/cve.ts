import {
  type Advisory,
  ownValue,
  type ProductVersions,
  type VersionInterval,
  type VersionOrderName,
} from '../../model/index.ts';
import { cvssOf } from '../cvss.ts';
import { childrenOf, type Fields, fieldsOf, idOf, instantOf, numberOf, textOf } from '../fields.ts';
import { type Naming, namedByProduct, namedByPurl } from '../naming.ts';
import { packageKey } from '../package-url.ts';
import type { VersionOrder } from '../versions/order.ts';
import { orderNamed, orderOfPackage } from '../versions/orders.ts';
import { ALL, isEveryVersion, isPlainVersion, type VersionSet } from '../comparisons.ts';
import { readVersionExpression } from './version-expression.ts';

/** Collections of packages, by the host of their URL, as types of package URLs. */
const COLLECTIONS: readonly (readonly [RegExp, string])[] = [
  [/(registry\.npmjs\.org|npmjs\.com)/, 'npm'],
  [/pkg\.go\.dev/, 'golang'],
  [/pypi\.(org|python\.org)/, 'pypi'],
  [/(repo\.maven\.apache\.org|repo1\.maven\.org)/, 'maven'],
  [/rubygems\.org/, 'gem'],
  [/crates\.io/, 'cargo'],
  [/packagist\.org/, 'composer'],
  [/nuget\.org/, 'nuget'],
  [/hex\.pm/, 'hex'],
];

/** `versionType` of the record format; `custom` gives no order by itself. */
const ORDERS_OF_TYPES: Readonly<Record<string, VersionOrderName>> = {
  semver: 'semver',
  npm: 'npm',
  python: 'pep440',
  pypi: 'pep440',
  maven: 'maven',
  rpm: 'rpm',
  deb: 'dpkg',
  dpkg: 'dpkg',
  apk: 'apk',
  gem: 'gem',
  go: 'go',
};

/** An arbitrarily large number, which the record format writes as `*` at the end of a bound. */
const LARGEST = '999999999999999';

/** CVE record format 5.x: what the numbering authority says, and what others added (ADP). */
export function readCve(document: Fields): Advisory | null {
  const { cveId, state, dateUpdated } = fieldsOf(document['cveMetadata']);
  const id = idOf(cveId);
  if (id === null) return null;
  const { cna, adp } = fieldsOf(document['containers']);
  const containers = [fieldsOf(cna), ...childrenOf(adp)];
  const affected = containers.flatMap((each) => childrenOf(each['affected']));
  const scores = containers.map(scoreOf);
  return {
    source: 'cve',
    id,
    aliases: [],
    modified: instantOf(dateUpdated),
    withdrawn: state === 'REJECTED',
    // The authority's own word before what others added.
    cvss: scores.find((each) => each !== null) ?? null,
    products: productsIn(affected),
  };
}

/** Where a product is told both by its commits and by its versions, what is said of the versions counts. */
function productsIn(affected: readonly Fields[]): readonly ProductVersions[] {
  const byVersion = affected.filter((each) => !isOfCommits(each)).flatMap(productsOf);
  const byCommit = affected.filter(isOfCommits).flatMap(productsOf);
  const told = new Set(byVersion.map(nameOf));
  return [...byVersion, ...byCommit.filter((each) => !told.has(nameOf(each)))];
}

function nameOf({ key, vendor }: ProductVersions): string {
  return JSON.stringify([key, vendor]);
}

/** Ranges of commits alone are neither all versions nor none; what is named by itself, whatever it is, needs no order. */
function openBut(commits: readonly Fields[]): Pick<ProductVersions, 'versions'> {
  const { versions } = listsOf(commits, 'affected', () => null);
  return versions.length === 0 ? {} : { versions };
}

function isOfCommits({ versions }: Fields): boolean {
  const entries = childrenOf(versions);
  return entries.length > 0 && entries.every(isCommit);
}

/** Commits are in no order that a version has. */
function isCommit({ versionType }: Fields): boolean {
  return textOf(versionType)?.toLowerCase() === 'git';
}

function scoreOf(container: Fields): number | null {
  const metrics = childrenOf(container['metrics']);
  for (const version of ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0']) {
    for (const metric of metrics) {
      const { baseScore, vectorString } = fieldsOf(metric[version]);
      const score = numberOf(baseScore, 0, 10) ?? cvssOf(textOf(vectorString) ?? '');
      if (score !== null) return score;
    }
  }
  return null;
}

function productsOf(affected: Fields): readonly ProductVersions[] {
  const all = childrenOf(affected['versions']);
  const entries = all.filter((each) => !isCommit(each));
  const naming = namingOf(affected, entries);
  if (naming === null) return [];
  if (isOfCommits(affected)) return [{ ...naming, ...openBut(all), otherwise: 'unknown' }];
  const compare = orderNamed(naming.order).comparator();
  const first = exceptionsIn(entries);
  const others = entries.filter((each) => !first.has(each));
  const { intervals, versions } = listsOf(entries, 'affected', compare);
  const unknown = everyOf(listsOf(entries, 'unknown', compare));
  const isNoneNamed = intervals.length + versions.length + unknown.length === 0;
  const told = otherwiseOf(affected['defaultStatus'], all, isNoneNamed);
  // Words around a version, `2.0 and earlier`, leave open what they are about.
  const otherwise = told ?? (versions.every(isPlainVersion) ? null : 'unknown');
  // Only unaffected versions are named, and the others are not either.
  if (otherwise === null && isNoneNamed) return [];
  return [
    {
      ...naming,
      ...partOf({
        intervals,
        versions,
        excepted: everyOf(listsOf([...first], 'unaffected', compare)).filter(isBounded),
        unaffected: otherwise === null ? [] : everyOf(listsOf(others, 'unaffected', compare)),
        unknown: otherwise === 'unknown' ? [] : unknown,
      }),
      ...(otherwise === null ? {} : { otherwise }),
    },
  ];
}

/** Without what is empty. */
function partOf(
  lists: Required<Pick<ProductVersions, 'intervals' | 'versions' | 'excepted' | 'unaffected' | 'unknown'>>,
): Partial<typeof lists> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

/**
 * The first entry that a version matches decides (CVE record format, "Version Status Decision Algorithm"): what stands before entries of
 * another status is no part of those. Words and all versions at once match none.
 */
function exceptionsIn(entries: readonly Fields[]): ReadonlySet<Fields> {
  const last = entries.findLastIndex((each) => mayBe(each, 'affected') || mayBe(each, 'unknown'));
  const before = entries.slice(0, Math.max(last, 0));
  return new Set(before.filter((each) => mayBe(each, 'unaffected') && isExact(each)));
}

function mayBe({ status, changes }: Fields, wanted: string): boolean {
  return status === wanted || childrenOf(changes).some((change) => change['status'] === wanted);
}

function isExact(entry: Fields): boolean {
  const version = textOf(entry['version']) ?? '';
  return endOf(entry) !== null || (isPlainVersion(version) && !isEveryVersion(version));
}

/** An exception of everything is none. */
function isBounded({ from, before, upTo }: VersionInterval): boolean {
  return (from ?? before ?? upTo) !== null;
}

function everyOf({ intervals, versions }: Lists): readonly VersionInterval[] {
  return [...intervals, ...versions.map(only)];
}

/**
 * Left out it is `unknown`; but where affected versions are listed, most records mean that the others are not. An
 * affected version without a name ("n/a") is one that nobody can be told from.
 */
function otherwiseOf(
  defaultStatus: unknown,
  entries: readonly Fields[],
  isNoneNamed: boolean,
): 'affected' | 'unknown' | null {
  if (defaultStatus === 'affected') return 'affected';
  if (defaultStatus === 'unknown' || entries.length === 0) return 'unknown';
  const isAnyAffected = entries.some(({ status }) => status === 'affected');
  const isAnyUnknown = entries.some(({ status }) => status === 'unknown');
  if ((isAnyAffected || isAnyUnknown) && isNoneNamed) return 'unknown';
  return isAnyAffected || defaultStatus === 'unaffected' ? null : 'unknown';
}

function namingOf(affected: Fields, entries: readonly Fields[]): Naming | null {
  const byPurl = namedByPurl(textOf(affected['packageURL']) ?? '');
  if (byPurl !== null) return byPurl.naming;
  const name = textOf(affected['packageName']);
  const collection = textOf(affected['collectionURL']) ?? '';
  const type = COLLECTIONS.find(([host]) => host.test(collection))?.[1];
  if (name !== null && type !== undefined) {
    const key = packageKey(type, type === 'maven' ? name.replace(':', '/') : name);
    return { key, naming: 'purl', order: orderOfPackage(type) };
  }
  const product = textOf(affected['product']) ?? name;
  const vendor = textOf(affected['vendor']);
  if (product === null || product === 'n/a') return null;
  return namedByProduct(vendor === 'n/a' ? null : vendor, product, orderIn(entries));
}

function orderIn(entries: readonly Fields[]): VersionOrderName | null {
  const types = entries.flatMap(({ versionType }) => textOf(versionType)?.toLowerCase() ?? []);
  const [first] = types;
  if (first === undefined || types.some((each) => each !== first)) return null;
  return ownValue(ORDERS_OF_TYPES, first) ?? null;
}

type Status = 'affected' | 'unaffected' | 'unknown';

interface Lists {
  readonly intervals: VersionInterval[];
  readonly versions: string[];
}

/** The versions with one status: an entry begins with its own and goes on with that of each change. */
function listsOf(entries: readonly Fields[], wanted: Status, compare: VersionOrder['compare']): Lists {
  const lists: Lists = { intervals: [], versions: [] };
  for (const entry of entries) {
    const version = textOf(entry['version']);
    if (version === null) continue;
    const end = endOf(entry);
    if (end === null) {
      if (entry['status'] === wanted) addOne(lists, version);
    } else addChanging(lists, entry, { from: start(version), ...end }, { wanted, compare });
  }
  return lists;
}

const EVERY: VersionSet = { intervals: [ALL], versions: [] };

/** What stands for all (`*`, `all`), for none (`n/a`, `unspecified`) or for some (`< 9.5.3`) is no version. */
function addOne({ intervals, versions }: Lists, version: string): void {
  if (/^(n\/a|unspecified|unknown|-)$/i.test(version)) return;
  const some = isEveryVersion(version) ? EVERY : readVersionExpression(version);
  intervals.push(...(some?.intervals ?? []));
  versions.push(...(some?.versions ?? [version]));
}

function addChanging(
  { intervals }: Lists,
  entry: Fields,
  { from, before, upTo }: VersionInterval,
  { wanted, compare }: { readonly wanted: Status; readonly compare: VersionOrder['compare'] },
): void {
  let status = entry['status'];
  let begin = from;
  const changes = childrenOf(entry['changes']).flatMap((change) => {
    const at = textOf(change['at']);
    return at === null ? [] : [{ at, status: change['status'] }];
  });
  // Not everybody writes them in the order of their versions.
  for (const change of changes.toSorted((a, b) => compare(a.at, b.at) ?? 0)) {
    const { at } = change;
    if (status === wanted) intervals.push({ from: begin, before: at, upTo: null });
    status = change.status;
    begin = at;
  }
  if (status === wanted) intervals.push({ from: begin, before, upTo });
}

/**
 * `null` where an entry is of one version. `*` is without end, and `5.15.*` the end of all that begins with 5.15: in either way of writing
 * it, nothing is mended there.
 */
function endOf(entry: Fields): Pick<VersionInterval, 'before' | 'upTo'> | null {
  const before = textOf(entry['lessThan']);
  const upTo = textOf(entry['lessThanOrEqual']);
  if (before === null && upTo === null) return null;
  const branch = [upTo, before].find((each) => each?.endsWith('.*')) ?? null;
  return {
    before: before?.endsWith('*') === true ? null : before,
    upTo: branch?.replace(/(?:\.\*)+$/, `.${LARGEST}`) ?? (upTo === '*' ? null : upTo),
  };
}

function start(version: string): string | null {
  return /^(0|\*|n\/a|unspecified|-)$/i.test(version) ? null : version;
}

function only(version: string): VersionInterval {
  return { from: version, before: null, upTo: version };
}
