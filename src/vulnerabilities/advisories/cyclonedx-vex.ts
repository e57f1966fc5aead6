import {
  LIMITS,
  ownValue,
  type ProductVersions,
  type VexStatement,
  type VexStatus,
} from '../../model/index.ts';
import { cvssOf } from '../cvss.ts';
import {
  childrenOf,
  decoded,
  type Fields,
  fieldsOf,
  instantOf,
  numberOf,
  revisionOf,
  textOf,
} from '../fields.ts';
import { type Naming, namedByProduct, namedByPurl, namedInBill } from '../naming.ts';
import { readVers } from '../vers.ts';
import type { VexDocument } from './csaf.ts';
import { advisoriesOf } from './openvex.ts';
import { refusalAbove, refusalOfBytes } from './vex-bounds.ts';

/** CycloneDX's states of an analysis, as the four of VEX. */
const STATES: Readonly<Record<string, VexStatus>> = {
  exploitable: 'affected',
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  in_triage: 'under_investigation',
};

/** What is said of each vulnerability has this from its document. */
interface Issue {
  readonly source: 'cyclonedx';
  readonly document: string;
  readonly at: number | null;
  readonly revision?: number;
}

/** What a reference stands for, by each of its names. */
type Referred = readonly ProductVersions[];

/** What of a document names products. */
interface Named {
  /** By references within it. */
  readonly refs: ReadonlyMap<string, Referred>;
  /** What the document is of: what it says of anything else holds within that. */
  readonly subject: Referred;
}

/** The vulnerabilities of a CycloneDX document, 1.4 to 1.6. */
export function readCycloneDxVex(bom: Fields): VexDocument {
  const serial = textOf(bom['serialNumber']);
  const { timestamp, component } = fieldsOf(bom['metadata']);
  const subject = fieldsOf(component);
  const issue: Issue = {
    source: 'cyclonedx',
    document: serial ?? textOf(subject['name']) ?? 'cyclonedx',
    at: instantOf(timestamp),
    ...revisionOf(bom['version']),
  };
  const named = namedIn(bom, subject, serial);
  const vulnerabilities = childrenOf(bom['vulnerabilities']);
  const affects = vulnerabilities.map(affectsOf);
  const most = whyTooMany(affects, named);
  if (most !== null) return { statements: [], advisories: [], refused: [most] };
  const read = vulnerabilities.map((each, index) => statementsOf(each, affects[index] ?? [], issue, named));
  const statements = read.flat();
  const left = vulnerabilities.filter((_, index) => read[index]?.length === 0);
  return {
    statements,
    advisories: advisoriesOf('cyclonedx', statements),
    refused: left.map((each) => `vulnerability ${namesOf(each)[0] ?? 'without an id'}: ${whyNone(each)}`),
  };
}

/** What something is said of, each once: without a status only of versions that have their own. */
function affectsOf(vulnerability: Fields): readonly Fields[] {
  const isSaid = statusOf(vulnerability) !== undefined;
  const all = childrenOf(vulnerability['affects']).filter(
    ({ versions }) => isSaid || childrenOf(versions).length > 0,
  );
  return [
    ...new Map(all.map((each) => [`${versionsTold(each)} ${textOf(each['ref']) ?? ''}`, each])).values(),
  ];
}

/** As far as it is read. */
function versionsTold({ versions }: Fields): string {
  const all = childrenOf(versions);
  return JSON.stringify(
    all.map(({ version, range, status }) => [textOf(version), textOf(range), status === 'unaffected']),
  );
}

/** How many references it has, and what all that they stand for takes, before anything is made of it; `null` for not too much. */
function whyTooMany(affects: readonly (readonly Fields[])[], named: Named): string | null {
  const count = affects.reduce((sum, all) => sum + all.length, 0);
  const many = refusalAbove(count, LIMITS.vexProducts, 'components');
  if (many !== null) return many;
  const sizes = new Map<string, number>();
  const sizeOf = (ref: string) => {
    const known = sizes.get(ref) ?? JSON.stringify(referredTo(ref, named)).length;
    sizes.set(ref, known);
    return known;
  };
  let bytes = 0;
  for (const each of affects.flat()) {
    const size = sizeOf(textOf(each['ref']) ?? '');
    // Each of its two names with the versions that are affected, and with those that are not.
    bytes += each['versions'] === undefined ? size : 2 * (size + versionsTold(each).length);
  }
  return refusalOfBytes(bytes);
}

/** Scanners write what they found as makers write what they say of it, without an analysis. */
function whyNone(vulnerability: Fields): string {
  return statusOf(vulnerability) === undefined
    ? `its analysis.state is none of ${Object.keys(STATES).join(', ')}: it is nobody's word on the product`
    : 'it affects nothing that the document or a package URL names';
}

function statusOf(vulnerability: Fields): VexStatus | undefined {
  return ownValue(STATES, textOf(fieldsOf(vulnerability['analysis'])['state']) ?? '');
}

function statementsOf(
  vulnerability: Fields,
  affects: readonly Fields[],
  issue: Issue,
  named: Named,
): readonly VexStatement[] {
  const { justification } = fieldsOf(vulnerability['analysis']);
  const status = statusOf(vulnerability);
  const vulnerabilities = namesOf(vulnerability);
  if (vulnerabilities.length === 0) return [];
  const of = { ...issue, vulnerabilities, cvss: scoreOf(vulnerability) };
  const sides = affects.flatMap((each) => sidesOf(each, named));
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

function namedIn(bom: Fields, component: Fields, serial: string | null): Named {
  const own = namesIn(component, serial);
  // Without a package URL other bills have it by its name alone.
  const subject = own.some(({ naming }) => naming !== 'bom') ? own : [...own, ...calledAs(component)];
  const refs = new Map<string, Referred>();
  for (const each of componentsIn([component, bom])) {
    const ref = textOf(each['bom-ref']);
    const all = namesIn(each, serial).map((one) => placedIn(one, subject));
    if (ref !== null && all.length > 0) refs.set(ref, all);
  }
  const ref = textOf(component['bom-ref']);
  if (ref !== null && own.length > 0) refs.set(ref, own);
  return { refs, subject };
}

/** All parts of these, and the parts of parts. */
function componentsIn(wholes: readonly Fields[]): readonly Fields[] {
  const all: Fields[] = [];
  let open = wholes;
  while (open.length > 0) {
    open = open.flatMap((each) => childrenOf(each['components']));
    for (const each of open) all.push(each);
  }
  return all;
}

/** A component by its package URL and as this very document has it, or else as it is called. */
function namesIn(component: Fields, serial: string | null): Referred {
  const ref = textOf(component['bom-ref']);
  const byPurl = namedByPurl(textOf(component['purl']) ?? '');
  const inBill = serial === null || ref === null ? null : namedInBill(serial, ref);
  const version = textOf(component['version']) ?? byPurl?.version ?? null;
  const all = [byPurl?.naming ?? [], inBill ?? []].flat().map((each) => inVersion(each, version));
  return all.length > 0 ? all : calledAs(component);
}

function calledAs(component: Fields): Referred {
  const name = textOf(component['name']);
  if (name === null) return [];
  const vendor = textOf(fieldsOf(component['supplier'])['name']) ?? textOf(component['group']);
  return [inVersion(namedByProduct(vendor, name), textOf(component['version']))];
}

function inVersion(naming: Naming, version: string | null): ProductVersions {
  return version === null ? naming : { ...naming, versions: [version] };
}

/** A part of this very document is within its product already. */
function placedIn(product: ProductVersions, subject: Referred): ProductVersions {
  const isAnywhere = subject.length === 0 || product.naming === 'bom';
  return isAnywhere ? product : { ...product, within: subject };
}

interface Side {
  readonly status: 'affected' | 'unaffected' | null;
  readonly product: ProductVersions;
}

function sidesOf(affects: Fields, named: Named): readonly Side[] {
  const referred = referredTo(textOf(affects['ref']) ?? '', named);
  const entries = childrenOf(affects['versions']);
  if (entries.length === 0) return referred.map((product) => ({ status: null, product }));
  const byStatus = Map.groupBy(entries, ({ status }) =>
    status === 'unaffected' ? 'unaffected' : 'affected',
  );
  return referred.flatMap((product) => {
    const { versions: _, ...naming } = product;
    return Array.from(byStatus, ([status, all]) => ({
      status,
      product: { ...naming, ...versionsOf(all, naming) },
    }));
  });
}

/** By a purl, by a link into another bill (`urn:cdx:serial/version#ref`), or by a reference of its own. */
function referredTo(ref: string, { refs, subject }: Named): Referred {
  const [, serial, within] = /^urn:cdx:([0-9a-f-]+\/\d+)#(.+)$/i.exec(ref) ?? [];
  if (serial !== undefined && within !== undefined) return [namedInBill(serial, decoded(within))];
  const told = refs.get(ref);
  if (told !== undefined) return told;
  const named = namedByPurl(ref);
  if (named === null) return [];
  const product = inVersion(named.naming, named.version);
  return [subject.some(({ key }) => key === product.key) ? product : placedIn(product, subject)];
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
