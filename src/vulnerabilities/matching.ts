import type {
  InstalledComponent,
  MatchStatus,
  ProductVersions,
  VexStatement,
  VexStatus,
} from '../model/index.ts';
import { type AdvisoryIndex, type IndexedProduct, namesOf } from './advisory-index.ts';
import type { MatchConfidence, MatchedVulnerability } from './matched-vulnerability.ts';
import { contextName } from './naming.ts';
import { isSameModule } from './modularity.ts';
import { isSameMaker } from './product-name.ts';
import { type VersionVerdict, verdictOn } from './version-range.ts';
import type { VersionOrder } from './versions/order.ts';
import { orderNamed } from './versions/orders.ts';

/** What a component is part of: the product that its bill is of, and the firmware around it. */
export type Surroundings = readonly InstalledComponent[];

/** All vulnerabilities of one component that the advisories know, also those that cannot be decided. */
export function matchesOf(
  component: InstalledComponent,
  around: Surroundings,
  index: AdvisoryIndex,
): readonly MatchedVulnerability[] {
  const matches: MatchedVulnerability[] = [];
  for (const key of component.keys) {
    for (const indexed of index.at(key)) {
      const match = matchOf(component, indexed, around, index);
      if (match !== null) matches.push(match);
    }
  }
  return matches;
}

function matchOf(
  component: InstalledComponent,
  { advisory, product }: IndexedProduct,
  around: Surroundings,
  index: AdvisoryIndex,
): MatchedVulnerability | null {
  if (advisory.withdrawn) return null;
  const sameness = samenessOf(component, product);
  if (sameness === null) return null;
  const order = orderFor(component, product);
  const verdict = verdictOn(product, component.version, order);
  if (verdict.outcome === 'not_affected') return null;
  const names = [...namesOf(advisory)];
  const vex = wordOn(names, component, around, index);
  return {
    name: names.find((name) => name.startsWith('CVE-')) ?? advisory.id,
    advisory: advisory.id,
    source: advisory.source,
    modified: advisory.modified,
    component: component.name,
    version: component.version,
    status: statusOf(verdict, sameness, isAround(product, around), vex?.status ?? null),
    method: product.naming,
    comparator: verdict.byOrder ? order.name : 'listed',
    confidence: sameness.confidence,
    cvss: advisory.cvss ?? scoreAmong(names, index),
    fixedVersion: verdict.fixed,
    vex:
      vex === null ? null : { document: vex.document, status: vex.status, justification: vex.justification },
  };
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

/** The statement's own order; where it has none but dotted numbers, what the component's maker uses. */
function orderFor(component: InstalledComponent, product: ProductVersions): VersionOrder {
  return orderNamed(product.order === 'dotted' ? component.order : product.order);
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
function isAround({ context }: ProductVersions, around: Surroundings): boolean {
  if (context === undefined) return true;
  return around.some(({ keys }) => keys.some((key) => context.includes(contextName(key))));
}

/** The maker's newest word on a vulnerability in a component, or in what it is part of. */
function wordOn(
  names: readonly string[],
  component: InstalledComponent,
  around: Surroundings,
  index: AdvisoryIndex,
): VexStatement | null {
  let word: VexStatement | null = null;
  for (const name of names) {
    for (const statement of index.statementsOn(name)) {
      // Records of older releases may hold one without a status: it says nothing.
      if (!CAUTION.includes(statement.status)) continue;
      if (word !== null && !isNewer(statement, word)) continue;
      if (statement.products.some((product) => speaksOf(product, component, around))) word = statement;
    }
  }
  return word;
}

/** Of two words at one time the more worrying. */
const CAUTION: readonly VexStatus[] = ['not_affected', 'fixed', 'under_investigation', 'affected'];

function isNewer(a: VexStatement, b: VexStatement): boolean {
  const later = (a.at ?? 0) - (b.at ?? 0);
  return later > 0 || (later === 0 && CAUTION.indexOf(a.status) > CAUTION.indexOf(b.status));
}

/** A word on a product holds for what is in it. A name that is only guessed silences nothing. */
function speaksOf(product: ProductVersions, component: InstalledComponent, around: Surroundings): boolean {
  if (!isAround(product, around)) return false;
  return [component, ...around].some((each) => {
    if (!each.keys.includes(product.key)) return false;
    const sameness = samenessOf(each, product);
    if (sameness === null || !sameness.isPlaceKnown) return false;
    return verdictOn(product, each.version, orderFor(each, product)).outcome === 'affected';
  });
}

/** Many advisories tell no score where another of the same vulnerability does. */
function scoreAmong(names: readonly string[], index: AdvisoryIndex): number | null {
  let score: number | null = null;
  for (const name of names) {
    for (const { cvss } of index.named(name)) if (cvss !== null) score = Math.max(score ?? 0, cvss);
  }
  return score;
}
