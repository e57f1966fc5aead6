import {
  type Address,
  type Endpoint,
  type EpochMs,
  type Observation,
  type Protocol,
  type Provenance,
  parseAddress,
  type Skip,
} from '../../model/index.ts';
import type { ZeekRecord } from './record.ts';

/** What every record has, whatever its kind: its time (`ts`) and the way back to it. */
interface Common {
  readonly time: EpochMs;
  readonly provenance: Provenance;
}

/** One log kind's allow-list: the fields it reads are all that can enter. `null`: the record has a fault. */
export type Mapping = (record: ZeekRecord, common: Common) => Observation | Skip | null;

/** The two ends of a connection; refuses a record whose addresses are missing or malformed. */
export function flow(
  record: ZeekRecord,
  protocol?: Protocol,
): { readonly from: Endpoint; readonly to: Endpoint } | null {
  const from = endpoint(record, 'id.orig_h', 'id.orig_p', 'local_orig');
  const to = endpoint(record, 'id.resp_h', 'id.resp_p', 'local_resp');
  if (from === null || to === null) return null;
  // Zeek writes ICMP's type and code where other protocols have ports.
  if (protocol !== 'icmp') return { from, to };
  return { from: { ...from, port: null }, to: { ...to, port: null } };
}

/** Both ends, or nothing where the record has none: a notice may be about no connection. */
export function ends(record: ZeekRecord): { readonly from: Endpoint | null; readonly to: Endpoint | null } {
  return {
    from: record.has('id.orig_h') ? optionalEndpoint(record, 'id.orig_h', 'id.orig_p') : null,
    to: record.has('id.resp_h') ? optionalEndpoint(record, 'id.resp_h', 'id.resp_p') : null,
  };
}

export function host(record: ZeekRecord, portField?: string): Endpoint | null {
  return endpoint(record, 'host', portField);
}

export function optionalEndpoint(record: ZeekRecord, hostField: string, portField?: string): Endpoint | null {
  const at = optionalAddress(record, hostField);
  return at === null ? null : { address: at, port: port(record, portField), local: null };
}

function optionalAddress(record: ZeekRecord, field: string): Address | null {
  const text = record.text(field);
  if (text === null) return null;
  return parseAddress(text) ?? record.refuse('invalid_address', field);
}

/** Milliseconds; `null` also for a negative interval, which packets out of order can cause. */
export function interval(record: ZeekRecord, field: string): number | null {
  const micros = record.micros(field);
  return micros === null || micros < 0 ? null : Math.floor(micros / 1_000);
}

function endpoint(
  record: ZeekRecord,
  hostField: string,
  portField?: string,
  localField?: string,
): Endpoint | null {
  const text = record.text(hostField);
  if (text === null) return record.refuse('missing_field', hostField);
  const address = parseAddress(text);
  if (address === null) return record.refuse('invalid_address', hostField);
  const local = localField === undefined ? null : record.bool(localField);
  return { address, port: port(record, portField), local };
}

/** Port 0 is reserved (RFC 6335 §6); Zeek writes it where a protocol has no ports. */
function port(record: ZeekRecord, field: string | undefined): number | null {
  const value = field === undefined ? null : record.count(field);
  if (value === null || value === 0) return null;
  return value <= 65_535 ? value : record.refuse('invalid_value', field ?? '');
}
