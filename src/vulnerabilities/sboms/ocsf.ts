import type { BillOfMaterials, InstalledComponent } from '../../model/index.ts';
import { childrenOf, type Fields, fieldsOf, numberOf, textOf } from '../fields.ts';
import { installed } from './component.ts';

/** Software Inventory Info of OCSF 1.x. Device inventory (5001) is telemetry; 5003 is about users. */
const SOFTWARE_INVENTORY = 5020;
/** What begins a line of such events, before anything is parsed. */
const CLASS = /"class_uid"\s*:\s*5020\b/;
/** Milliseconds of the year 2100: a larger time is none. */
const LATEST = 4_102_444_800_000;

export type SoftwareInventory =
  | { readonly ok: true; readonly bill: BillOfMaterials; readonly device: string | null }
  | { readonly ok: false; readonly message: string };

export function isOcsfSoftware(text: string): boolean {
  return CLASS.test(text);
}

/** All events of one file together say what is installed on one device: one JSON object, a list, or one a line. */
export function readOcsfSoftware(text: string): SoftwareInventory {
  const events = eventsIn(text);
  if (events === null) return { ok: false, message: 'it is neither JSON nor one JSON object a line' };
  const all = events.filter(({ class_uid }) => class_uid === SOFTWARE_INVENTORY);
  const devices = new Set(all.map(({ device }) => deviceOf(fieldsOf(device))));
  if (devices.size > 1) {
    return { ok: false, message: `it speaks of ${devices.size} devices: give a file for each` };
  }
  const [device = null] = devices;
  const bill = `ocsf/${device ?? 'unnamed'}`;
  const times = all.flatMap(({ time }) => numberOf(time, 1, LATEST) ?? []);
  return {
    ok: true,
    bill: {
      id: bill,
      format: 'ocsf',
      created: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
      components: distinct(all.flatMap((event) => componentsIn(event, bill))),
    },
    device,
  };
}

function eventsIn(text: string): readonly Fields[] | null {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole.map(fieldsOf);
  if (whole !== undefined) return [fieldsOf(whole)];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const each = lines.map(parsed);
  // A line that was cut off may have named the rest: nothing of such a file is taken.
  return each.includes(undefined) ? null : each.map(fieldsOf);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By the name that an inventory may know; never by whose it is. */
function deviceOf(device: Fields): string | null {
  return (
    textOf(device['name']) ?? textOf(device['hostname']) ?? textOf(device['uid']) ?? textOf(device['ip'])
  );
}

/** A package, and the parts of its bill. */
function componentsIn({ package: one, sbom }: Fields, bill: string): readonly InstalledComponent[] {
  const { package: of, software_components: parts } = fieldsOf(sbom);
  return [fieldsOf(one), fieldsOf(of), ...childrenOf(parts)].flatMap((each) => componentOf(each, bill) ?? []);
}

function componentOf(each: Fields, bill: string): InstalledComponent | null {
  const name = textOf(each['name']);
  if (name === null) return null;
  return installed({
    name,
    version: versionOf(each),
    // Not its author: it may be a person.
    vendor: textOf(each['vendor_name']),
    purl: textOf(each['purl']),
    cpe: textOf(each['cpe_name']),
    bill,
    ref: textOf(each['uid']),
    isSubject: false,
  });
}

/** With epoch and release as packages of distributions are compared by. */
function versionOf(each: Fields): string | null {
  const version = textOf(each['version']);
  const release = textOf(each['release']);
  const epoch = numberOf(each['epoch'], 0, 1e9);
  if (version === null) return null;
  const whole = release === null || version.endsWith(`-${release}`) ? version : `${version}-${release}`;
  return epoch === null || epoch === 0 || whole.includes(':') ? whole : `${epoch}:${whole}`;
}

function distinct(components: readonly InstalledComponent[]): readonly InstalledComponent[] {
  return [...new Map(components.map((each) => [JSON.stringify(each), each])).values()];
}
