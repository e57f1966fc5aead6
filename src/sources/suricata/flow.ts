import type { Connection, Clear, Outcome } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { identifier, macAddress, protocol } from '../wire-values.ts';
import { body, type EveMapping, instant, parties } from './eve-record.ts';
import { parseEveTime } from './eve-time.ts';

const SYN = 0x02;
const RST = 0x04;

/** Both sensors' words for one protocol must not look like two services: Zeek's spelling is ours. */
const SERVICE_NAMES: ReadonlyMap<string, string> = new Map([
  ['tls', 'ssl'],
  ['krb5', 'krb'],
  ['dcerpc', 'dce_rpc'],
]);
const NO_SERVICE: ReadonlySet<string> = new Set(['failed', 'unknown']);

/** A flow at its end. Bytes are those on the wire, headers included: Suricata does not count payload apart. */
export const mapFlow: EveMapping = (record) => {
  const flow = body(record, 'flow');
  if (flow === null) return null;
  const time = instant(record, flow, 'end');
  const ends = parties(record.fields);
  if (time === null || ends === null) return null;
  const start = flow.text('start');
  const startTime = start === null ? null : parseEveTime(start);
  const connection: Connection<Clear> = {
    kind: 'connection',
    time,
    provenance: record.provenance,
    ...ends,
    protocol: protocol(record.fields.text('proto')),
    service: serviceOf(record.fields.text('app_proto')),
    durationMs: startTime === null ? null : Math.max(0, time - startTime),
    bytesOut: flow.count('bytes_toserver'),
    bytesIn: flow.count('bytes_toclient'),
    outcome: outcomeOf(record.fields, flow),
    ...macs(record.fields.child('ether')),
  };
  return [connection];
};

function serviceOf(name: string | null): string | null {
  const service = identifier(name);
  if (service === null || NO_SERVICE.has(service)) return null;
  return SERVICE_NAMES.get(service) ?? service;
}

function outcomeOf(fields: JsonFields, flow: JsonFields): Outcome {
  const verdict = fields.child('verdict')?.text('action') ?? null;
  if (verdict === 'drop' || flow.text('action') === 'drop') return 'blocked';
  const state = flow.text('state');
  const answers = flow.count('pkts_toclient');
  if (wasReset(fields.child('tcp'))) return 'rejected';
  if (state === null) return 'unknown';
  // `closed` without an answer: a SYN that its sender took back. `new` with answers: a port that is open.
  if (state === 'new' || state === 'closed') {
    if (answers === null) return 'unknown';
    return answers === 0 ? 'unanswered' : 'established';
  }
  return state === 'established' || state.endsWith('bypassed') ? 'established' : 'unknown';
}

/** The server answered the SYN with RST instead of SYN: nobody listens. */
function wasReset(tcp: JsonFields | null): boolean {
  const fromClient = flags(tcp?.text('tcp_flags_ts') ?? null);
  const fromServer = flags(tcp?.text('tcp_flags_tc') ?? null);
  return (fromClient & SYN) !== 0 && (fromServer & RST) !== 0 && (fromServer & SYN) === 0;
}

function flags(hex: string | null): number {
  return hex !== null && /^[0-9a-f]{2}$/i.test(hex) ? Number.parseInt(hex, 16) : 0;
}

/** A flow that was seen with several MACs per side (a bond, a redundant router) says nothing of whose it is. */
function macs(ether: JsonFields | null): Pick<Connection<Clear>, 'fromMac' | 'toMac'> {
  if (ether === null) return {};
  const fromMac = onlyMac(ether, 'src_mac', 'src_macs');
  const toMac = onlyMac(ether, 'dest_mac', 'dest_macs');
  return { ...(fromMac === null ? {} : { fromMac }), ...(toMac === null ? {} : { toMac }) };
}

function onlyMac(ether: JsonFields, one: string, several: string): string | null {
  const list = ether.texts(several);
  return macAddress(ether.text(one) ?? (list.length === 1 ? (list[0] ?? null) : null));
}
