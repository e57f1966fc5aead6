import { knownCerts, knownHosts, knownServices, software } from './assets.ts';
import { conn } from './conn.ts';
import { dhcp } from './dhcp.ts';
import { dns } from './dns.ts';
import type { Mapping } from './fields.ts';
import { files } from './files.ts';
import { http } from './http.ts';
import { notice } from './notice.ts';
import { dceRpc, rdp, sip, smbMapping, smtp, tunnel } from './remote-services.ts';
import { ftp, kerberos, ntlm, ssh } from './sign-ins.ts';
import { ssl, x509 } from './tls.ts';

/** The logs that we read, by Zeek's name of them (`#path`, `_path`, the file's name). */
export const MAPPINGS: ReadonlyMap<string, Mapping> = new Map([
  ['conn', conn],
  ['dce_rpc', dceRpc],
  ['dhcp', dhcp],
  ['dns', dns],
  ['files', files],
  ['ftp', ftp],
  ['http', http],
  ['kerberos', kerberos],
  ['known_certs', knownCerts],
  ['known_hosts', knownHosts],
  ['known_services', knownServices],
  ['notice', notice],
  ['ntlm', ntlm],
  ['rdp', rdp],
  ['sip', sip],
  ['smb_mapping', smbMapping],
  ['smtp', smtp],
  ['software', software],
  ['ssh', ssh],
  ['ssl', ssl],
  ['tunnel', tunnel],
  ['x509', x509],
]);

/** Logs of a stock Zeek that we pass over; listed so that a file of theirs is told from a foreign one. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  (
    'analyzer broker capture_loss cluster config dnp3 dpd intel irc kerberos_ticket known_devices ' +
    'known_modbus ldap ldap_search loaded_scripts modbus mqtt_connect mqtt_publish mqtt_subscribe mysql ' +
    'netcontrol notice_alarm ntp ocsp openflow packet_filter pe postgresql print prof quic radius redis ' +
    'reporter rfb signatures smb_cmd smb_files snmp socks stats stderr stdout syslog telemetry ' +
    'traceroute websocket weird weird_stats'
  ).split(' '),
);

export function isLogKind(name: string): boolean {
  return MAPPINGS.has(name) || PASSED_OVER.has(name);
}

/**
 * The log kind that a file's name states: `conn.log`, `conn.16-00-00-17-00-00.log.gz`,
 * `conn.log.labeled`, `labeled-conn.log`, `conn_20240101.log`. What stands before the first dot is the
 * kind, or ends with it, or begins with it; `null` otherwise.
 */
export function kindOfFile(path: string): string | null {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  const dot = base.indexOf('.');
  const parts = (dot < 0 ? base : base.slice(0, dot)).split(/([_-])/);
  for (let from = 0; from < parts.length; from += 2) {
    const ending = parts.slice(from).join('');
    if (isLogKind(ending)) return ending;
  }
  for (let to = parts.length; to > 0; to -= 2) {
    const beginning = parts.slice(0, to).join('');
    if (isLogKind(beginning)) return beginning;
  }
  return null;
}

/** Fields that only one kind of log has. In this order: what comes first has the more telling fields. */
const SHAPES: readonly (readonly [string, readonly string[]])[] = [
  ['conn', ['conn_state', 'proto']],
  ['x509', ['certificate.not_valid_after']],
  ['dns', ['query', 'qtype']],
  ['dns', ['trans_id', 'rcode']],
  ['notice', ['note', 'actions']],
  ['weird', ['name', 'notice', 'peer']],
  ['files', ['fuid', 'analyzers', 'source']],
  ['ssh', ['auth_attempts']],
  ['ssh', ['host_key_alg']],
  ['kerberos', ['request_type', 'client']],
  ['ntlm', ['server_nb_computer_name']],
  ['ntlm', ['domainname', 'username']],
  ['smb_mapping', ['share_type', 'path']],
  ['dce_rpc', ['endpoint', 'operation']],
  ['rdp', ['security_protocol']],
  ['ftp', ['command', 'reply_code']],
  ['dhcp', ['msg_types']],
  ['dhcp', ['mac', 'assigned_ip']],
  ['smtp', ['helo', 'trans_depth']],
  ['sip', ['call_id', 'method']],
  ['tunnel', ['tunnel_type']],
  ['http', ['method', 'trans_depth']],
  ['http', ['status_code', 'trans_depth']],
  ['ssl', ['established', 'resumed']],
  ['ssl', ['cipher', 'server_name']],
  ['software', ['software_type']],
  ['known_services', ['port_num', 'port_proto']],
  ['known_certs', ['port_num', 'issuer_subject']],
];

/** The log kind by the fields a record has, where it does not state it. */
export function kindOfShape(has: (field: string) => boolean): string | null {
  return SHAPES.find(([, fields]) => fields.every(has))?.[0] ?? null;
}
