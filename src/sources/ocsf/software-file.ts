import type { EpochMs, SoftwareInventory } from '../../model/index.ts';
import { isJsonObject, JsonFields, type JsonObject } from '../json-fields.ts';
import { instant, ocsfTimeGate } from './ocsf-record.ts';
import { packagesIn } from './software.ts';

const SOFTWARE_INVENTORY = 5020;
/** What begins a line of such events, before anything is parsed. */
const CLASS = /"class_uid"\s*:\s*5020\b/;

/** What one event of a file says is installed, and when. */
type SoftwareFound = Pick<SoftwareInventory<never>, 'time' | 'packages'>;

export type SoftwareFileReading =
  | {
      readonly ok: true;
      /** As the events name it, if they do. */
      readonly device: string | null;
      readonly events: readonly SoftwareFound[];
    }
  | { readonly ok: false; readonly message: string };

/** Whether a file is software inventory (5020); the other classes are telemetry. */
export function isSoftwareInventory(text: string): boolean {
  return /^\s*[[{]/.test(text) && CLASS.test(text);
}

/** All events of one file are about one device: one JSON object, a list, or one a line. Taken whole or not at all. */
export function readSoftwareInventory(text: string, now: EpochMs): SoftwareFileReading {
  const objects = eventsIn(text);
  if (objects === null) return { ok: false, message: 'it is neither JSON nor one JSON object a line' };
  const gate = ocsfTimeGate({ now });
  const events: SoftwareFound[] = [];
  const devices = new Set<string | null>();
  for (const [index, object] of objects.entries()) {
    if (object['class_uid'] !== SOFTWARE_INVENTORY) continue;
    const fields = new JsonFields(object);
    const time = instant({ fields, gate });
    const packages = packagesIn(fields);
    devices.add(deviceIn(fields));
    const { fault } = fields;
    if (fault !== null || time === null) {
      const { reason, field } = fault ?? { reason: 'missing_field', field: 'time' };
      return { ok: false, message: `event ${index + 1}: ${reason}${field === null ? '' : ` (${field})`}` };
    }
    events.push({ time, packages });
  }
  if (devices.size > 1) {
    return { ok: false, message: `it speaks of ${devices.size} devices: give a file for each` };
  }
  const [device = null] = devices;
  return { ok: true, device, events };
}

function eventsIn(text: string): readonly JsonObject[] | null {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole.every(isJsonObject) ? whole : null;
  if (whole !== undefined) return isJsonObject(whole) ? [whole] : null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const each = lines.map(parsed);
  // A line that was cut off may have named the rest: nothing of such a file is taken.
  return each.every(isJsonObject) ? each : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By the name that an inventory may know; never by whose it is. */
function deviceIn(fields: JsonFields): string | null {
  const device = fields.child('device');
  return (
    device?.text('name') ?? device?.text('hostname') ?? device?.text('uid') ?? device?.text('ip') ?? null
  );
}
