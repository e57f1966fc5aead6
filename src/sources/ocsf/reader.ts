import type { Reading } from '../../model/index.ts';
import { JsonFields, type JsonObject } from '../json-fields.ts';
import { objectOn, readingsOf, skip } from '../json-line.ts';
import type { LogReader } from '../log-reader.ts';
import { createTimeGate, type SourceContext, type TimeGate } from '../reading-context.ts';
import { mapAuthentication } from './authentication.ts';
import { mapDetection, mapVulnerabilities } from './finding.ts';
import { mapInventory } from './inventory.ts';
import { mapDnsActivity, mapNetworkActivity } from './network.ts';
import { mapSoftware } from './software.ts';
import { eventId, type OcsfMapping, ocsfRecord } from './ocsf-record.ts';

/** By `class_uid` (OCSF 1.x). */
const MAPPINGS: ReadonlyMap<number, OcsfMapping> = new Map([
  [2002, mapVulnerabilities],
  [2004, mapDetection],
  [3002, mapAuthentication],
  [4001, mapNetworkActivity],
  [4003, mapDnsActivity],
  [5001, mapInventory],
  [5020, mapSoftware],
]);

/** Reads OCSF events, one JSON object per line. */
export function createOcsfReader(context: SourceContext): LogReader {
  const gate = createTimeGate(context);
  return {
    format: 'ocsf',
    read(line) {
      const source = objectOn(line);
      return 'object' in source ? readOcsfEvent(source.object, context, gate) : source;
    },
  };
}

export function readOcsfEvent(
  object: JsonObject,
  context: SourceContext,
  gate: TimeGate,
): readonly Reading[] {
  const fields = new JsonFields(object);
  const uid = fields.require('class_uid', fields.count('class_uid'));
  if (uid === null) return readingsOf(fields, null);
  const mapping = MAPPINGS.get(uid);
  // Classes of the schema proper have four digits; those of extensions go by one name.
  if (mapping === undefined) return [skip(uid < 10_000 ? `class ${uid}` : 'extension class')];
  const mapped = mapping(ocsfRecord(fields, context, gate));
  const id = eventId(fields);
  // One happening may be told as events of several classes, each under the id that its source gave it.
  return readingsOf(fields, mapped, id === null ? null : `${uid}/${id}`);
}
