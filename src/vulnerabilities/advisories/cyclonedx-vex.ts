import { ownValue, type ProductVersions, type VexStatement, type VexStatus } from '../../model/index.ts';
import { cvssOf } from '../cvss.ts';
import { childrenOf, decoded, type Fields, fieldsOf, instantOf, numberOf, textOf } from '../fields.ts';
import { type Naming, namedByProduct, namedByPurl, namedInBill } from '../naming.ts';
import { readVers } from '../vers.ts';
import type { VexDocument } from './csaf.ts';
import { advisoriesOf } from './openvex.ts';

/** CycloneDX's states of an analysis, as the four of VEX. */
const STATES: Readonly<Record<string, VexStatus>> = {
  exploitable: 'affected',
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  in_triage: 'under_investigation',
};

/** The vulnerabilities of a CycloneDX document, 1.4 to 1.6. */
export function readCycloneDxVex(bom: Fields): VexDocument {
  const serial = textOf(bom['serialNumber']);
  const { timestamp, component } = fieldsOf(bom['metadata']);
  const at = instantOf(timestamp);
  const own = ownRefs(bom, fieldsOf(component), serial);
  const document = serial ?? textOf(fieldsOf(component)['name']) ?? 'cyclonedx';
  const vulnerabilities = childrenOf(bom['vulnerabilities']);
  const read = vulnerabilities.map((each) => statementsOf(each, document, at, own));
  const statements = read.flat();
  const left = vulnerabilities.filter((_, index) => read[index]?.length === 0);
  return {
    statements,
    advisories: advisoriesOf('cyclonedx', statements),
    refused: left.map((each) => `vulnerability ${namesOf(each)[0] ?? 'without an id'}: ${whyNone(each)}`),
  };
}

/** Scanners write what they found as makers write what they say of it, without an analysis. */
function whyNone(vulnerability: Fields): string {
  const { state } = fieldsOf(vulnerability['analysis']);
  return ownValue(STATES, textOf(state) ?? '') === undefined
    ? `its analysis.state is none of ${Object.keys(STATES).join(', ')}: it is nobody's word on the product`
    : 'it affects nothing that the document or a package URL names';
}

function statementsOf(
  vulnerability: Fields,
  document: string,
  at: number | null,
  own: ReadonlyMap<string, ProductVersions>,
): readonly VexStatement[] {
  const { state, justification } = fieldsOf(vulnerability['analysis']);
  const status = ownValue(STATES, textOf(state) ?? '');
  const vulnerabilities = namesOf(vulnerability);
  if (vulnerabilities.length === 0) return [];
  const of = { document, vulnerabilities, at, cvss: scoreOf(vulnerability) };
  const sides = childrenOf(vulnerability['affects']).flatMap((each) => sidesOf(each, own));
  return [
    ...Map.groupBy(sides, ({ status: side }) => (side === 'unaffected' ? 'not_affected' : status)),
  ].flatMap(([each, found]) =>
    each === undefined
      ? []
      : [
          {
            ...of,
            status: each,
            justification: each === 'not_affected' ? textOf(justification) : null,
            products: found.map(({ product }) => product),
          },
        ],
  );
}

function namesOf(vulnerability: Fields): readonly string[] {
  const references = childrenOf(vulnerability['references']);
  return [vulnerability['id'], ...references.map(({ id }) => id)].flatMap((each) => textOf(each) ?? []);
}

/** The score of whoever assigned it: a maker's own of 0 says that it is not affected, and the state says that too. */
function scoreOf(vulnerability: Fields): number | null {
  for (const { score, vector, method } of childrenOf(vulnerability['ratings'])) {
    if (typeof method === 'string' && !method.startsWith('CVSS')) continue;
    const base = numberOf(score, 0.1, 10) ?? cvssOf(textOf(vector) ?? '');
    if (base !== null) return base;
  }
  return null;
}

/** References within this document, by what is said there of the component. */
function ownRefs(bom: Fields, subject: Fields, serial: string | null): ReadonlyMap<string, ProductVersions> {
  const refs = new Map<string, ProductVersions>();
  for (const each of [subject, ...childrenOf(bom['components'])]) {
    const ref = textOf(each['bom-ref']);
    const name = textOf(each['name']);
    if (ref === null || name === null) continue;
    const byPurl = namedByPurl(textOf(each['purl']) ?? '')?.naming;
    const inBill = serial === null ? null : namedInBill(serial, ref);
    const vendor = textOf(fieldsOf(each['supplier'])['name']) ?? textOf(each['group']);
    const version = textOf(each['version']);
    const naming = byPurl ?? inBill ?? namedByProduct(vendor, name);
    refs.set(ref, version === null ? naming : { ...naming, versions: [version] });
  }
  return refs;
}

interface Side {
  readonly status: 'affected' | 'unaffected' | null;
  readonly product: ProductVersions;
}

function sidesOf(affects: Fields, own: ReadonlyMap<string, ProductVersions>): readonly Side[] {
  const referred = referredTo(textOf(affects['ref']) ?? '', own);
  if (referred === null) return [];
  const entries = childrenOf(affects['versions']);
  if (entries.length === 0) return [{ status: null, product: referred }];
  const { versions: _, ...naming } = referred;
  const byStatus = Map.groupBy(entries, ({ status }) =>
    status === 'unaffected' ? 'unaffected' : 'affected',
  );
  return [...byStatus].map(([status, all]) => ({
    status,
    product: { ...naming, ...versionsOf(all, naming) },
  }));
}

/** By a purl, by a link into another bill (`urn:cdx:serial/version#ref`), or by a reference of its own. */
function referredTo(ref: string, own: ReadonlyMap<string, ProductVersions>): ProductVersions | null {
  const [, serial, within] = /^urn:cdx:([0-9a-f-]+\/\d+)#(.+)$/i.exec(ref) ?? [];
  if (serial !== undefined && within !== undefined) return namedInBill(serial, decoded(within));
  const told = own.get(ref);
  if (told !== undefined) return told;
  const named = namedByPurl(ref);
  if (named === null) return null;
  return named.version === null ? named.naming : { ...named.naming, versions: [named.version] };
}

function versionsOf(entries: readonly Fields[], { order }: Naming): Partial<ProductVersions> {
  const versions = entries.flatMap(({ version }) => textOf(version) ?? []);
  const ranges = entries.flatMap(({ range }) => textOf(range) ?? []).map(readVers);
  const intervals = ranges.flatMap((each) => each?.intervals ?? []);
  return {
    order: ranges.flatMap((each) => each?.order ?? [])[0] ?? order,
    ...(intervals.length === 0 ? {} : { intervals }),
    ...(versions.length === 0 ? {} : { versions }),
    ...(ranges.includes(null) ? { otherwise: 'unknown' as const } : {}),
  };
}
