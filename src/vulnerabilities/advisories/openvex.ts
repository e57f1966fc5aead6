import type { Advisory, ProductVersions, VexStatement } from '../../model/index.ts';
import { LIMITS, VEX_STATUSES } from '../../model/index.ts';
import {
  childrenOf,
  type Fields,
  fieldsOf,
  idOf,
  instantOf,
  revisionOf,
  textOf,
  textsOf,
} from '../fields.ts';
import { namedByCpe, namedByPurl } from '../naming.ts';
import type { VexDocument } from './csaf.ts';
import { refusalAbove, refusalOfBytes } from './vex-bounds.ts';

/** What a statement has from its document, where it does not say so itself. */
interface Issue {
  readonly source: 'openvex';
  readonly document: string;
  readonly at: number | null;
  readonly revision?: number;
}

/** OpenVEX 0.0 to 0.2: products by package URL or CPE; sub-components stand for themselves. `null` where it is none. */
export function readOpenVex(document: Fields): VexDocument | null {
  const id = idOf(document['@id']);
  if (id === null) return null;
  const said = childrenOf(document['statements']);
  const most = whyTooMany(said);
  if (most !== null) return { statements: [], advisories: [], refused: [most] };
  const issue: Issue = {
    source: 'openvex',
    document: id,
    at: lastSaid(document),
    ...revisionOf(document['version']),
  };
  const read = said.map((each) => statementOf(each, issue));
  const statements = read.flatMap((each) => (typeof each === 'string' ? [] : [each]));
  return {
    statements,
    advisories: advisoriesOf('openvex', statements),
    refused: read.flatMap((each, index) =>
      typeof each === 'string' ? [`statement ${index + 1}: ${each}`] : [],
    ),
  };
}

/** `timestamp` stays that of the first issue. */
function lastSaid({ timestamp, last_updated: updated }: Fields): number | null {
  return instantOf(updated) ?? instantOf(timestamp);
}

/** How many products it is about, before any is read; `null` for not too many. */
function whyTooMany(statements: readonly Fields[]): string | null {
  let written = 0;
  let multiplied = 0;
  let bytes = 0;
  for (const { products, subcomponents } of statements) {
    const plain = textsOf(products).length;
    // In 0.0 each sub-component stands for one in every product.
    if (plain > 0) multiplied += plain * lengthOf(subcomponents);
    for (const each of childrenOf(products)) {
      const components = lengthOf(each['subcomponents']);
      written += Math.max(1, components);
      // What is said of each component holds within the product, which stands with each of them.
      if (components > 1) bytes += components * JSON.stringify(identifiedIn([each])).length;
    }
  }
  return (
    refusalAbove(multiplied, LIMITS.vexProductsMultiplied, 'components in products') ??
    refusalAbove(written, LIMITS.vexProducts, 'products and components in products') ??
    refusalOfBytes(bytes)
  );
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** What makers call affected is an advisory, one for each vulnerability of a document; where they no longer do, it is taken back. */
export function advisoriesOf(
  source: 'openvex' | 'cyclonedx',
  statements: readonly VexStatement[],
): readonly Advisory[] {
  const byId = Map.groupBy(statements, ({ document, vulnerabilities: [name = ''] }) => `${document}/${name}`);
  return [...byId].map(([id, all]) => {
    const affected = all.filter(({ status }) => status === 'affected');
    const said = affected[0] ?? all[0];
    return {
      source,
      id,
      aliases: [...new Set(all.flatMap(({ vulnerabilities }) => vulnerabilities))],
      modified: said?.at ?? null,
      ...(said?.revision === undefined ? {} : { revision: said.revision }),
      withdrawn: affected.length === 0,
      cvss: affected.find(({ cvss }) => cvss !== null)?.cvss ?? null,
      products: affected.flatMap(({ products }) => products),
    };
  });
}

/** Where nothing of it can be taken, why. */
function statementOf(statement: Fields, issue: Issue): VexStatement | string {
  const status = VEX_STATUSES.find((each) => each === statement['status']);
  const vulnerabilities = namesOf(statement['vulnerability']);
  const products = productsIn(statement);
  if (status === undefined) return `its status is none of ${VEX_STATUSES.join(', ')}`;
  if (vulnerabilities.length === 0) return 'it names no vulnerability';
  if (products.length === 0) return 'it names no product by a package URL or a CPE';
  return {
    ...issue,
    vulnerabilities,
    status,
    justification: textOf(statement['justification']),
    at: lastSaid(statement) ?? issue.at,
    cvss: null,
    products,
  };
}

/** 0.0 wrote identifiers alone, and sub-components beside the products. */
function productsIn({ products, subcomponents }: Fields): readonly ProductVersions[] {
  const plain = textsOf(products);
  if (plain.length === 0) return childrenOf(products).flatMap(productsOf);
  const whole = identifiedIn(plain.map((id) => ({ '@id': id })));
  return partsOf(whole, subcomponents, identifiedIn(textsOf(subcomponents).map((id) => ({ '@id': id }))));
}

/** 0.0 wrote the name alone, 0.2 an object. */
function namesOf(vulnerability: unknown): readonly string[] {
  const plain = textOf(vulnerability);
  if (plain !== null) return [plain];
  const { name, aliases, '@id': id } = fieldsOf(vulnerability);
  // An id alone is the address of a page on it.
  const page = textOf(id);
  const own = textOf(name) ?? /CVE-\d{4}-\d{4,12}$/.exec(page ?? '')?.[0] ?? page;
  return [...(own === null ? [] : [own]), ...textsOf(aliases)];
}

function productsOf(product: Fields): readonly ProductVersions[] {
  const { subcomponents } = product;
  return partsOf(identifiedIn([product]), subcomponents, identifiedIn(childrenOf(subcomponents)));
}

/** What is said of a sub-component holds within the products; all share one list of them. */
function partsOf(
  whole: readonly ProductVersions[],
  listed: unknown,
  inside: readonly ProductVersions[],
): readonly ProductVersions[] {
  // Where none of those that are listed is known by its name, nothing is said of the whole.
  if (!Array.isArray(listed) || listed.length === 0) return whole;
  return whole.length === 0 ? [] : inside.map((each) => ({ ...each, within: whole }));
}

function identifiedIn(products: readonly Fields[]): readonly ProductVersions[] {
  return products.flatMap((each) => identified(each) ?? []);
}

function identified(product: Fields): ProductVersions | null {
  const { purl, cpe23 } = fieldsOf(product['identifiers']);
  const texts = [product['@id'], purl].flatMap((text) => textOf(text) ?? []);
  const byPurl = texts.flatMap((text) => namedByPurl(text) ?? [])[0];
  const found = byPurl ?? namedByCpe(textOf(cpe23) ?? '');
  if (found === null) return null;
  const { naming, version } = found;
  return version === null ? naming : { ...naming, versions: [version] };
}
