import type { Advisory, ProductVersions, VexStatement } from '../../model/index.ts';
import { VEX_STATUSES } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf, textsOf } from '../fields.ts';
import { contextName, namedByCpe, namedByPurl } from '../naming.ts';
import type { VexDocument } from './csaf.ts';

/** OpenVEX 0.2: products by package URL or CPE; sub-components stand for themselves. `null` where it is none. */
export function readOpenVex(document: Fields): VexDocument | null {
  const id = textOf(document['@id']);
  if (id === null) return null;
  const written = instantOf(document['timestamp']);
  const statements = childrenOf(document['statements']).flatMap((each) => statementOf(each, id, written));
  return { statements, advisories: advisoriesOf('openvex', statements) };
}

/** What makers call affected is an advisory, one for each vulnerability of a document. */
export function advisoriesOf(
  source: 'openvex' | 'cyclonedx',
  statements: readonly VexStatement[],
): readonly Advisory[] {
  const affected = statements.filter(({ status }) => status === 'affected');
  const byId = Map.groupBy(affected, ({ document, vulnerabilities: [name = ''] }) => `${document}/${name}`);
  return [...byId].map(([id, all]) => ({
    source,
    id,
    aliases: [...new Set(all.flatMap(({ vulnerabilities }) => vulnerabilities))],
    modified: all[0]?.at ?? null,
    withdrawn: false,
    cvss: all.find(({ cvss }) => cvss !== null)?.cvss ?? null,
    products: all.flatMap(({ products }) => products),
  }));
}

function statementOf(statement: Fields, document: string, written: number | null): readonly VexStatement[] {
  const status = VEX_STATUSES.find((each) => each === statement['status']);
  const vulnerabilities = namesOf(statement['vulnerability']);
  const products = childrenOf(statement['products']).flatMap(productsOf);
  if (status === undefined || vulnerabilities.length === 0 || products.length === 0) return [];
  return [
    {
      document,
      vulnerabilities,
      status,
      justification: textOf(statement['justification']),
      at: instantOf(statement['timestamp']) ?? written,
      cvss: null,
      products,
    },
  ];
}

/** 0.0 wrote the name alone, 0.2 an object. */
function namesOf(vulnerability: unknown): readonly string[] {
  const plain = textOf(vulnerability);
  if (plain !== null) return [plain];
  const { name, aliases, '@id': id } = fieldsOf(vulnerability);
  const own = textOf(name) ?? textOf(id);
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
