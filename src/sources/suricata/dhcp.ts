import { type AddressLease, type Clear, SECOND_MS } from '../../model/index.ts';
import { skip } from '../json-line.ts';
import { hostAddress, macAddress } from '../wire-values.ts';
import { body, type EveMapping, instant } from './eve-record.ts';

/** The messages that say nothing of who has which address. */
const PASSED_OVER: ReadonlySet<string> = new Set(['discover', 'offer', 'decline', 'nak', 'release']);

/** The server's acknowledgement binds an address; the client's own messages tell its name. */
export const mapDhcp: EveMapping = (record) => {
  const dhcp = body(record, 'dhcp');
  if (dhcp === null) return null;
  const type = dhcp.text('dhcp_type') ?? 'untyped';
  if (type !== 'ack' && type !== 'request' && type !== 'inform') {
    return skip(PASSED_OVER.has(type) ? `dhcp ${type}` : 'dhcp other');
  }
  const time = instant(record, record.fields, 'timestamp');
  if (time === null) return null;
  const seconds = dhcp.count('lease_time');
  const lease: AddressLease<Clear> = {
    kind: 'lease',
    time,
    provenance: record.provenance,
    address:
      (type === 'ack' ? hostAddress(dhcp.address('assigned_ip')) : null) ??
      hostAddress(dhcp.address('client_ip')),
    mac: macAddress(dhcp.text('client_mac')),
    hostName: hostNameOf(dhcp.text('hostname')),
    leaseMs: seconds === null ? null : seconds * SECOND_MS,
  };
  return [lease];
};

/** RFC 2132 §3.14 has no more than 255 characters. */
function hostNameOf(text: string | null): string | null {
  return text !== null && text.length <= 255 ? text : null;
}
