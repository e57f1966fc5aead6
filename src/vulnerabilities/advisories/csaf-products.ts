import type { ProductVersions } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, textOf } from '../fields.ts';
import { type Naming, namedByCpe, namedByProduct, namedByPurl } from '../naming.ts';
import { type Place, placed, placeOf, placeWithin } from './csaf-place.ts';
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
  const growing: Growing = { products: new Map(), places: new Map() };
  for (const each of childrenOf(tree['full_product_names'])) addProduct(growing, each, ROOT);
  for (const each of childrenOf(tree['branches'])) addBranch(growing, each, ROOT, 0);
  for (const each of childrenOf(tree['relationships'])) addRelationship(growing, each);
  return growing.products;
}

interface Growing {
  readonly products: Map<string, readonly ProductVersions[]>;
  /** The same ids, as what others are part of. */
  readonly places: Map<string, Place>;
}

function addBranch(growing: Growing, branch: Fields, above: Lineage, depth: number): void {
  if (depth > DEPTH) return;
  const lineage = { ...above, ...lineageOf(branch) };
  if (branch['product'] !== undefined) addProduct(growing, fieldsOf(branch['product']), lineage);
  for (const each of childrenOf(branch['branches'])) addBranch(growing, each, lineage, depth + 1);
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

function addProduct({ products, places }: Growing, product: Fields, lineage: Lineage): void {
  const id = textOf(product['product_id']);
  if (id === null) return;
  const named = productsOf(product, lineage);
  products.set(id, named);
  places.set(id, placeOf(product, named));
}

/** By all its names: a package URL and a CPE beside the maker's own words. */
function productsOf(product: Fields, lineage: Lineage): readonly ProductVersions[] {
  const { purl, cpe } = fieldsOf(product['product_identification_helper']);
  const byPurl = namedByPurl(textOf(purl) ?? '');
  if (byPurl !== null) {
    const isNamed = isNameOf(lineage.version, byPurl.naming);
    return versioned(byPurl.naming, isNamed ? { ...lineage, version: null } : lineage, byPurl.version);
  }
  const byCpe = namedByCpe(textOf(cpe) ?? '');
  const name = lineage.product ?? byCpe?.naming.key.slice('product/'.length) ?? textOf(product['name']);
  if (name === null) return [];
  return versioned(namedByProduct(lineage.vendor, name), lineage, byCpe?.version ?? null);
}

/** A package that is mended in no version yet stands in the place of one, by its name: `kernel`, `kernel.src`, `ruby:2.6/ruby`. */
function isNameOf(version: string | null, { key }: Naming): boolean {
  if (version === null) return false;
  return (
    lastPart(version)
      .toLowerCase()
      .replace(/\.src$/, '') === lastPart(key)
  );
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
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
function addRelationship({ products, places }: Growing, relationship: Fields): void {
  const id = textOf(fieldsOf(relationship['full_product_name'])['product_id']);
  const own = textOf(relationship['product_reference']) ?? '';
  const of = products.get(own);
  const within = places.get(textOf(relationship['relates_to_product_reference']) ?? '');
  if (id === null || of === undefined) return;
  products.set(id, within === undefined ? of : of.map((each) => placed(each, within)));
  const place = places.get(own);
  if (place !== undefined) places.set(id, within === undefined ? place : placeWithin(place, within));
}
