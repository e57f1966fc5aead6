import { type Clear, LIMITS, type SoftwareInventory, type SoftwarePackage } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { identity, instant, label, type OcsfMapping } from './ocsf-record.ts';

/** `Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.36.32532` has eight; what has many more is a sentence. */
const NAME_WORDS = 12;
const CHARS = 128;
const VERSION_WORDS = 4;
/** `@acme/parser`, `libstdc++6`, `org.apache.logging.log4j:log4j-core`; a mail address is none. */
const NAME = /^[\p{L}\p{N}@_.][\p{L}\p{N} .,_()+/&:#!'~*-]*$/u;
/** `1:7.88.1-10+deb12u5`, `1.0~rc1^git2` */
const VERSION = /^[\p{L}\p{N}][\p{L}\p{N} .,_()+:~^-]*$/u;
const REFERENCE_CHARS = 512;
/** What of a package URL advisories are compared with; the others say where it is to be had. */
const TELLING_QUALIFIERS: ReadonlySet<string> = new Set(['distro', 'rpmmod', 'upstream']);

/** Software inventory info (5020): what was found installed on a device, a package or many. */
export const mapSoftware: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  const time = instant(record);
  const device = fields.require('device', fields.child('device'));
  const packages = packagesIn(fields);
  if (time === null || device === null) return null;
  const known = device.require('ip', identity(device));
  if (known === null) return null;
  const report: SoftwareInventory<Clear> = {
    kind: 'software_inventory',
    time,
    provenance,
    ...known,
    packages,
  };
  return [report];
};

/** The package, those of its bill, and what a catalogue says of the product that it is. */
export function packagesIn(fields: JsonFields): readonly SoftwarePackage[] {
  const sbom = fields.child('sbom');
  const product = fields.child('product');
  const own = [fields.child('package'), sbom?.child('package') ?? null].filter((each) => each !== null);
  const parts = sbom?.children('software_components') ?? [];
  const alone = own.length + parts.length === 0 ? product : null;
  const all = [...own, ...parts, ...(alone === null ? [] : [alone])];
  fields.require('package', all[0] ?? null);
  if (all.length > LIMITS.componentsPerBill) fields.refuse('invalid_value', 'sbom.software_components');
  const packages = all.flatMap((each, nth) => packageIn(each, nth < own.length ? product : null) ?? []);
  return [...new Map(packages.map((each) => [JSON.stringify(each), each])).values()];
}

function packageIn(fields: JsonFields, product: JsonFields | null): SoftwarePackage | null {
  const name = fields.require('name', fields.text('name'));
  if (name === null) return null;
  if (!isWritten(name, NAME, NAME_WORDS)) return fields.refuse('invalid_value', 'name');
  return {
    name,
    version: versionIn(fields) ?? (product === null ? null : versionIn(product)),
    // Not its author: that may be a person.
    vendor: label(fields.text('vendor_name')) ?? label(product?.text('vendor_name') ?? null),
    purl: packageUrlIn(fields),
    cpe: cpeIn(fields) ?? (product === null ? null : cpeIn(product)),
  };
}

/** With epoch and release as packages of distributions are compared by. */
function versionIn(fields: JsonFields): string | null {
  const version = fields.text('version');
  const release = fields.text('release');
  const epoch = fields.count('epoch');
  if (version === null) return null;
  const whole = release === null || version.endsWith(`-${release}`) ? version : `${version}-${release}`;
  const full = epoch === null || epoch === 0 || whole.includes(':') ? whole : `${epoch}:${whole}`;
  return isWritten(full, VERSION, VERSION_WORDS) ? full : null;
}

function packageUrlIn(fields: JsonFields): string | null {
  const text = fields.text('purl');
  if (text === null) return null;
  // The parts of a package URL are percent-encoded: these marks stand where they mean something.
  const [place = '', qualifiers = ''] = (text.split('#')[0] ?? '').split('?');
  const telling = qualifiers.split('&').filter((each) => TELLING_QUALIFIERS.has(each.split('=')[0] ?? ''));
  const purl = telling.length === 0 ? place : `${place}?${telling.join('&')}`;
  const isReference = purl.length <= REFERENCE_CHARS && /^pkg:[!-~]+\/[!-~]+$/.test(purl);
  return isReference ? purl : fields.refuse('invalid_value', 'purl');
}

function cpeIn(fields: JsonFields): string | null {
  const cpe = fields.text('cpe_name');
  if (cpe === null) return null;
  const isPlatform = cpe.length <= REFERENCE_CHARS && /^cpe:(?:2\.3:|\/)[!-~]+$/.test(cpe);
  return isPlatform ? cpe : fields.refuse('invalid_value', 'cpe_name');
}

function isWritten(text: string, as: RegExp, words: number): boolean {
  return text.length <= CHARS && text.split(' ').length <= words && as.test(text);
}
