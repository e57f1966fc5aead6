import {
  type Address,
  type EpochMs,
  POLICY_ID_PATTERN,
  type Endpoint,
  type Provenance,
} from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import type { Mapped } from '../json-line.ts';
import type { SourceContext, TimeGate } from '../reading-context.ts';
import { communityId, hostAddress, macAddress } from '../wire-values.ts';

/** One OCSF event: its fields, where it came from, and which of its times the intake's clock admits. */
export interface OcsfRecord {
  readonly fields: JsonFields;
  readonly provenance: Provenance;
  readonly gate: TimeGate;
}

export type OcsfMapping = (record: OcsfRecord) => Mapped;

/** The way back is the connection's own id; an event without a connection has only its `metadata.uid`. */
export function ocsfRecord(fields: JsonFields, context: SourceContext, gate: TimeGate): OcsfRecord {
  const connection = fields.child('connection_info');
  const provenance: Provenance = {
    site: context.site,
    sensor: context.sensor,
    uid: recordId(connection?.text('uid') ?? null) ?? eventId(fields),
    communityId: communityId(connection?.text('community_uid') ?? null),
  };
  return { fields, provenance, gate };
}

/** The producer's id of the event. */
export function eventId(fields: JsonFields): string | null {
  return recordId(fields.child('metadata')?.text('uid') ?? null);
}

function recordId(text: string | null): string | null {
  return text !== null && /^[A-Za-z0-9._:/=+-]{1,128}$/.test(text) ? text : null;
}

/** `timestamp_t`: milliseconds since 1970, a whole number. Required. */
export function instant(record: Pick<OcsfRecord, 'fields' | 'gate'>, field = 'time'): EpochMs | null {
  const { fields, gate } = record;
  const time = fields.require(field, fields.number(field));
  if (time === null) return null;
  if (!Number.isSafeInteger(time)) return fields.refuse('invalid_time', field);
  // JSON keeps no −0.
  return gate.admits(time) ? time + 0 : fields.refuse('time_out_of_range', field);
}

/** `network_endpoint` with an address; one that is known only by a name or an id has none to resolve. */
export function endpoint(fields: JsonFields, field: string): Endpoint | null {
  const found = fields.require(field, fields.child(field));
  if (found === null) return null;
  return found.require('ip', found.address('ip')) === null ? null : endpointIn(found);
}

/** The same where the class does not need it. */
export function optionalEndpoint(fields: JsonFields | null, field: string): Endpoint | null {
  const found = fields?.child(field) ?? null;
  return found === null ? null : endpointIn(found);
}

const INTERNAL = 1;
const EXTERNAL = 2;

function endpointIn(found: JsonFields): Endpoint | null {
  const address = found.address('ip');
  const scope = found.count('network_scope_id');
  const port = found.port('port');
  if (address === null) return null;
  return { address, port, local: scope === INTERNAL ? true : scope === EXTERNAL ? false : null };
}

/** By what a machine can be known. */
export interface Identity {
  readonly address: Address | null;
  readonly mac: string | null;
  readonly hostName: string | null;
}

/** Of a `device`, an endpoint or a resource; `null` where nothing in it tells which machine it is. */
export function identity(machine: JsonFields): Identity | null {
  const interfaces = machine.children('network_interfaces');
  const address =
    hostAddress(machine.address('ip')) ?? first(interfaces, (card) => hostAddress(card.address('ip')));
  const mac = macAddress(machine.text('mac')) ?? first(interfaces, (card) => macAddress(card.text('mac')));
  const hostName = machineName(machine.text('hostname'));
  return address === null && mac === null && hostName === null ? null : { address, mac, hostName };
}

function first<T>(items: readonly JsonFields[], read: (item: JsonFields) => T | null): T | null {
  for (const item of items) {
    const value = read(item);
    if (value !== null) return value;
  }
  return null;
}

function machineName(text: string | null): string | null {
  if (text === null || text.length > 255) return null;
  return text.endsWith('.') ? text.slice(0, -1) : text;
}

const LABEL_CHARS = 64;
/** `Hewlett Packard Enterprise Development LP` has five; what has many is a sentence, and an assistant may heed it. */
const LABEL_WORDS = 6;
/** `7.2.5 build 1517 (GA)` */
const VERSION_WORDS = 4;

/** A vendor or a model from an asset system, shown in answers. What does not look like a name stays out. */
export function label(text: string | null): string | null {
  return text !== null && isNamelike(text, LABEL_WORDS) ? text : null;
}

/** A release: there is a number in it. */
export function version(text: string | null): string | null {
  return text !== null && isNamelike(text, VERSION_WORDS) && /\d/.test(text) ? text : null;
}

function isNamelike(text: string, words: number): boolean {
  if (text.length > LABEL_CHARS || text.split(' ').length > words) return false;
  return /^[\p{L}\p{N}][\p{L}\p{N} .,_()+/&:#-]*$/u.test(text);
}

/** Denied by the security control that reported it (profile `security_control`). */
export function isBlocked(fields: JsonFields): boolean {
  const disposition = fields.count('disposition_id');
  return fields.count('action_id') === 2 || (disposition !== null && BLOCKING.has(disposition));
}

export function isAllowed(fields: JsonFields): boolean {
  return fields.count('action_id') === 1 || fields.count('disposition_id') === 1;
}

/** `disposition_id`: blocked, quarantined, isolated, dropped, reset, access revoked, rejected, unauthorized. */
const BLOCKING: ReadonlySet<number> = new Set([2, 3, 4, 6, 21, 24, 25, 26]);

/** The policy that an enforcement point names, where it is one of ours. */
export function policyIn(fields: JsonFields): string | null {
  const rule = fields.child('firewall_rule')?.text('uid') ?? null;
  const policy = fields.child('policy')?.text('uid') ?? null;
  return [rule, policy].find((id) => id !== null && POLICY_ID_PATTERN.test(id)) ?? null;
}
