import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARY, CONTEXT, isSound, lineOf, mutated, observations, poisoned } from '../json-line.fixture.ts';
import { createSuricataReader } from './reader.ts';

const read = (content: unknown) => createSuricataReader(CONTEXT).read(lineOf(content));

const BASE = {
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
const TIME = Date.UTC(2026, 2, 2, 7, 0, 0, 250);
const COMMON = {
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

const FLOW = {
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
const DNS_ENDS = { ...BASE, dest_ip: '10.4.0.1', dest_port: 53, proto: 'UDP', event_type: 'dns' };
const TLS = {
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
const HTTP = {
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
const FILE = {
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
const ALERT = {
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
const DHCP = {
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
const SSH = {
  ...BASE,
  event_type: 'ssh',
  ssh: {
    client: { proto_version: '2.0', software_version: 'PuTTY_Release_0.81' },
    server: { proto_version: '2.0', software_version: 'OpenSSH_9.2p1 Debian-2' },
  },
};
const SMB = {
  ...BASE,
  event_type: 'smb',
  smb: {
    command: 'SMB2_COMMAND_TREE_CONNECT',
    status: 'STATUS_SUCCESS',
    share: '\\\\files\\ADMIN$',
    filename: 'plan.docx',
  },
};
const SMB_SIGN_IN = {
  ...BASE,
  event_type: 'smb',
  smb: {
    command: 'SMB2_COMMAND_SESSION_SETUP',
    status: 'STATUS_LOGON_FAILURE',
    ntlmssp: { domain: 'ACME', user: 'kim', host: 'KIMS-LAPTOP' },
  },
};
const KRB = {
  ...BASE,
  event_type: 'krb5',
  krb5: { msg_type: 'KRB_AS_REP', cname: 'kim', realm: 'ACME.EXAMPLE', sname: 'krbtgt/ACME.EXAMPLE' },
};
const ANOMALY = {
  ...BASE,
  event_type: 'anomaly',
  anomaly: { app_proto: 'http', type: 'applayer', event: 'APPLAYER_DETECT_PROTOCOL_ONLY_ONE_DIRECTION' },
};

const outcomesOfFlow = (extra: object, flow: object = {}) =>
  observations(read({ ...FLOW, ...extra, flow: { ...FLOW.flow, ...flow } })).map(
    (o) => 'outcome' in o && o.outcome,
  );

describe('a flow', () => {
  test('[SRC-EVE-1] has its end as its time, and both sides’ bytes', () => {
    expect(observations(read(FLOW))).toEqual([
      {
        kind: 'connection',
        ...COMMON,
        time: Date.UTC(2026, 2, 2, 7, 0, 5, 500),
        protocol: 'tcp',
        service: 'ssl',
        durationMs: 15_500,
        bytesOut: 1_234,
        bytesIn: 56_789,
        outcome: 'established',
        fromMac: '3c:22:fb:00:00:01',
      },
    ]);
  });

  test.each([
    ['no answer to a SYN', {}, { state: 'new', pkts_toclient: 0 }, 'unanswered'],
    ['a SYN taken back', {}, { state: 'closed', pkts_toclient: 0 }, 'unanswered'],
    [
      'an open port, half opened',
      { tcp: { tcp_flags_ts: '02', tcp_flags_tc: '12' } },
      { state: 'new', pkts_toclient: 1 },
      'established',
    ],
    [
      'RST in answer to SYN',
      { tcp: { tcp_flags_ts: '02', tcp_flags_tc: '14' } },
      { state: 'closed' },
      'rejected',
    ],
    ['a bypassed flow', {}, { state: 'local_bypassed' }, 'established'],
    ['a dropped flow', {}, { action: 'drop' }, 'blocked'],
    ['a verdict to drop', { verdict: { action: 'drop' } }, {}, 'blocked'],
    ['a state that we do not know', {}, { state: 'sideways' }, 'unknown'],
  ])('%s', (_, extra, flow, expected) => {
    expect(outcomesOfFlow(extra, flow)).toEqual([expected]);
  });

  test('needs no ports where the protocol has none', () => {
    const { src_port: _s, dest_port: _d, ...portless } = FLOW;
    const [icmp] = observations(read({ ...portless, proto: 'IPv6-ICMP', src_ip: 'FE80:0:0:0:0:0:0:1' }));
    expect(icmp).toMatchObject({ protocol: 'icmp', from: { address: 'fe80::1', port: null } });
  });
});

const uidOf = (text: string) => observations(read(text))[0]?.provenance.uid;

describe('the id of a flow', () => {
  test('[SRC-EVE-2] keeps all its digits, beyond what a double holds', () => {
    const text = JSON.stringify(FLOW).replace('1400000000000001', '18446744073709551615');
    expect(uidOf(text)).toBe('18446744073709551615');
  });

  test('is the record’s own, not one that is nested or quoted', () => {
    const own = '18446744073709551611';
    const text = JSON.stringify({ decoy: { flow_id: 1 }, note: '"flow_id":5', ...FLOW }).replace(
      '1400000000000001',
      own,
    );
    expect(uidOf(text)).toBe(own);
  });

  test('is left out where it is none', () => {
    for (const id of ['-5', '1.5', '"x y"', '1e99', 'null']) {
      expect(uidOf(JSON.stringify(FLOW).replace('1400000000000001', id))).toBeNull();
    }
  });

  test('is left out, not fatal, in a record that is nested without end', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const text = JSON.stringify(FLOW).replace('1400000000000001', `18446744073709551615,"deep":${deep}`);
    expect(() => read(text)).not.toThrow();
  });
});

describe('DNS', () => {
  const question = { type: 'query', id: 7, rrname: 'WWW.Example.org', rrtype: 'AAAA' };
  const expected = { query: 'www.example.org', queryType: 'AAAA' };

  test('a question is a lookup whose outcome is not known yet', () => {
    expect(observations(read({ ...DNS_ENDS, dns: question }))).toMatchObject([
      { kind: 'dns', ...expected, outcome: 'unknown', addresses: [], answerCount: 0 },
    ]);
  });

  const answers = [
    { rrname: 'www.example.org', rrtype: 'CNAME', rdata: 'edge.example.net' },
    { rrname: 'edge.example.net', rrtype: 'AAAA', rdata: '2001:DB8::7' },
  ];
  test.each([
    [
      '1, a record per answer',
      { type: 'answer', rrname: 'www.example.org', rrtype: 'AAAA', rdata: '2001:db8::7', rcode: 'NOERROR' },
      1,
    ],
    ['2, detailed', { ...question, version: 2, type: 'answer', rcode: 'NOERROR', answers }, 2],
    [
      '2, grouped',
      { ...question, version: 2, type: 'answer', rcode: 'NOERROR', grouped: { AAAA: ['2001:db8::7'] } },
      1,
    ],
    [
      '3',
      {
        version: 3,
        type: 'response',
        rcode: 'NOERROR',
        queries: [{ rrname: 'www.example.org', rrtype: 'AAAA' }],
        answers,
      },
      2,
    ],
  ])('[SRC-EVE-3] an answer in version %s', (_, dns, answerCount) => {
    expect(observations(read({ ...DNS_ENDS, dns }))).toMatchObject([
      { ...expected, outcome: 'answered', addresses: ['2001:db8::7'], answerCount },
    ]);
  });

  test.each([
    ['NXDOMAIN', 'nxdomain'],
    ['REFUSED', 'refused'],
    ['SERVFAIL', 'failed'],
  ])('%s is %s', (rcode, outcome) => {
    expect(observations(read({ ...DNS_ENDS, dns: { ...question, type: 'answer', rcode } }))).toMatchObject([
      { outcome },
    ]);
  });

  test('an answer that is logged from the server’s side is the client’s lookup all the same', () => {
    const reversed = {
      ...DNS_ENDS,
      src_ip: '10.4.0.1',
      src_port: 53,
      dest_ip: '10.4.0.17',
      dest_port: 50_123,
    };
    const dns = { ...question, type: 'answer', rcode: 'NOERROR', answers };
    expect(observations(read({ ...reversed, dns }))).toMatchObject([
      { from: { address: '10.4.0.17' }, to: { address: '10.4.0.1', port: 53 } },
    ]);
  });

  test('the names of machines that look for each other stay out', () => {
    const mdns = { ...DNS_ENDS, dest_ip: '224.0.0.251', dest_port: 5_353 };
    expect(observations(read({ ...mdns, dns: { ...question, rrname: 'kims-phone.local' } }))).toMatchObject([
      { query: null },
    ]);
  });
});

test('[SRC-EVE-4] a TLS record states a session and the certificate that was shown in it', () => {
  expect(observations(read(TLS))).toEqual([
    {
      kind: 'tls',
      ...COMMON,
      name: 'files.example.net',
      version: 'TLSv12',
      established: null,
      certificate: '2dd19f809986fcac5f2a2afda3f37e967cdd2437',
      clientCertificate: null,
      validation: 'unknown',
    },
    {
      kind: 'certificate',
      time: TIME,
      provenance: COMMON.provenance,
      keys: ['2dd19f809986fcac5f2a2afda3f37e967cdd2437'],
      subject: 'CN=files.example.net',
      issuer: 'C=XX, O=Example Trust, CN=Example CA 4',
      selfIssued: false,
      notBefore: Date.UTC(2025, 2, 19, 9, 44, 8),
      notAfter: Date.UTC(2100, 2, 20, 9, 44, 8),
      keyType: 'other',
      keyBits: null,
      weakSignature: false,
      isAuthority: false,
    },
  ]);
  expect(observations(read({ ...TLS, tls: { version: 'TLS 1.3' } }))).toMatchObject([
    { certificate: null, version: 'TLSv13' },
  ]);
});

test('an HTTP request keeps host, method, status and size; a proxy is known by what it is asked', () => {
  const expected = {
    kind: 'http',
    ...COMMON,
    name: 'intranet.example.net',
    method: 'POST',
    status: 201,
    bytesOut: null,
    bytesIn: 512,
    viaProxy: false,
  };
  expect(observations(read(HTTP))).toEqual([expected]);
  const proxied = {
    ...HTTP,
    http: { ...HTTP.http, url: 'http://intranet.example.net/hr', http_method: 'kim=secret' },
  };
  expect(observations(read(proxied))).toEqual([{ ...expected, method: null, viaProxy: true }]);
});

test('a file keeps its digests, size and class, not its name', () => {
  expect(observations(read(FILE))).toEqual([
    {
      kind: 'file',
      ...COMMON,
      sha256: 'ab'.repeat(32),
      sha1: null,
      md5: 'cd'.repeat(16),
      sizeBytes: 77,
      mimeClass: 'archive',
    },
  ]);
});

test('a DHCP acknowledgement is a lease; an offer is passed over by name', () => {
  const { from: _f, to: _t, ...base } = COMMON;
  const lease = {
    kind: 'lease',
    ...base,
    address: '10.4.0.17',
    mac: '3c:22:fb:00:00:01',
    hostName: 'kims-laptop',
    leaseMs: 3_600_000,
  };
  expect(observations(read(DHCP))).toEqual([lease]);
  const request = {
    ...DHCP,
    dhcp: { ...DHCP.dhcp, type: 'request', dhcp_type: 'request', client_ip: '0.0.0.0' },
  };
  expect(observations(read(request))).toEqual([{ ...lease, address: null }]);
  expect(read({ ...DHCP, dhcp: { dhcp_type: 'offer' } })).toEqual([{ kind: 'skip', what: 'dhcp offer' }]);
});

describe('a finding', () => {
  const blocked = {
    kind: 'finding',
    ...COMMON,
    rule: 'suricata:1:9000001',
    severity: 'high',
    outcome: 'blocked',
    policy: 'pol_no_lateral_movement',
  };

  test('[SRC-EVE-5] an alert enters by its number; a block names the policy that it enforces', () => {
    expect(observations(read(ALERT))).toEqual([blocked]);
    const { metadata: _, ...alert } = ALERT.alert;
    expect(
      observations(read({ ...ALERT, alert: { ...alert, action: 'allowed', severity: 3 } })),
    ).toMatchObject([{ severity: 'low', outcome: 'allowed', policy: null }]);
  });

  test('a dropped packet is a block, by a rule or for the engine’s own reason', () => {
    const drop = { ...ALERT, event_type: 'drop', drop: { len: 40, reason: 'rules' } };
    expect(observations(read(drop))).toEqual([blocked]);
    const { alert: _, ...bare } = drop;
    expect(observations(read({ ...bare, drop: { reason: 'flow drop' } }))).toMatchObject([
      { rule: 'suricata:drop:flow_drop', severity: null, outcome: 'blocked' },
    ]);
  });

  test('of a packet that goes back to the client, the flow’s direction counts', () => {
    const flow = { src_ip: '10.4.0.17', src_port: 50_123, dest_ip: '198.51.100.20', dest_port: 443 };
    const back = {
      ...ALERT,
      src_ip: flow.dest_ip,
      src_port: 443,
      dest_ip: flow.src_ip,
      dest_port: 50_123,
      flow,
    };
    expect(observations(read(back))).toEqual([blocked]);
  });

  test('an anomaly is named as the engine names it, and may have no addresses', () => {
    const rule = 'suricata:anomaly:applayer:applayer_detect_protocol_only_one_direction';
    expect(observations(read(ANOMALY))).toMatchObject([{ rule, severity: null, outcome: 'unknown' }]);
    const { src_ip: _s, dest_ip: _d, ...nowhere } = ANOMALY;
    expect(observations(read(nowhere))).toMatchObject([{ rule, from: null, to: null }]);
  });
});

describe('remote services', () => {
  test('SSH tells both sides’ software', () => {
    expect(observations(read(SSH))).toMatchObject([
      { kind: 'remote_service', service: 'ssh' },
      { kind: 'software', role: 'ssh_server', host: COMMON.to, product: 'OpenSSH', version: '9.2p1' },
    ]);
  });

  test('SMB tells an administrative share, an RPC interface, an NTLM sign-in', () => {
    expect(observations(read(SMB))).toEqual([
      { kind: 'remote_service', ...COMMON, service: 'smb', operation: 'admin_share' },
    ]);
    const dcerpc = { interfaces: [{ uuid: '367ABB81-9844-35f1-ad32-98f038001003' }] };
    expect(observations(read({ ...SMB, smb: { dcerpc } }))).toMatchObject([{ operation: 'svcctl' }]);
    expect(observations(read({ ...BASE, event_type: 'dcerpc', dcerpc }))).toMatchObject([
      { service: 'dce_rpc', operation: 'svcctl' },
    ]);
    expect(observations(read(SMB_SIGN_IN))).toMatchObject([
      { kind: 'remote_service' },
      { kind: 'authentication', service: 'ntlm', account: 'ACME\\kim', outcome: 'failure' },
    ]);
  });

  test('Kerberos tells who got a ticket; the request for pre-authentication is no failure', () => {
    expect(observations(read(KRB))).toMatchObject([
      { service: 'kerberos', account: 'kim@ACME.EXAMPLE', outcome: 'success' },
    ]);
    const error = (error_code: string) =>
      read({ ...KRB, krb5: { ...KRB.krb5, msg_type: 'KRB_ERROR', error_code } });
    expect(observations(error('KDC_ERR_PREAUTH_REQUIRED'))).toMatchObject([{ outcome: 'unknown' }]);
    expect(observations(error('KDC_ERR_PREAUTH_FAILED'))).toMatchObject([{ outcome: 'failure' }]);
  });
});

describe('[SRC-EVE-6] what is not a sound record of a kind we read', () => {
  test.each([
    ['a kind that we do not read', { ...BASE, event_type: 'stats' }, { kind: 'skip', what: 'stats' }],
    ['a kind that nobody knows', { ...BASE, event_type: CANARY }, { kind: 'skip', what: 'other' }],
    ['no kind', BASE, { reason: 'missing_field', field: 'event_type' }],
    ['an array', [FLOW], { reason: 'not_an_object', field: null }],
    ['no JSON', '{"timestamp":', { reason: 'malformed_json', field: null }],
    ['no time', { ...TLS, timestamp: undefined }, { reason: 'missing_field', field: 'timestamp' }],
    [
      'a time that is none',
      { ...TLS, timestamp: 'yesterday' },
      { reason: 'invalid_time', field: 'timestamp' },
    ],
    [
      'the year 2100',
      { ...TLS, timestamp: '2100-01-01T00:00:00.000000+0000' },
      { reason: 'time_out_of_range', field: 'timestamp' },
    ],
    ['a flow without end', { ...FLOW, flow: {} }, { reason: 'missing_field', field: 'flow.end' }],
    ['a wrong type', { ...FLOW, src_ip: 7 }, { reason: 'wrong_type', field: 'src_ip' }],
    [
      'a wrong type, nested',
      { ...FLOW, flow: { ...FLOW.flow, bytes_toclient: '7' } },
      { reason: 'wrong_type', field: 'flow.bytes_toclient' },
    ],
    [
      'a negative count',
      { ...FLOW, flow: { ...FLOW.flow, bytes_toclient: -7 } },
      { reason: 'invalid_value', field: 'flow.bytes_toclient' },
    ],
    ['no address', { ...FLOW, dest_ip: '10.1.1' }, { reason: 'invalid_address', field: 'dest_ip' }],
    [
      'a port beyond 16 bits',
      { ...FLOW, dest_port: 70_000 },
      { reason: 'invalid_value', field: 'dest_port' },
    ],
    [
      'an alert without number',
      { ...ALERT, alert: {} },
      { reason: 'missing_field', field: 'alert.signature_id' },
    ],
  ])('%s', (_, content, expected) => {
    expect(read(content)).toMatchObject([expected]);
  });

  test('a blank line is no record, and a line still being written is called that', () => {
    expect(read('  ')).toEqual([]);
    expect(createSuricataReader(CONTEXT).read(lineOf('{"timest', false))).toMatchObject([
      { reason: 'half_written_line' },
    ]);
  });

  test('a time of 1970 after a modern one is a broken clock', () => {
    const reader = createSuricataReader(CONTEXT);
    const old = { ...TLS, timestamp: '1970-01-01T00:00:07.000000+0000' };
    expect(reader.read(lineOf(TLS))).toMatchObject([{ kind: 'observation' }, { kind: 'observation' }]);
    expect(reader.read(lineOf(old))).toEqual([
      { kind: 'refused', reason: 'time_out_of_range', field: 'timestamp' },
    ]);
  });
});

const ALL = [
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

test('[SRC-EVE-7] a field that is not on the allow-list never enters, whatever its name and place', () => {
  const forbidden = [
    'host',
    'in_iface',
    'url',
    'http_user_agent',
    'http_refer',
    'protocol',
    'filename',
    'magic',
    'signature',
    'category',
    'payload_printable',
    'serial',
    'sname',
    'reason',
  ];
  for (const record of ALL) {
    const found = observations(read(poisoned(record, forbidden)));
    expect(found.length).toBeGreaterThan(0);
    expect(JSON.stringify(found)).not.toContain(CANARY);
    expect(JSON.stringify(found)).not.toMatch(/salaries|sensor-of-someone|eth7|GET \/secret|plan\.docx/);
  }
});

describe('whatever arrives', () => {
  test('arbitrary JSON never throws and never yields half a value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.string()), (content) => {
        expect(isSound(read(content))).toBe(true);
      }),
    );
  });

  test('nor does a good record with any of its fields replaced', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<object>(...ALL),
        fc.nat(),
        fc.nat(),
        fc.jsonValue(),
        (record, at, below, value) => {
          expect(isSound(read(mutated(record, at, below, value)))).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
