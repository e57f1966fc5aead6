import type { Endpoint, EpochMs, Provenance } from '../../model/index.ts';
import type { JsonFields, JsonObject } from '../json-fields.ts';
import type { Mapped } from '../json-line.ts';
import type { SourceContext, TimeGate } from '../reading-context.ts';
import { communityId } from '../wire-values.ts';
import { parseEveTime } from './eve-time.ts';
import { flowIdOf } from './flow-id.ts';

/** One EVE record: its fields, and what all event types have in common. */
export interface EveRecord {
  readonly fields: JsonFields;
  readonly provenance: Provenance;
  readonly gate: TimeGate;
}

/** The sensor's own name for itself (`host`, `in_iface`) never enters: the context says which sensor it is. */
export function eveRecord(
  source: { readonly object: JsonObject; readonly text: string },
  fields: JsonFields,
  context: SourceContext,
  gate: TimeGate,
): EveRecord {
  const provenance: Provenance = {
    site: context.site,
    sensor: context.sensor,
    uid: flowIdOf(source.object, source.text),
    communityId: communityId(fields.text('community_id')),
  };
  return { fields, provenance, gate };
}

/** What an event type's mapping makes of a record. */
export type EveMapping = (record: EveRecord) => Mapped;

/** An instant that the intake's clock admits; otherwise the record is refused. */
export function instant(record: EveRecord, fields: JsonFields, field: string): EpochMs | null {
  const text = fields.require(field, fields.text(field));
  if (text === null) return null;
  const time = parseEveTime(text);
  if (time === null) return fields.refuse('invalid_time', field);
  return record.gate.admits(time) ? time : fields.refuse('time_out_of_range', field);
}

export interface Parties {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

/** Base, provenance and both ends of a record whose time is its `timestamp`; `null` where one is missing. */
export function exchange(
  record: EveRecord,
): (Parties & { readonly time: EpochMs; readonly provenance: Provenance }) | null {
  const time = instant(record, record.fields, 'timestamp');
  const ends = parties(record.fields);
  return time === null || ends === null ? null : { time, provenance: record.provenance, ...ends };
}

/** Client and server, as far as Suricata knows them. */
export function parties(fields: JsonFields): Parties | null {
  const from = endpoint(fields, 'src_ip', 'src_port');
  const to = endpoint(fields, 'dest_ip', 'dest_port');
  return from === null || to === null ? null : { from, to };
}

function endpoint(fields: JsonFields, ip: string, port: string): Endpoint | null {
  const address = fields.require(ip, fields.address(ip));
  return address === null ? null : { address, port: fields.port(port), local: null };
}

/** The record of the event's own type, `{"dns": {…}}`. */
export function body(record: EveRecord, name: string): JsonFields | null {
  return record.fields.require(name, record.fields.child(name));
}
