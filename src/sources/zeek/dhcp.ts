import type { Address } from '../../model/index.ts';
import { hostAddress, macAddress, sensorId } from '../wire-values.ts';
import { interval, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

export const dhcp: Mapping = (record, { time, provenance }) => ({
  kind: 'lease',
  time,
  provenance: { ...provenance, uid: provenance.uid ?? sensorId(record.texts('uids')[0] ?? null) },
  address: leased(record),
  mac: macAddress(record.text('mac')),
  hostName: record.text('host_name') ?? record.text('client_fqdn'),
  leaseMs: interval(record, 'lease_time'),
});

/** The address that a server acknowledged (RFC 2131 §3): an offer alone makes nobody its holder. */
function leased(record: ZeekRecord): Address | null {
  const messages = record.texts('msg_types');
  if (messages.length > 0 && !messages.includes('ACK')) return null;
  const assigned = hostAddress(record.text('assigned_addr') ?? record.text('assigned_ip'));
  return assigned ?? (messages.includes('INFORM') ? hostAddress(record.text('client_addr')) : null);
}
