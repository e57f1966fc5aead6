import type { BillOfMaterials, InstalledComponent } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, numberOf, textOf } from '../fields.ts';
import { installed } from './component.ts';
import { upstreamInProperties } from './trivy.ts';

/** Components within components; deeper ones are nobody's. */
const DEPTH = 16;

/** CycloneDX JSON, 1.2 to 1.6, of any kind of bill that has components. */
export function readCycloneDx(bom: Fields): BillOfMaterials {
  const serial = textOf(bom['serialNumber']);
  const { component, timestamp } = fieldsOf(bom['metadata']);
  const version = numberOf(bom['version'], 1, Number.MAX_SAFE_INTEGER);
  const subject = component === undefined ? [] : componentsIn(fieldsOf(component), serial, true, 0);
  const parts = childrenOf(bom['components']).flatMap((each) => componentsIn(each, serial, false, 0));
  return {
    id: serial ?? textOf(fieldsOf(component)['name']) ?? 'cyclonedx',
    format: 'cyclonedx',
    ...(version === null ? {} : { version }),
    created: instantOf(timestamp),
    components: [...subject, ...parts],
  };
}

function componentsIn(
  component: Fields,
  bill: string | null,
  isSubject: boolean,
  depth: number,
): readonly InstalledComponent[] {
  const name = textOf(component['name']);
  if (name === null || depth > DEPTH) return [];
  const purl = textOf(component['purl']);
  const own = installed({
    name,
    version: textOf(component['version']),
    // Not its publisher or author: they may be persons.
    vendor:
      textOf(fieldsOf(component['supplier'])['name']) ?? textOf(fieldsOf(component['manufacturer'])['name']),
    purl,
    upstream: upstreamInProperties(purl, component['properties']),
    cpe: textOf(component['cpe']),
    bill,
    ref: textOf(component['bom-ref']),
    isSubject,
  });
  const inside = childrenOf(component['components']).flatMap((each) =>
    componentsIn(each, bill, false, depth + 1),
  );
  return [own, ...inside];
}
