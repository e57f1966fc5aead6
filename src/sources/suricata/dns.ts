import { type Address, LIMITS, parseAddress, type Clear, type DnsQuery } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { asksForMachines, queriedName, queryType } from '../wire-values.ts';
import { body, type EveMapping, exchange, type Parties } from './eve-record.ts';

const DNS_PORT = 53;

/**
 * DNS in the logging versions 1 (one record per answer, `rdata`), 2 (`rrname`, `answers`, `grouped`) and
 * 3 (`queries`, types `request` and `response`). A question and its answer are two records: the question
 * has outcome `unknown` and no addresses, the answer says what became of it.
 */
export const mapDns: EveMapping = (record) => {
  const dns = body(record, 'dns');
  const common = exchange(record);
  if (dns === null || common === null) return null;
  const type = dns.require('type', dns.text('type'));
  const isAnswer = type === 'answer' || type === 'response';
  const { from, to } = isAnswer ? clientFirst(common) : common;
  const question = dns.children('queries')[0] ?? dns;
  const isMachineLookup = asksForMachines(from.port, to.port);
  const query: DnsQuery<Clear> = {
    kind: 'dns',
    time: common.time,
    provenance: common.provenance,
    from,
    to,
    query: isMachineLookup ? null : queriedName(question.text('rrname')),
    queryType: queryType(question.text('rrtype'), null),
    outcome: isAnswer ? outcomeOf(dns.text('rcode')) : 'unknown',
    ...(isAnswer ? answersOf(dns) : { addresses: [], answerCount: 0 }),
  };
  return [query];
};

/** Before version 4.1 an answer's source was the packet's: the server. */
function clientFirst(ends: Parties): Parties {
  const isReversed = ends.from.port === DNS_PORT && ends.to.port !== DNS_PORT;
  return isReversed ? { from: ends.to, to: ends.from } : ends;
}

function outcomeOf(rcode: string | null): DnsQuery<Clear>['outcome'] {
  if (rcode === null) return 'unknown';
  if (rcode === 'NOERROR') return 'answered';
  if (rcode === 'NXDOMAIN') return 'nxdomain';
  return rcode === 'REFUSED' ? 'refused' : 'failed';
}

/** Addresses come in `answers` or in `grouped`, in both, or (version 1) as the record's own `rdata`. */
function answersOf(dns: JsonFields): Pick<DnsQuery<Clear>, 'addresses' | 'answerCount'> {
  const addresses = new Set<Address>();
  const add = (text: string | null): void => {
    const address = text === null ? null : parseAddress(text);
    if (address !== null && addresses.size < LIMITS.answerAddresses) addresses.add(address);
  };
  const answers = dns.children('answers');
  for (const answer of [dns, ...answers]) {
    const type = answer.text('rrtype');
    if (type === 'A' || type === 'AAAA') add(answer.text('rdata'));
  }
  const grouped = dns.child('grouped');
  const inGroups = [...(grouped?.texts('A') ?? []), ...(grouped?.texts('AAAA') ?? [])];
  for (const text of inGroups) add(text);
  const own = dns.text('rdata') === null ? 0 : 1;
  return { addresses: [...addresses], answerCount: Math.max(answers.length, inGroups.length, own) };
}
