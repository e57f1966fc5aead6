import type { RemoteService } from '../../model/index.ts';
import { flow, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

/** The use of an application protocol: who, with whom, and a word of the protocol's own. */
function remoteService(service: RemoteService, operation: (record: ZeekRecord) => string | null): Mapping {
  return (record, common) => {
    const ends = flow(record);
    if (ends === null) return null;
    return { kind: 'remote_service', ...common, ...ends, service, operation: operation(record) };
  };
}

/**
 * RDP's `cookie` may be a user name, but it is what a client typed before any proof, cut to nine
 * characters, and scanners put their own name there. It is not read: it would invent users.
 */
export const rdp = remoteService('rdp', (record) =>
  oneOf(record.text('security_protocol'), ['RDP', 'SSL', 'HYBRID', 'HYBRID_EX', 'RDSTLS']),
);

/** Of a share's path only the administrative share at its end is told apart (ATT&CK T1021.002). */
export const smbMapping = remoteService('smb', (record) => {
  const share = /\\([^\\]+)$/.exec(record.text('path') ?? '')?.[1]?.toUpperCase();
  if (share === 'ADMIN$' || /^[A-Z]\$$/.test(share ?? '')) return 'admin_share';
  if (share === 'IPC$') return 'ipc_share';
  const type = oneOf(record.text('share_type'), ['DISK', 'PIPE', 'PRINT']);
  return type === null ? null : `${type.toLowerCase()}_share`;
});

/** `svcctl::CreateServiceW`: Zeek's names of interfaces and calls, from its own tables; else UUID and number. */
export const dceRpc = remoteService('dce_rpc', (record) => {
  const endpoint = tableWord(record.text('endpoint'));
  const call = tableWord(record.text('operation'));
  return endpoint === null || call === null ? endpoint : `${endpoint}::${call}`;
});

export const smtp = remoteService('smtp', (record) => (record.bool('tls') === true ? 'STARTTLS' : null));

/** RFC 3261 and its extensions. */
const SIP_METHODS =
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(
    ' ',
  );

export const sip = remoteService('sip', (record) => oneOf(record.text('method'), SIP_METHODS));

export const tunnel = remoteService('tunnel', (record) => {
  const type = record.text('tunnel_type')?.replace('Tunnel::', '') ?? null;
  const known = oneOf(type, ['AYIYA', 'GENEVE', 'GRE', 'GTPv1', 'HTTP', 'IP', 'SOCKS', 'TEREDO', 'VXLAN']);
  return known === null ? null : known.toLowerCase();
});

function oneOf(word: string | null, words: readonly string[]): string | null {
  return word !== null && words.includes(word) ? word : null;
}

function tableWord(text: string | null): string | null {
  return text !== null && /^[A-Za-z0-9_-]{1,46}$/.test(text) ? text : null;
}
