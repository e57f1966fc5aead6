import { describe, expect, test } from 'vitest';
import { CONTEXT, lineOf, observations } from '../json-line.fixture.ts';
import {
  ALERT,
  ANOMALY,
  BASE,
  COMMON,
  DHCP,
  DNS_ENDS,
  FILE,
  FLOW,
  HTTP,
  KRB,
  SMB,
  SMB_SIGN_IN,
  SSH,
  TIME,
  TLS,
} from './eve-records.fixture.ts';
import { FLOW as ZEEK_FLOW, readZeek, tsv } from '../zeek/zeek-log.fixture.ts';
import { createSuricataReader } from './reader.ts';

const read = (content: unknown) => createSuricataReader(CONTEXT).read(lineOf(content));

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
  expect(observations(read({ ...HTTP, tx_id: 0 }))).toEqual([expected]);
  expect(observations(read({ ...HTTP, tx_id: 3 }))).toEqual([{ ...expected, isFurther: true }]);
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

test('[SRC-EVE-10] what a certificate or a rule’s metadata say oddly never costs the record', () => {
  const [session] = observations(read(TLS));
  for (const notbefore of ['0020-01-01T00:00:00', 'next year']) {
    expect(observations(read({ ...TLS, tls: { ...TLS.tls, notbefore } }))).toEqual([session]);
  }
  const [alert] = observations(read(ALERT));
  for (const [policy, named] of [
    ['balanced-ips drop', null],
    ['pol_no_lateral_movement', 'pol_no_lateral_movement'],
  ] as const) {
    const told = { ...ALERT, alert: { ...ALERT.alert, metadata: { policy } } };
    expect(observations(read(told))).toEqual([{ ...alert, policy: named }]);
  }
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

  test('[SRC-EVE-9] a Kerberos error is a failed sign-in only where Zeek has it for one, too', () => {
    const ofServers = ['KDC_ERR_S_PRINCIPAL_UNKNOWN', 'KRB_AP_ERR_SKEW', 'KRB_AP_ERR_TKT_EXPIRED'];
    const ofClients = [
      'KDC_ERR_C_PRINCIPAL_UNKNOWN',
      'KDC_ERR_CLIENT_REVOKED',
      'KDC_ERROR_CLIENT_NOT_TRUSTED',
    ];
    for (const error_code of [...ofServers, 'KDC_ERR_ETYPE_NOSUPP', 'KDC_ERR_WRONG_REALM', ...ofClients]) {
      const krb5 = { ...KRB.krb5, msg_type: 'KRB_ERROR', error_code };
      const log = tsv('kerberos', {
        ...ZEEK_FLOW,
        client: 'kim/ACME.EXAMPLE',
        success: 'F',
        error_msg: error_code,
      });
      const outcome = ofClients.includes(error_code) ? 'failure' : 'unknown';
      expect(observations(read({ ...KRB, krb5 }))).toMatchObject([{ outcome }]);
      expect(readZeek(log)).toMatchObject([{ observation: { outcome } }]);
    }
  });
});

test('[SRC-EVE-8] an RDP session that Suricata tells five times counts once', () => {
  const told = [
    'initial_request',
    'initial_response',
    'connect_request',
    'connect_response',
    'tls_handshake',
  ];
  const readings = told.flatMap((event_type, tx_id) =>
    read({ ...BASE, event_type: 'rdp', rdp: { tx_id, event_type } }),
  );
  expect(readings.filter(({ kind }) => kind === 'observation')).toMatchObject([
    { observation: { kind: 'remote_service', service: 'rdp', ...COMMON } },
  ]);
  expect(readings.filter(({ kind }) => kind === 'refused')).toEqual([]);
  expect(read({ ...BASE, event_type: 'rdp', rdp: {} })).toMatchObject([{ kind: 'observation' }]);
});
