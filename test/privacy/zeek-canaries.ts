import type { Canaries } from './canaries.ts';

type Value = string | number | boolean | readonly string[];
type ZeekRecord = Readonly<Record<string, Value>>;

/** What an analyst's way back and posture need, as it may enter. */
const FLOW = {
  uid: 'CAbcdE1fGh2iJ3kLm4',
  'id.orig_h': '10.20.0.7',
  'id.orig_p': 50_123,
  'id.resp_h': '192.0.2.10',
  'id.resp_p': 443,
};
const WEB_SERVER = { ...FLOW, 'id.resp_h': '10.20.0.9' };
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** Fields of each log that must not enter at all. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  conn: 'history tunnel_parents label remote_location.city',
  dns: 'qclass_name rcode_name',
  ssl: 'cipher curve last_alert next_protocol ssl_history subject issuer client_subject client_issuer ja3 ja3s',
  x509: 'certificate.serial certificate.curve san.dns san.uri san.email',
  http: 'uri referrer user_agent origin status_msg info_msg username password filename cookie_vars orig_filenames resp_filenames',
  files: 'filename extracted parent_fuid analyzers source',
  dhcp: 'domain client_message server_message client_software',
  ssh: 'client server cipher_alg mac_alg kex_alg host_key remote_location.city',
  kerberos: 'service cipher client_cert_subject server_cert_subject',
  ntlm: 'hostname server_nb_computer_name server_dns_computer_name server_tree_name',
  rdp: 'cookie result client_channels keyboard_layout client_build client_name client_dig_product_id',
  smb_mapping: 'service native_file_system',
  dce_rpc: 'named_pipe',
  ftp: 'password arg reply_msg mime_type',
  smtp: 'helo mailfrom rcptto date from to cc reply_to msg_id subject first_received last_reply user_agent',
  sip: 'uri request_from request_to response_from reply_to call_id subject request_path user_agent status_msg warning',
  tunnel: 'action',
  software: 'unparsed_version url',
  known_hosts: 'label',
  known_services: 'label',
  known_certs: 'subject issuer_subject serial',
  notice: 'fuid file_mime_type file_desc msg sub peer_descr email_dest',
};

/**
 * A record of every log kind: a canary in each field that must not enter, in one that no Zeek has, and in
 * each value that enters only sealed (accounts, MACs, host names, subjects, labels below a domain, names of homes).
 */
export function zeekRecords(
  canaries: Canaries,
  form: string,
  startS: number,
): ReadonlyMap<string, ZeekRecord> {
  const put = (kind: string, field: string) => canaries.word(`zeek ${form} ${kind} ${field}`);
  const label = (kind: string) => `${put(kind, 'label')}.${put(kind, 'second label')}.known-domain-9.com`;
  const home = (kind: string) => `${put(kind, 'label')}.${put(kind, 'second label')}.duckdns.org`;
  const digit = form === 'json' ? '1' : '2';
  const made: Readonly<Record<string, ZeekRecord>> = {
    conn: {
      ...FLOW,
      proto: 'tcp',
      service: 'ssl',
      duration: 1.5,
      orig_bytes: 812,
      resp_bytes: 20_480,
      conn_state: 'SF',
      orig_l2_addr: canaries.place(`3c:22:fb:d1:7e:5${digit}`, `zeek ${form} conn orig_l2_addr`),
    },
    dns: {
      ...FLOW,
      'id.resp_p': 53,
      proto: 'udp',
      query: label('dns'),
      qtype: 1,
      qtype_name: 'A',
      rcode: 0,
      answers: [`${put('dns', 'answers')}.example.net`, '198.51.100.7', `TXT 9 ${put('dns', 'TXT answer')}`],
    },
    ssl: {
      ...WEB_SERVER,
      version: 'TLSv12',
      server_name: home('ssl'),
      established: true,
      cert_chain_fps: [SHA256],
      validation_status: put('ssl', 'validation_status'),
    },
    x509: {
      fingerprint: SHA256,
      'certificate.subject': `CN=${put('x509', 'subject')}`,
      'certificate.issuer': `CN=${put('x509', 'issuer')}`,
      'certificate.not_valid_before': startS - 86_400,
      'certificate.not_valid_after': startS + 864_000,
      'certificate.key_alg': put('x509', 'key_alg'),
      'certificate.sig_alg': put('x509', 'sig_alg'),
      'certificate.key_length': 1_024,
    },
    http: {
      ...FLOW,
      'id.resp_p': 80,
      method: put('http', 'method'),
      host: `${label('http')}:8080`,
      status_code: 403,
      proxied: [`VIA -> ${put('http', 'proxied')}`],
    },
    files: {
      fuid: 'FabcDE1fGh2iJ3',
      tx_hosts: ['192.0.2.10'],
      rx_hosts: ['10.20.0.7'],
      mime_type: `application/${put('files', 'mime_type')}`,
      total_bytes: 10,
      sha256: SHA256,
    },
    dhcp: {
      mac: canaries.place(`02:1a:2b:d1:7e:5${digit}`, `zeek ${form} dhcp mac`),
      host_name: put('dhcp', 'host_name'),
      client_fqdn: `${put('dhcp', 'client_fqdn')}.corp.example`,
      assigned_addr: '10.20.0.11',
      lease_time: 3_600,
      msg_types: ['REQUEST', 'ACK'],
    },
    ssh: { ...FLOW, 'id.resp_p': 22, auth_success: false, auth_attempts: 6 },
    kerberos: {
      ...FLOW,
      'id.resp_p': 88,
      client: `${put('kerberos', 'client')}/${put('kerberos', 'realm')}.EXAMPLE`,
      success: true,
    },
    ntlm: {
      ...FLOW,
      'id.resp_p': 445,
      username: put('ntlm', 'username'),
      domainname: put('ntlm', 'domainname'),
      success: false,
    },
    rdp: { ...FLOW, 'id.resp_p': 3389, security_protocol: put('rdp', 'security_protocol') },
    smb_mapping: {
      ...FLOW,
      'id.resp_p': 445,
      path: `\\\\${put('smb_mapping', 'server')}\\${put('smb_mapping', 'share')}`,
      share_type: put('smb_mapping', 'share_type'),
    },
    dce_rpc: { ...FLOW, 'id.resp_p': 135, endpoint: 'svcctl', operation: 'CreateServiceW' },
    ftp: {
      ...FLOW,
      'id.resp_p': 21,
      user: put('ftp', 'user'),
      command: put('ftp', 'command'),
      reply_code: 230,
    },
    smtp: { ...FLOW, 'id.resp_p': 25, tls: true },
    sip: { ...FLOW, 'id.resp_p': 5060, method: put('sip', 'method') },
    tunnel: { ...FLOW, tunnel_type: `Tunnel::${put('tunnel', 'tunnel_type')}` },
    software: {
      host: '10.20.0.7',
      host_p: 22,
      software_type: 'SSH::SERVER',
      name: `${put('software', 'name')} (someone's own text)`,
    },
    known_hosts: { host: '10.20.0.7' },
    known_services: {
      host: '10.20.0.9',
      port_num: 8443,
      port_proto: 'tcp',
      service: [`${put('known_services', 'service')} banner`],
    },
    known_certs: { host: '10.20.0.9', port_num: 443 },
    notice: { ...FLOW, note: 'SSH::Password_Guessing', src: '10.20.0.7' },
  };
  const records = new Map<string, ZeekRecord>();
  for (const [kind, known] of Object.entries(made)) {
    const forbidden = `${FORBIDDEN[kind]} ${put(kind, 'field name')}`
      .split(' ')
      .map((field): [string, string] => [field, put(kind, field)]);
    const canaried: ZeekRecord = Object.fromEntries<string>(forbidden);
    records.set(kind, { ts: startS, ...known, ...canaried });
  }
  return records;
}

export const ZEEK_KINDS = Object.keys(FORBIDDEN);

export function asTsv(kind: string, record: ZeekRecord): string {
  const fields = Object.keys(record);
  const header = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${kind}`,
  ];
  return [
    ...header,
    `#fields\t${fields.join('\t')}`,
    fields.map((field) => cell(record[field])).join('\t'),
    '',
  ].join('\n');
}

function cell(value: Value | undefined): string {
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'object') return value.join(',');
  return String(value ?? '-').replaceAll('\\', '\\\\');
}

const LISTS: ReadonlySet<string> = new Set(
  'analyzers orig_filenames resp_filenames cookie_vars tunnel_parents'.split(' '),
);

export function asJson(kind: string, record: ZeekRecord): string {
  const typed = Object.entries(record).map(([field, value]) => [field, LISTS.has(field) ? [value] : value]);
  return `${JSON.stringify({ _path: kind, ...Object.fromEntries(typed) })}\n`;
}
