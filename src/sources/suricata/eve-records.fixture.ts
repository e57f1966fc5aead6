/** Records as Suricata writes them, made up: documentation addresses, nobody's names. */
export const BASE = {
  timestamp: '2026-03-02T08:00:00.250000+0100',
  flow_id: 1_400_000_000_000_001,
  in_iface: 'eth7',
  src_ip: '10.4.0.17',
  src_port: 50_123,
  dest_ip: '198.51.100.20',
  dest_port: 443,
  proto: 'TCP',
  community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  host: 'sensor-of-someone',
};
export const TIME = Date.UTC(2026, 2, 2, 7, 0, 0, 250);
export const COMMON = {
  time: TIME,
  provenance: {
    site: 'hq',
    sensor: 'tap-1',
    uid: '1400000000000001',
    communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  },
  from: { address: '10.4.0.17', port: 50_123, local: null },
  to: { address: '198.51.100.20', port: 443, local: null },
};

export const FLOW = {
  ...BASE,
  event_type: 'flow',
  app_proto: 'tls',
  ether: { src_macs: ['3c:22:fb:00:00:01'], dest_macs: ['3c:22:fb:00:00:02', '3c:22:fb:00:00:03'] },
  flow: {
    pkts_toserver: 9,
    pkts_toclient: 7,
    bytes_toserver: 1_234,
    bytes_toclient: 56_789,
    start: '2026-03-02T07:59:50.000000+0100',
    end: '2026-03-02T08:00:05.500000+0100',
    state: 'closed',
    reason: 'timeout',
    alerted: false,
  },
  tcp: { tcp_flags: '1b', tcp_flags_ts: '1b', tcp_flags_tc: '1b', state: 'closed' },
};
export const DNS_ENDS = { ...BASE, dest_ip: '10.4.0.1', dest_port: 53, proto: 'UDP', event_type: 'dns' };
export const TLS = {
  ...BASE,
  event_type: 'tls',
  tls: {
    subject: 'CN=files.example.net',
    issuerdn: 'C=XX, O=Example Trust, CN=Example CA 4',
    serial: '0A:0B',
    fingerprint: '2D:D1:9f:80:99:86:fc:ac:5f:2a:2a:fd:a3:f3:7e:96:7c:dd:24:37',
    sni: 'Files.Example.net',
    version: 'TLS 1.2',
    notbefore: '2025-03-19T09:44:08',
    notafter: '2100-03-20T09:44:08',
  },
};
export const HTTP = {
  ...BASE,
  event_type: 'http',
  http: {
    hostname: 'intranet.example.net:8080',
    url: '/hr/salaries?name=kim',
    http_user_agent: 'curl/8.1',
    http_refer: 'http://portal.example.net/',
    http_method: 'POST',
    protocol: 'HTTP/1.1',
    status: 201,
    length: 512,
  },
};
export const FILE = {
  ...BASE,
  event_type: 'fileinfo',
  http: { http_content_type: 'application/zip; charset=binary', url: '/a' },
  fileinfo: {
    filename: '/home/kim/offer.zip',
    magic: 'Zip archive',
    sha256: 'ab'.repeat(32),
    md5: 'cd'.repeat(16),
    size: 77,
  },
};
export const ALERT = {
  ...BASE,
  event_type: 'alert',
  alert: {
    action: 'blocked',
    gid: 1,
    signature_id: 9_000_001,
    rev: 1,
    signature: 'Someone wrote a sentence here',
    category: 'Misc',
    severity: 1,
    metadata: { policy: ['balanced-ips drop', 'pol_no_lateral_movement'] },
  },
  payload_printable: 'GET /secret',
};
export const DHCP = {
  ...BASE,
  event_type: 'dhcp',
  dhcp: {
    type: 'reply',
    dhcp_type: 'ack',
    client_mac: '3C:22:FB:00:00:01',
    assigned_ip: '10.4.0.17',
    hostname: 'kims-laptop',
    lease_time: 3_600,
  },
};
export const SSH = {
  ...BASE,
  event_type: 'ssh',
  ssh: {
    client: { proto_version: '2.0', software_version: 'PuTTY_Release_0.81' },
    server: { proto_version: '2.0', software_version: 'OpenSSH_9.2p1 Debian-2' },
  },
};
export const SMB = {
  ...BASE,
  event_type: 'smb',
  smb: {
    command: 'SMB2_COMMAND_TREE_CONNECT',
    status: 'STATUS_SUCCESS',
    share: '\\\\files\\ADMIN$',
    filename: 'plan.docx',
  },
};
export const SMB_SIGN_IN = {
  ...BASE,
  event_type: 'smb',
  smb: {
    command: 'SMB2_COMMAND_SESSION_SETUP',
    status: 'STATUS_LOGON_FAILURE',
    ntlmssp: { domain: 'ACME', user: 'kim', host: 'KIMS-LAPTOP' },
  },
};
export const KRB = {
  ...BASE,
  event_type: 'krb5',
  krb5: { msg_type: 'KRB_AS_REP', cname: 'kim', realm: 'ACME.EXAMPLE', sname: 'krbtgt/ACME.EXAMPLE' },
};
export const ANOMALY = {
  ...BASE,
  event_type: 'anomaly',
  anomaly: { app_proto: 'http', type: 'applayer', event: 'APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION' },
};

export const ALL = [
  FLOW,
  { ...DNS_ENDS, dns: { type: 'query', rrname: 'www.example.org', rrtype: 'A' } },
  TLS,
  HTTP,
  FILE,
  ALERT,
  DHCP,
  SSH,
  SMB,
  SMB_SIGN_IN,
  KRB,
  ANOMALY,
];

const { event_type: _, ...ENDS } = SSH;
const use = (event_type: string) => ({ ...BASE, ...ENDS, event_type, [event_type]: {} });
/** One at least of every event type that is read. */
export const TELLING = [
  ...ALL,
  { ...use('drop'), drop: { reason: 'rules' } },
  {
    ...use('dcerpc'),
    dcerpc: { request: 'REQUEST', interfaces: [{ uuid: '367abb81-9844-35f1-ad32-98f038001003' }] },
  },
  use('rdp'),
  use('ftp'),
  use('smtp'),
  use('sip'),
];
