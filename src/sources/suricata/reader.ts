import { JsonFields } from '../json-fields.ts';
import { objectOn, readingsOf, skip } from '../json-line.ts';
import type { LogReader } from '../log-reader.ts';
import { createTimeGate, type SourceContext } from '../reading-context.ts';
import { mapDhcp } from './dhcp.ts';
import { mapDns } from './dns.ts';
import { type EveMapping, eveRecord } from './eve-record.ts';
import { mapAlert, mapAnomaly, mapDrop } from './finding.ts';
import { mapFlow } from './flow.ts';
import { mapFile, mapHttp } from './http.ts';
import { mapKerberos } from './kerberos.ts';
import { mapDceRpc, mapRdp, mapSmb, mapSsh, mapUse } from './remote-service.ts';
import { mapTls } from './tls.ts';

const MAPPINGS: ReadonlyMap<string, EveMapping> = new Map([
  ['flow', mapFlow],
  ['dns', mapDns],
  ['tls', mapTls],
  ['http', mapHttp],
  ['fileinfo', mapFile],
  ['dhcp', mapDhcp],
  ['alert', mapAlert],
  ['drop', mapDrop],
  ['anomaly', mapAnomaly],
  ['ssh', mapSsh],
  ['smb', mapSmb],
  ['dcerpc', mapDceRpc],
  ['krb5', mapKerberos],
  ['rdp', mapRdp],
  ['ftp', mapUse('ftp')],
  ['smtp', mapUse('smtp')],
  ['sip', mapUse('sip')],
]);

/** The event types that are read. */
export const EVE_TYPES: readonly string[] = [...MAPPINGS.keys()];

/** Event types that Suricata has and we pass over by name; one that is not even known counts as `other`. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  (
    'arp bittorrent_dht dnp3 doh2 engine enip frame ftp_data ike ikev2 ldap mdns metadata modbus mqtt ' +
    'netflow nfs packet pgsql pop3 quic rfb snmp stats template tftp vars websocket'
  ).split(' '),
);

/** Reads Suricata's EVE log, one JSON record per line. */
export function createSuricataReader(context: SourceContext): LogReader {
  const gate = createTimeGate(context);
  return {
    format: 'suricata_eve',
    read(line) {
      const source = objectOn(line);
      if (!('object' in source)) return source;
      const fields = new JsonFields(source.object);
      const type = fields.require('event_type', fields.text('event_type'));
      const mapping = MAPPINGS.get(type ?? '');
      if (type !== null && mapping === undefined) return [skip(PASSED_OVER.has(type) ? type : 'other')];
      const mapped = mapping?.(eveRecord(source, fields, context, gate)) ?? null;
      return readingsOf(fields, mapped);
    },
  };
}
