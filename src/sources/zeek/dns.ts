import { type Address, type DnsQuery, type Clear, LIMITS, parseAddress } from '../../model/index.ts';
import { asksForMachines, queriedName, queryType } from '../wire-values.ts';
import { flow, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

export const dns: Mapping = (record, { time, provenance }) => {
  const ends = flow(record);
  if (ends === null) return null;
  const answers = record.texts('answers');
  const ofMachines = asksForMachines(ends.from.port, ends.to.port);
  return {
    kind: 'dns',
    time,
    provenance,
    ...ends,
    query: ofMachines ? null : queriedName(record.text('query')),
    queryType: queryType(record.text('qtype_name'), record.count('qtype')),
    outcome: outcome(record),
    addresses: addressesOf(answers),
    answerCount: answers.length,
  };
};

/** RFC 1035 §4.1.1 and its extensions; without a response code there was no response. */
function outcome(record: ZeekRecord): DnsQuery<Clear>['outcome'] {
  const code = record.count('rcode');
  if (code === null) return record.bool('rejected') === true ? 'refused' : 'unanswered';
  if (code === 0) return 'answered';
  if (code === 3) return 'nxdomain';
  return code === 5 ? 'refused' : 'failed';
}

function addressesOf(answers: readonly string[]): readonly Address[] {
  const addresses: Address[] = [];
  for (const answer of answers) {
    const address = parseAddress(answer);
    if (address !== null && addresses.push(address) === LIMITS.addressesPerAnswer) break;
  }
  return addresses;
}
