import {
  type InstalledComponent,
  type MatchStatus,
  type ProductVersions,
  type VersionOrderName,
  type VexStatement,
  type VexStatus,
} from '../model/index.ts';
import type { AdvisoryIndex, IndexedProduct } from './advisory-index.ts';
import type { MatchConfidence, MatchedVulnerability } from './matched-vulnerability.ts';
import type { NamedVulnerability } from './named-vulnerability.ts';
import { contextName } from './naming.ts';
import { isModular, isSameModule } from './modularity.ts';
import { isSameMaker } from './product-name.ts';
import { byWeight } from './sayings.ts';
import { type VersionVerdict, verdictOn } from './version-range.ts';
import type { VersionOrder } from './versions/order.ts';
import { orderNamed, orderOfPackage } from './versions/orders.ts';

/** What a component is part of: the product that its bill is of, and the firmware around it. */
export type Surroundings = readonly InstalledComponent[];

const NONE: readonly never[] = [];

/** All vulnerabilities of one component that the advisories know, also those that cannot be decided. */
export function matchesOf(
  component: InstalledComponent,
  around: Surroundings,
  index: AdvisoryIndex,
): readonly MatchedVulnerability[] {
  const matches: MatchedVulnerability[] = [];
  const words: Looked['words'] = new Map();
  for (const key of component.keys) {
    for (const indexed of index.at(key)) {
      matches.push(...matchesWith({ component, around, words }, indexed, index));
    }
  }
  return matches;
}

/** A component that is looked at. */
interface Looked {
  readonly component: InstalledComponent;
  readonly around: Surroundings;
  /** The word on it in each list, once it was looked for: many advisories may share one. */
  readonly words: Map<readonly VexStatement[], VexStatement | null>;
}

/** One for each vulnerability of the advisory: makers, catalogues and forecasts speak of each by itself. */
function matchesWith(
  looked: Looked,
  { advisory, product }: IndexedProduct,
  index: AdvisoryIndex,
): readonly MatchedVulnerability[] {
  const { component, around } = looked;
  if (advisory.withdrawn) return NONE;
  const sameness = samenessOf(component, product);
  if (sameness === null || (advisory.source === 'osv' && isOfOtherSource(component, product))) return NONE;
  const order = orderFor(component, product);
  const verdict = verdictOn(product, versionOf(component, product), order);
  if (verdict.outcome === 'not_affected') return NONE;
  return index.vulnerabilitiesOf(advisory).map((vulnerability) => {
    const vex = wordOn(vulnerability, looked);
    return {
      name: vulnerability.name,
      advisory: advisory.id,
      source: advisory.source,
      modified: advisory.modified,
      component: component.name,
      version: component.version,
      status: statusOf(verdict, sameness, isAround(product, around), vex?.status ?? null),
      method: product.naming,
      comparator: verdict.byOrder ? order.name : 'listed',
      confidence: sameness.confidence,
      cvss: product.cvss ?? advisory.cvss ?? vulnerability.score,
      fixedVersion: verdict.fixed,
      vex:
        vex === null
          ? null
          : { document: vex.document, status: vex.status, justification: vex.justification },
    };
  });
}

/** How surely a statement speaks of a component. */
interface Sameness {
  readonly confidence: MatchConfidence;
  /** Whether it is known to speak of the release of the distribution, and of the module, that the component is of. */
  readonly isPlaceKnown: boolean;
}

/** `null` where it speaks of something else. */
function samenessOf(component: InstalledComponent, product: ProductVersions): Sameness | null {
  const { vendor, release } = component;
  if (product.packaging === 'binary' && component.keys[0] !== product.key) return null;
  if (product.naming === 'purl' || product.naming === 'bom') {
    const isReleaseKnown = product.release === undefined || release !== undefined;
    if (isReleaseKnown && product.release !== undefined && product.release !== release) return null;
    const isSame = isSameModule(component, product);
    return isSame === false ? null : { confidence: 'high', isPlaceKnown: isReleaseKnown && isSame === true };
  }
  if (vendor === undefined || product.vendor === undefined) return { confidence: 'low', isPlaceKnown: true };
  if (!isSameMaker(vendor, product.vendor)) return null;
  return { confidence: product.naming === 'product' ? 'medium' : 'low', isPlaceKnown: true };
}

/** Distributions whose advisories in OSV are on source packages, which may be called as a package that is built from another. */
const BY_SOURCE = /^(deb\/(debian|ubuntu)|apk\/alpine)\//;

function isOfOtherSource({ keys: [own, source] }: InstalledComponent, { key }: ProductVersions): boolean {
  return own === key && BY_SOURCE.test(key) && source !== undefined && BY_SOURCE.test(source);
}

/**
 * What is said of a source package is held against that one's version. Of an RPM package its epoch is mostly not told: what
 * counts by one cannot be compared with it.
 */
function versionOf({ source, version }: InstalledComponent, product: ProductVersions): string | null {
  if (source?.key !== product.key) return version;
  const isEpochMissing = product.order === 'rpm' && !/^\d+:/.test(source.version);
  return isEpochMissing && countsByEpoch(product) ? null : source.version;
}

function countsByEpoch({ versions = [], ...product }: ProductVersions): boolean {
  const { intervals = [], excepted = [], unaffected = [], unknown = [] } = product;
  const bounds = [...intervals, ...excepted, ...unaffected, ...unknown].flatMap(
    ({ from, after, before, upTo }) => [from, after, before, upTo],
  );
  return [...bounds, ...versions].some((each) => /^0*[1-9]\d*:/.test(each ?? ''));
}

const MAKERS_OWN: readonly VersionOrderName[] = ['firmware', 'cisco_ios', 'cisco_asa', 'junos'];
const GENERIC: readonly VersionOrderName[] = ['semver', 'firmware'];
const OWN_SINCE: readonly string[] = ['composer', 'nuget', 'pub', 'julia'];

/**
 * The statement's own order; where it has none but dotted numbers, what the component's maker uses. That goes also before semver for
 * firmware: records call versions so that are none.
 */
function orderFor(component: InstalledComponent, product: ProductVersions): VersionOrder {
  const isMakersOwn = MAKERS_OWN.includes(component.order);
  const isGeneric = product.order === 'dotted' || (GENERIC.includes(product.order) && isMakersOwn);
  if (isGeneric) return orderNamed(component.order);
  // Records of older releases say so of packages that have an order of their own now.
  const type = product.order === 'semver' ? product.key.slice(0, product.key.indexOf('/')) : '';
  return orderNamed(OWN_SINCE.includes(type) ? orderOfPackage(type) : product.order);
}

function statusOf(
  { outcome }: VersionVerdict,
  { confidence, isPlaceKnown }: Sameness,
  isInContext: boolean,
  vex: VexStatus | null,
): MatchStatus {
  if (vex === 'not_affected' || vex === 'fixed') return vex;
  if (outcome === 'indeterminate' || !isPlaceKnown) return 'indeterminate';
  return confidence === 'low' || !isInContext ? 'potential' : 'affected';
}

/** Whether what a product must run upon, or be part of, is there. */
function isAround({ context, within }: ProductVersions, around: Surroundings): boolean {
  if (within?.some((whole) => around.some((each) => isOneOf(each, whole))) === false) return false;
  if (context === undefined) return true;
  return around.some(({ keys }) => keys.some((key) => context.includes(contextName(key))));
}

/** Whether it is the product that is meant, and surely in one of the versions that are. */
function isOneOf(component: InstalledComponent, product: ProductVersions): boolean {
  const { keys, vendor, release } = component;
  if (!isNamed(keys, product.key)) return false;
  if (vendor !== undefined && product.vendor !== undefined && !isSameMaker(vendor, product.vendor))
    return false;
  if (product.release !== undefined && product.release !== release) return false;
  return (
    verdictOn(product, versionOf(component, product), orderFor(component, product)).outcome === 'affected'
  );
}

/** Bills and documents call a product by a package URL or by its plain name; two package URLs are two products. */
function isNamed(keys: readonly string[], named: string): boolean {
  if (keys.includes(named)) return true;
  if (!isPlain(named) && !keys.every(isPlain)) return false;
  return keys.some((key) => contextName(key) === contextName(named));
}

/** A reference into a bill says nothing of its name. */
function isPlain(key: string): boolean {
  return key.startsWith('product/') || key.startsWith('bom/');
}

/** The maker's newest word on a vulnerability in a component, or in what it is part of. */
function wordOn({ words }: NamedVulnerability, looked: Looked): VexStatement | null {
  let most: VexStatement | null = null;
  for (const list of words) {
    const word = wordIn(list, looked);
    if (word !== null && (most === null || byWeight(word, most) < 0)) most = word;
  }
  return most;
}

function wordIn(list: readonly VexStatement[], { component, around, words }: Looked): VexStatement | null {
  const known = words.get(list);
  if (known !== undefined) return known;
  const all = [component, ...around];
  const word = list.find(({ products, status }) =>
    products.some((product) => speaksOf(product, status, all) && isAround(product, around)),
  );
  words.set(list, word ?? null);
  return word ?? null;
}

/** A word on a product holds for what is in it. A name that is only guessed silences nothing. */
function speaksOf(
  product: ProductVersions,
  status: VexStatus,
  components: readonly InstalledComponent[],
): boolean {
  return components.some((each) => {
    if (!each.keys.includes(product.key)) return false;
    if ((status === 'not_affected' || status === 'fixed') && !isSurelyOf(product, each)) return false;
    const sameness = samenessOf(each, product);
    if (sameness === null || !sameness.isPlaceKnown) return false;
    return verdictOn(product, versionOf(each, product), orderFor(each, product)).outcome === 'affected';
  });
}

/**
 * An RPM package is called as its source is, and as the packages of modules are: what is said of one is no comfort for the others. Records of
 * older releases do not tell which is meant.
 */
function isSurelyOf(product: ProductVersions, component: InstalledComponent): boolean {
  if (product.naming !== 'purl' || product.order !== 'rpm') return true;
  const isOwn = component.keys[0] === product.key || product.packaging === 'source';
  const isAnyVersion = product.versions === undefined && product.intervals === undefined;
  return isOwn && !(isAnyVersion && product.module === undefined && isModular(component));
}
