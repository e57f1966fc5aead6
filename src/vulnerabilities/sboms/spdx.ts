import type { BillOfMaterials, InstalledComponent } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf, textsOf } from '../fields.ts';
import { installed } from './component.ts';
import { upstreamInSourceInfo } from './trivy.ts';

/** SPDX 2.2 and 2.3, JSON. */
export function readSpdx(document: Fields): BillOfMaterials {
  const id = textOf(document['documentNamespace']) ?? textOf(document['name']) ?? 'spdx';
  const described = new Set([
    ...textsOf(document['documentDescribes']),
    ...childrenOf(document['relationships'])
      .filter(({ relationshipType }) => relationshipType === 'DESCRIBES')
      .flatMap(({ relatedSpdxElement }) => textOf(relatedSpdxElement) ?? []),
  ]);
  return {
    id,
    format: 'spdx',
    created: instantOf(fieldsOf(document['creationInfo'])['created']),
    components: childrenOf(document['packages']).flatMap((each) => packageIn(each, id, described) ?? []),
  };
}

/** The same as tag-value: `Tag: value` line by line, a package from each `PackageName` to the next. */
export function readSpdxTags(text: string): BillOfMaterials {
  const packages: Record<string, unknown>[] = [];
  const document: Record<string, unknown> = { packages };
  const described: string[] = [];
  let current: Record<string, unknown> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, tag = '', value = ''] = /^([A-Za-z]+): *(.*)$/.exec(line) ?? [];
    if (tag === 'DocumentNamespace') document['documentNamespace'] = value;
    else if (tag === 'Created') document['creationInfo'] = { created: value };
    else if (tag === 'PackageName') packages.push((current = { name: value }));
    else if (tag === 'SPDXID') current['SPDXID'] = value;
    else if (tag === 'PackageVersion') current['versionInfo'] = value;
    else if (tag === 'PackageSupplier') current['supplier'] = value;
    else if (tag === 'PackageSourceInfo') current['sourceInfo'] = value.replace(/^<text>|<\/text>$/g, '');
    else if (tag === 'ExternalRef') addReference(current, value);
    else if (tag === 'Relationship') described.push(...describedBy(value));
  }
  return readSpdx({ ...document, documentDescribes: described });
}

function addReference(current: Record<string, unknown>, value: string): void {
  const [, referenceType, referenceLocator] = value.split(' ');
  const references = (current['externalRefs'] ??= []) as unknown[];
  references.push({ referenceType, referenceLocator });
}

function describedBy(relationship: string): readonly string[] {
  const [, verb, id] = relationship.split(/\s+/);
  return verb === 'DESCRIBES' && id !== undefined ? [id] : [];
}

function packageIn(each: Fields, bill: string, described: ReadonlySet<string>): InstalledComponent | null {
  const name = textOf(each['name']);
  if (name === null) return null;
  const references = childrenOf(each['externalRefs']);
  const located = (type: RegExp) =>
    references.find(({ referenceType }) => type.test(textOf(referenceType) ?? ''))?.['referenceLocator'];
  const version = textOf(each['versionInfo']);
  const ref = textOf(each['SPDXID']);
  const purl = textOf(located(/purl$/));
  return installed({
    name,
    version: version === 'NOASSERTION' || version === 'NONE' ? null : version,
    vendor: organisation(textOf(each['supplier'])) ?? organisation(textOf(each['originator'])),
    purl,
    upstream: upstreamInSourceInfo(purl, each['sourceInfo']),
    cpe: textOf(located(/cpe2[23]Type$/)),
    bill,
    ref,
    isSubject: ref !== null && described.has(ref),
  });
}

/** A person's name is nothing to keep. */
function organisation(agent: string | null): string | null {
  return /^Organization: *([^(]+?) *(\(.*\))?$/.exec(agent ?? '')?.[1] ?? null;
}
