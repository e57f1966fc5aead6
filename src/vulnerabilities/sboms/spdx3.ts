import type { BillOfMaterials, InstalledComponent } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf, textsOf } from '../fields.ts';
import { installed } from './component.ts';

/** Packages and those that are more than that: models and data sets have the same fields. */
const PACKAGES = new Set(['software_Package', 'ai_AIPackage', 'dataset_DatasetPackage']);
const COLLECTIONS = new Set(['SpdxDocument', 'software_Sbom', 'Bom', 'Bundle']);

/** Whether it is a graph of SPDX 3: its context is a name, a list, or left out where it is sent. */
export function isSpdx3(document: Fields): boolean {
  const contexts = [textOf(document['@context']), ...textsOf(document['@context'])];
  return (
    Array.isArray(document['@graph']) &&
    (contexts.some((each) => each?.includes('spdx.org/rdf/3.') === true) ||
      childrenOf(document['@graph']).some((each) => typeOf(each) === 'SpdxDocument'))
  );
}

/** SPDX 3.0.1, JSON-LD in the form of its own context: elements beside each other that name one another by id. */
export function readSpdx3(document: Fields): BillOfMaterials {
  const elements = childrenOf(document['@graph']);
  const byId = new Map(elements.flatMap((each) => idOf(each).map((id) => [id, each] as const)));
  const [whole] = elements.filter((each) => typeOf(each) === 'SpdxDocument');
  const id = whole === undefined ? null : (idOf(whole)[0] ?? textOf(whole['name']));
  const created = elements.find((each) => typeOf(each) === 'CreationInfo')?.['created'];
  const bill = id ?? 'spdx';
  const subjects = subjectsOf(elements);
  return {
    id: bill,
    format: 'spdx',
    created: instantOf(created),
    components: elements
      .filter((each) => PACKAGES.has(typeOf(each)))
      .flatMap((each) => packageIn(each, { bill, byId, subjects }) ?? []),
  };
}

interface Graph {
  readonly bill: string;
  readonly byId: ReadonlyMap<string, Fields>;
  readonly subjects: ReadonlySet<string>;
}

function packageIn(each: Fields, { bill, byId, subjects }: Graph): InstalledComponent | null {
  const name = textOf(each['name']);
  if (name === null) return null;
  const ref = idOf(each)[0] ?? null;
  return installed({
    name,
    version: textOf(each['software_packageVersion']),
    vendor: organisationIn([each['suppliedBy'], each['originatedBy']], byId),
    purl: textOf(each['software_packageUrl']) ?? identifier(each, /^packageUrl$/),
    cpe: identifier(each, /^cpe2[23]$/),
    bill,
    ref,
    isSubject: ref !== null && subjects.has(ref),
  });
}

/** What collections are of, as far as no other collection is. */
function subjectsOf(elements: readonly Fields[]): ReadonlySet<string> {
  return new Set(
    elements
      .filter((each) => COLLECTIONS.has(typeOf(each)))
      .flatMap(({ rootElement }) => referencesIn(rootElement)),
  );
}

/** A person's name is nothing to keep. */
function organisationIn(agents: readonly unknown[], byId: ReadonlyMap<string, Fields>): string | null {
  for (const reference of agents.flatMap(referencesIn)) {
    const agent = byId.get(reference);
    if (agent !== undefined && typeOf(agent) === 'Organization') return textOf(agent['name']);
  }
  return null;
}

function identifier(each: Fields, type: RegExp): string | null {
  const found = childrenOf(each['externalIdentifier']).find(({ externalIdentifierType: kind }) =>
    type.test(textOf(kind) ?? ''),
  );
  return textOf(found?.['identifier']);
}

/** Ids, one or several; an element may also stand where it is named. */
function referencesIn(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  return all.flatMap((each) => textOf(each) ?? idOf(fieldsOf(each)));
}

function idOf(element: Fields): readonly string[] {
  const id = textOf(element['spdxId']) ?? textOf(element['@id']);
  return id === null ? [] : [id];
}

function typeOf(element: Fields): string {
  return textOf(element['type']) ?? textOf(element['@type']) ?? '';
}
