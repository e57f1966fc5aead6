import { type BillOfMaterials, LIMITS } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, textOf } from '../fields.ts';
import { unknownOrderOf } from '../known-words.ts';
import { otherBill } from '../other-forms.ts';
import { readCycloneDx } from './cyclonedx.ts';
import { readSpdx, readSpdxTags } from './spdx.ts';
import { isSpdx3, readSpdx3 } from './spdx3.ts';

export type BillReading =
  | {
      readonly ok: true;
      readonly bill: BillOfMaterials;
      /** The device that it names itself, if it does: the property `stance:device`, or its subject's own name. */
      readonly device: string | null;
      /** Components beyond what is kept of one. */
      readonly leftOut: number;
      /** Vulnerabilities that a scanner or a maker wrote into it: they are no part of what is installed. */
      readonly findings: number;
    }
  | { readonly ok: false; readonly message: string };

/** What a bill of materials looks like, so that other files are none of its readers' business. */
export function isBill(text: string): boolean {
  const begin = text.slice(0, 4_096);
  if (/^\s*[[{]/.test(begin)) return /"(bomFormat|spdxVersion|SPDXID)"\s*:/.test(begin) || isBillLater(text);
  return /^SPDXVersion: *SPDX-2/m.test(begin) || otherBill(text) !== null;
}

/** Keys of an object come in any order. */
function isBillLater(text: string): boolean {
  return (
    /"bomFormat"\s*:\s*"CycloneDX"|"spdxVersion"\s*:\s*"SPDX-2|"type"\s*:\s*"SpdxDocument"/.test(text) ||
    /spdx\.org\/rdf\/3\./.test(text) ||
    otherBill(text) !== null
  );
}

/** Reads a bill of materials, CycloneDX or SPDX, whole or not at all. */
export function readBill(text: string): BillReading {
  const other = otherBill(text);
  if (!/^\s*\{/.test(text)) return other === null ? keptOf(readSpdxTags(text), null) : refusedAs(other);
  let document: Fields;
  try {
    document = unwrapped(fieldsOf(JSON.parse(text)));
  } catch {
    return { ok: false, message: 'it is no JSON; it may have been cut short' };
  }
  if (document['bomFormat'] === 'CycloneDX') {
    const findings = childrenOf(document['vulnerabilities']).length;
    return keptOf(readCycloneDx(document), deviceNamed(document), findings);
  }
  if (textOf(document['spdxVersion'])?.startsWith('SPDX-2.') === true)
    return keptOf(readSpdx(document), null);
  if (isSpdx3(document)) return keptOf(readSpdx3(document), null);
  if (other !== null) return refusedAs(other);
  const version = textOf(document['spdxVersion']) ?? textOf(document['specVersion']) ?? 'nothing';
  return {
    ok: false,
    message: `it says "${version}"; read are CycloneDX 1.x, SPDX 2.2, 2.3 and 3.0, and OCSF 5020`,
  };
}

/** GitHub's API wraps a bill, and so does an attestation of in-toto. */
function unwrapped(document: Fields): Fields {
  const { sbom, predicate } = document;
  const isStatement = textOf(document['_type'])?.startsWith('https://in-toto.io/Statement') === true;
  if (isStatement) return fieldsOf(predicate);
  return sbom === undefined ? document : fieldsOf(sbom);
}

function refusedAs(message: string): BillReading {
  return { ok: false, message };
}

/** As much of it as is kept of one bill. */
export function keptOf(bill: BillOfMaterials, device: string | null, findings = 0): BillReading {
  const { components } = bill;
  if (components.length === 0) return { ok: false, message: 'it lists no component' };
  const unknown = unknownOrderOf(components);
  if (unknown !== null) return { ok: false, message: `it was read to what cannot be matched: ${unknown}` };
  const kept = components.slice(0, LIMITS.componentsPerBill);
  const subject = components.find(({ isSubject }) => isSubject === true)?.name ?? null;
  return {
    ok: true,
    bill: { ...bill, components: kept },
    device: device ?? subject,
    leftOut: components.length - kept.length,
    findings,
  };
}

function deviceNamed(bom: Fields): string | null {
  const metadata = fieldsOf(bom['metadata']);
  const properties = [metadata['properties'], fieldsOf(metadata['component'])['properties']].flatMap(
    childrenOf,
  );
  return textOf(properties.find(({ name }) => name === 'stance:device')?.['value']);
}
