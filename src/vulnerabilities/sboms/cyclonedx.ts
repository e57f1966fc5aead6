import type { BillOfMaterials, InstalledComponent } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf } from '../fields.ts';
import { withSource } from '../package-url.ts';
import { installed } from './component.ts';

/** Components within components; deeper ones are nobody's. */
const DEPTH = 16;

/** CycloneDX JSON, 1.2 to 1.6, of any kind of bill that has components. */
export function readCycloneDx(bom: Fields): BillOfMaterials {
  const serial = textOf(bom['serialNumber']);
  const { component, timestamp } = fieldsOf(bom['metadata']);
  const subject = component === undefined ? [] : componentsIn(fieldsOf(component), serial, true, 0);
  const parts = childrenOf(bom['components']).flatMap((each) => componentsIn(each, serial, false, 0));
  return {
    id: serial ?? textOf(fieldsOf(component)['name']) ?? 'cyclonedx',
    format: 'cyclonedx',
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
  const own = installed({
    name,
    version: textOf(component['version']),
    // Not its publisher or author: they may be persons.
    vendor:
      textOf(fieldsOf(component['supplier'])['name']) ?? textOf(fieldsOf(component['manufacturer'])['name']),
    purl: purlOf(component),
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

/** Trivy names the source package in properties of its own. */
function purlOf(component: Fields): string | null {
  const purl = textOf(component['purl']);
  const told = new Map(childrenOf(component['properties']).map(({ name, value }) => [name, textOf(value)]));
  const of = (what: string) => told.get(`aquasecurity:trivy:Src${what}`) ?? null;
  const name = of('Name');
  const version = of('Version');
  if (purl === null || name === null || version === null) return purl;
  // It leaves out an epoch of 0.
  const epoch = of('Epoch') ?? (purl.startsWith('pkg:rpm/') ? '0' : null);
  const release = of('Release');
  const whole = (epoch === null ? '' : `${epoch}:`) + version + (release === null ? '' : `-${release}`);
  return withSource(purl, name, whole);
}
