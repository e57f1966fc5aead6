import type {
  Clear,
  Connection,
  DnsQuery,
  Observation,
  Outcome,
  Protocol,
  SensorFinding,
} from '../../model/index.ts';
import { type Address, LIMITS, parseAddress } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { skip } from '../json-line.ts';
import {
  asksForMachines,
  dnsName,
  identifier,
  macAddress,
  protocol,
  queriedName,
  queryType,
} from '../wire-values.ts';
import { endpoint, instant, isBlocked, type OcsfMapping, policyIn } from './ocsf-record.ts';

const OPEN = 1;
const LISTEN = 7;

/** Network activity (4001). A flow's time is its end: `end_time` where there is one. */
export const mapNetworkActivity: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  const activity = fields.count('activity_id');
  if (activity === LISTEN) return skip('network activity: listen');
  // Firewalls tell of a connection as it begins and as it ends: it counts once, by what it came to.
  const isNumbered = (fields.child('connection_info')?.text('uid') ?? null) !== null;
  if (activity === OPEN && isNumbered && !isBlocked(fields))
    return skip('network activity: open, told again at its end');
  const start = fields.count('start_time');
  const time = instant(record, fields.count('end_time') === null ? 'time' : 'end_time');
  const from = endpoint(fields, 'src_endpoint');
  const to = endpoint(fields, 'dst_endpoint');
  if (time === null || from === null || to === null) return null;
  const traffic = fields.child('traffic');
  const connection: Connection<Clear> = {
    kind: 'connection',
    time,
    provenance,
    from,
    to,
    ...nameOf(fields.child('dst_endpoint')),
    protocol: protocolOf(fields.child('connection_info')),
    service: identifier(fields.text('app_protocol_name')),
    durationMs: fields.count('duration') ?? (start === null ? null : Math.max(0, time - start)),
    // OCSF counts from the source's side: out is what the source sent.
    bytesOut: traffic?.count('bytes_out') ?? null,
    bytesIn: traffic?.count('bytes_in') ?? null,
    outcome: isBlocked(fields) ? 'blocked' : outcomeOf(activity, traffic),
    ...macOf(fields, 'src_endpoint', 'fromMac'),
    ...macOf(fields, 'dst_endpoint', 'toMac'),
  };
  return [connection, ...enforcement(fields, connection, connection.outcome === 'blocked')];
};

/** DNS activity (4003): query, response, or both in one record. */
export const mapDnsActivity: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  const time = instant(record);
  const from = endpoint(fields, 'src_endpoint');
  const to = endpoint(fields, 'dst_endpoint');
  if (time === null || from === null || to === null) return null;
  const question = fields.child('query');
  const name = question === null ? null : question.require('hostname', question.text('hostname'));
  const answers = fields.children('answers');
  const query: DnsQuery<Clear> = {
    kind: 'dns',
    time,
    provenance,
    from,
    to,
    query: asksForMachines(from.port, to.port) ? null : queriedName(name),
    queryType: queryType(question?.text('type') ?? null, null),
    outcome: isBlocked(fields) ? 'refused' : dnsOutcome(fields.count('rcode_id')),
    addresses: addressesIn(answers),
    answerCount: answers.length,
  };
  return [query, ...enforcement(fields, query, isBlocked(fields))];
};

/** A denial that names one of our policies is evidence that the policy is enforced. */
function enforcement(
  fields: JsonFields,
  event: Connection<Clear> | DnsQuery<Clear>,
  blocked: boolean,
): readonly Observation[] {
  const policy = policyIn(fields);
  if (!blocked || policy === null) return [];
  const { time, provenance, from, to } = event;
  const finding: SensorFinding<Clear> = {
    kind: 'finding',
    time,
    provenance,
    from,
    to,
    rule: `ocsf:${policy}`,
    severity: null,
    outcome: 'blocked',
    policy,
  };
  return [finding];
}

/** A single word is a machine's name for itself, not a destination's. */
function nameOf(to: JsonFields | null): { readonly name?: string } {
  const name = dnsName(to?.text('hostname') ?? null);
  return name?.includes('.') === true ? { name } : {};
}

function macOf<K extends 'fromMac' | 'toMac'>(
  fields: JsonFields,
  field: string,
  key: K,
): Partial<Record<K, string>>;
function macOf(fields: JsonFields, field: string, key: string): Partial<Record<string, string>> {
  const mac = macAddress(fields.child(field)?.text('mac') ?? null);
  return mac === null ? {} : { [key]: mac };
}

/** IANA protocol numbers. */
const PROTOCOL_NUMBERS: ReadonlyMap<number, Protocol> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp'],
]);

function protocolOf(connection: JsonFields | null): Protocol {
  if (connection === null) return 'other';
  const number = connection.number('protocol_num');
  const name = connection.text('protocol_name');
  // -1 is how OCSF says that the number is not known.
  if (number === null || number < 0) return protocol(name);
  return PROTOCOL_NUMBERS.get(number) ?? 'other';
}

/** `activity_id`: open, close, reset (of what was open), fail, refuse. */
const OUTCOMES_BY_ACTIVITY: ReadonlyMap<number, Outcome> = new Map([
  [1, 'established'],
  [2, 'established'],
  [3, 'established'],
  [4, 'unanswered'],
  [5, 'rejected'],
]);

/** The activity says what happened, except for a bare traffic report, where an answer must show in the figures. */
function outcomeOf(activity: number | null, traffic: JsonFields | null): Outcome {
  const stated = activity === null ? undefined : OUTCOMES_BY_ACTIVITY.get(activity);
  return stated ?? ((traffic?.count('bytes_in') ?? 0) > 0 ? 'established' : 'unknown');
}

/** `rcode_id` is the DNS response code (RFC 6895); 24, 25 and 99 are OCSF's own for what is not one. */
function dnsOutcome(code: number | null): DnsQuery<Clear>['outcome'] {
  if (code === null || code === 24 || code === 25 || code === 99) return 'unknown';
  if (code === 0) return 'answered';
  if (code === 3) return 'nxdomain';
  return code === 5 ? 'refused' : 'failed';
}

function addressesIn(answers: readonly JsonFields[]): readonly Address[] {
  const addresses = new Set<Address>();
  for (const answer of answers.slice(0, LIMITS.answerAddresses)) {
    const address = parseAddress(answer.text('rdata') ?? '');
    if (address !== null) addresses.add(address);
  }
  return [...addresses];
}
