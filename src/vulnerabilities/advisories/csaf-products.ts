import type { ProductVersions } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, textOf } from '../fields.ts';
import { contextName, namedByCpe, namedByProduct, namedByPurl } from '../naming.ts';
import { versionsInRange, versionsNamed } from './csaf-versions.ts';

/** By the product ids of one document: the products, with the versions that each id stands for. */
export type ProductTree = ReadonlyMap<string, readonly ProductVersions[]>;

/** What the branches above a product say of it. */
interface Lineage {
  readonly vendor: string | null;
  readonly product: string | null;
  readonly version: string | null;
  readonly range: string | null;
}

const ROOT: Lineage = { vendor: null, product: null, version: null, range: null };
/** A branch in a branch: deeper trees are nobody's products. */
const DEPTH = 12;

export function csafProducts(tree: Fields): ProductTree {
  const products = new Map<string, readonly ProductVersions[]>();
  for (const each of childrenOf(tree['full_product_names'])) addProduct(products, each, ROOT);
  for (const each of childrenOf(tree['branches'])) addBranch(products, each, ROOT, 0);
  for (const each of childrenOf(tree['relationships'])) addRelationship(products, each);
  return products;
}

type Growing = Map<string, readonly ProductVersions[]>;

function addBranch(products: Growing, branch: Fields, above: Lineage, depth: number): void {
  if (depth > DEPTH) return;
  const lineage = { ...above, ...lineageOf(branch) };
  if (branch['product'] !== undefined) addProduct(products, fieldsOf(branch['product']), lineage);
  for (const each of childrenOf(branch['branches'])) addBranch(products, each, lineage, depth + 1);
}

function lineageOf({ category, name }: Fields): Partial<Lineage> {
  const text = textOf(name);
  if (text === null) return {};
  switch (category) {
    case 'vendor':
      return { vendor: text };
    case 'product_family':
    case 'product_name':
      return { product: text };
    // A service pack is the version in the end: `12.2(55)SE3` of the train `12.2SE`.
    case 'product_version':
    case 'service_pack':
    case 'patch_level':
      return { version: text, range: null };
    case 'product_version_range':
      return { range: text, version: null };
    default:
      return {};
  }
}

function addProduct(products: Growing, product: Fields, lineage: Lineage): void {
  const id = textOf(product['product_id']);
  if (id !== null) products.set(id, productsOf(product, lineage));
}

/** By all its names: a package URL and a CPE beside the maker's own words. */
function productsOf(product: Fields, lineage: Lineage): readonly ProductVersions[] {
  const { purl, cpe } = fieldsOf(product['product_identification_helper']);
  const byPurl = namedByPurl(textOf(purl) ?? '');
  if (byPurl !== null) {
    // Red Hat calls the branch of a package without a version as the package.
    const version = /^v?\d/i.test(lineage.version ?? '') ? lineage.version : null;
    return versioned(byPurl.naming, { ...lineage, version }, byPurl.version);
  }
  const byCpe = namedByCpe(textOf(cpe) ?? '');
  const name = lineage.product ?? byCpe?.naming.key.slice('product/'.length) ?? textOf(product['name']);
  if (name === null) return [];
  return versioned(namedByProduct(lineage.vendor, name), lineage, byCpe?.version ?? null);
}

function versioned(
  naming: Omit<ProductVersions, 'versions'>,
  { version, range }: Lineage,
  told: string | null,
): readonly ProductVersions[] {
  if (range !== null) return [{ ...naming, ...versionsInRange(range) }];
  if (told !== null) return [{ ...naming, versions: [told] }];
  return [version === null ? naming : { ...naming, ...versionsNamed(version) }];
}

/** A component of a product is looked up by its own name, and what is said of it holds within that product. */
function addRelationship(products: Growing, relationship: Fields): void {
  const id = textOf(fieldsOf(relationship['full_product_name'])['product_id']);
  const of = products.get(textOf(relationship['product_reference']) ?? '');
  const within = products.get(textOf(relationship['relates_to_product_reference']) ?? '') ?? [];
  if (id === null || of === undefined) return;
  const context = [...new Set(within.map(({ key }) => contextName(key)))];
  products.set(id, context.length === 0 ? of : of.map((each) => ({ ...each, context })));
}
