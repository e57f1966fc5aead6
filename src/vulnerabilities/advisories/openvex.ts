import type { Advisory, ProductVersions, VexStatement } from '../../model/index.ts';
import { VEX_STATUSES } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf, textsOf } from '../fields.ts';
import { contextName, namedByCpe, namedByPurl } from '../naming.ts';
import type { VexDocument } from './csaf.ts';

/** OpenVEX 0.0 to 0.2: products by package URL or CPE; sub-components stand for themselves. `null` where it is none. */
export function readOpenVex(document: Fields): VexDocument | null {
  const id = textOf(document['@id']);
  if (id === null) return null;
  const written = instantOf(document['timestamp']);
  const read = childrenOf(document['statements']).map((each) => statementOf(each, id, written));
  const statements = read.flatMap((each) => (typeof each === 'string' ? [] : [each]));
  return {
    statements,
    advisories: advisoriesOf('openvex', statements),
    refused: read.flatMap((each, index) =>
      typeof each === 'string' ? [`statement ${index + 1}: ${each}`] : [],
    ),
  };
}

/** What makers call affected is an advisory, one for each vulnerability of a document; where they no longer do, it is taken back. */
export function advisoriesOf(
  source: 'openvex' | 'cyclonedx',
  statements: readonly VexStatement[],
): readonly Advisory[] {
  const byId = Map.groupBy(statements, ({ document, vulnerabilities: [name = ''] }) => `${document}/${name}`);
  return [...byId].map(([id, all]) => {
    const affected = all.filter(({ status }) => status === 'affected');
    return {
      source,
      id,
      aliases: [...new Set(all.flatMap(({ vulnerabilities }) => vulnerabilities))],
      modified: (affected[0] ?? all[0])?.at ?? null,
      withdrawn: affected.length === 0,
      cvss: affected.find(({ cvss }) => cvss !== null)?.cvss ?? null,
      products: affected.flatMap(({ products }) => products),
    };
  });
}

/** Where nothing of it can be taken, why. */
function statementOf(statement: Fields, document: string, written: number | null): VexStatement | string {
  const status = VEX_STATUSES.find((each) => each === statement['status']);
  const vulnerabilities = namesOf(statement['vulnerability']);
  const products = listedIn(statement).flatMap(productsOf);
  if (status === undefined) return `its status is none of ${VEX_STATUSES.join(', ')}`;
  if (vulnerabilities.length === 0) return 'it names no vulnerability';
  if (products.length === 0) return 'it names no product by a package URL or a CPE';
  return {
    document,
    vulnerabilities,
    status,
    justification: textOf(statement['justification']),
    at: instantOf(statement['timestamp']) ?? written,
    cvss: null,
    products,
  };
}

/** 0.0 wrote identifiers alone, and sub-components beside the products. */
function listedIn({ products, subcomponents }: Fields): readonly Fields[] {
  const inside = textsOf(subcomponents).map((id) => ({ '@id': id }));
  const plain = textsOf(products).map((id) => ({ '@id': id, subcomponents: inside }));
  return plain.length > 0 ? plain : childrenOf(products);
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

/** What is said of a sub-component holds within the product. */
function productsOf(product: Fields): readonly ProductVersions[] {
  const own = identified(product);
  const inside = childrenOf(product['subcomponents']).flatMap((each) => identified(each) ?? []);
  if (inside.length === 0) return own === null ? [] : [own];
  if (own === null) return [];
  return inside.map((each) => ({ ...each, context: [contextName(own.key)] }));
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
