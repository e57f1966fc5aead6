import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CANARY, CONTEXT, isSound, lineOf, mutated, observations, poisoned } from '../json-line.fixture.ts';
import { createOcsfReader } from './reader.ts';

const read = (content: unknown) => createOcsfReader(CONTEXT).read(lineOf(content));

const TIME = Date.UTC(2026, 3, 7, 12, 30);
const BASE = {
  time: TIME,
  severity_id: 1,
  message: 'free text of a person',
  metadata: { uid: 'evt-0001', version: '1.5.0', product: { name: 'Sensor Pro', vendor_name: 'Maker' } },
};
const PROVENANCE = {
  site: 'hq',
  sensor: 'tap-1',
  uid: 'conn/77',
  communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
};
const CONNECTION = {
  connection_info: {
    protocol_num: 6,
    direction_id: 2,
    uid: PROVENANCE.uid,
    community_uid: PROVENANCE.communityId,
  },
  src_endpoint: {
    ip: '10.4.0.17',
    port: 50_123,
    mac: '3C-22-FB-00-00-01',
    hostname: 'kims-laptop',
    network_scope_id: 1,
  },
  dst_endpoint: { ip: '198.51.100.20', port: 443, hostname: 'Files.Example.net', network_scope_id: 2 },
};
const ENDS = {
  from: { address: '10.4.0.17', port: 50_123, local: true },
  to: { address: '198.51.100.20', port: 443, local: false },
};
const NETWORK = {
  ...BASE,
  ...CONNECTION,
  class_uid: 4001,
  activity_id: 2,
  start_time: TIME - 4_000,
  end_time: TIME + 1_000,
  traffic: { bytes_out: 1_200, bytes_in: 34_000 },
  url: { url_string: 'https://files.example.net/secret' },
};
const DNS = {
  ...BASE,
  ...CONNECTION,
  class_uid: 4003,
  activity_id: 6,
  query: { hostname: 'WWW.example.org.', type: 'A' },
  answers: [
    { type: 'CNAME', rdata: 'edge.example.net' },
    { type: 'A', rdata: '203.0.113.9' },
  ],
  rcode_id: 0,
};
const SIGN_IN = {
  ...BASE,
  src_endpoint: CONNECTION.src_endpoint,
  dst_endpoint: CONNECTION.dst_endpoint,
  class_uid: 3002,
  activity_id: 1,
  status_id: 2,
  status_detail: 'bad password for kim',
  auth_protocol_id: 5,
  is_mfa: true,
  user: {
    name: 'kim',
    domain: 'ACME',
    uid: 'S-1-5-21-7',
    email_addr: 'kim@acme.example',
    full_name: 'Kim Example',
  },
};
const INVENTORY = {
  ...BASE,
  class_uid: 5001,
  activity_id: 2,
  device: {
    ip: '10.4.0.30',
    mac: '3c:22:fb:00:00:30',
    hostname: 'cam-7.',
    type_id: 7,
    vendor_name: 'Axis',
    model: 'P3245-LV',
    os: { name: 'AXIS OS', type_id: 200, version: '11.8.93' },
    owner: { name: 'Kim Example' },
    desc: 'over the door',
  },
};
const DETECTION = {
  ...BASE,
  class_uid: 2004,
  activity_id: 1,
  severity_id: 5,
  action_id: 2,
  disposition_id: 2,
  policy: { uid: 'pol_c2_block_global', name: 'Block it' },
  finding_info: {
    uid: 'f-1',
    title: 'Kim did it',
    desc: 'long text',
    analytic: { uid: 'C2-0042', name: 'C2', type_id: 1 },
  },
  evidences: [{ process: { cmd_line: 'evil.exe --now' } }, { ...CONNECTION }],
};
const VULNERABILITY = {
  ...BASE,
  class_uid: 2002,
  activity_id: 1,
  status_id: 1,
  finding_info: { uid: 'v-1', title: 'Old library' },
  resources: [
    { name: 'nothing to know it by' },
    { ip: '10.4.0.40', hostname: 'db-1', owner: { name: 'Kim' } },
  ],
  vulnerabilities: [
    {
      title: 'text',
      cve: {
        uid: 'cve-2024-12345',
        cvss: [
          { version: '3.1', base_score: 7.5 },
          { version: '4.0', base_score: 8.1, overall_score: 9.1 },
        ],
        epss: { score: '0.97' },
      },
      exploit_last_seen_time: TIME,
      affected_packages: [{ name: 'libfoo', version: '1.0', fixed_in_version: '1.2.3' }],
    },
    { cwe: { uid: 'CWE-79' } },
    { cve: { uid: 'CVE-2023-1111' }, is_exploit_available: true },
  ],
};

describe('network activity', () => {
  const expected = {
    kind: 'connection',
    time: TIME + 1_000,
    provenance: PROVENANCE,
    ...ENDS,
    name: 'files.example.net',
    protocol: 'tcp',
    service: null,
    durationMs: 5_000,
    bytesOut: 1_200,
    bytesIn: 34_000,
    outcome: 'established',
    fromMac: '3c:22:fb:00:00:01',
  };

  test('[SRC-OCSF-1] is a connection whose time is its end; metadata.uid knows a second delivery', () => {
    expect(read(NETWORK)).toEqual([{ kind: 'observation', observation: expected, uid: 'evt-0001' }]);
  });

  test.each([
    ['fail', { activity_id: 4 }, 'unanswered'],
    ['refuse', { activity_id: 5 }, 'rejected'],
    ['a traffic report with an answer', { activity_id: 6 }, 'established'],
    ['a traffic report of one direction', { activity_id: 6, traffic: { bytes_out: 9 } }, 'unknown'],
    ['denied', { action_id: 2 }, 'blocked'],
    ['dropped', { disposition_id: 6 }, 'blocked'],
    ['allowed', { action_id: 1, disposition_id: 1 }, 'established'],
  ])('%s', (_, extra, outcome) => {
    expect(observations(read({ ...NETWORK, ...extra }))).toMatchObject([{ outcome }]);
  });

  test('[SRC-OCSF-2] a denial that names one of our policies is evidence for it, too', () => {
    const denied = { ...NETWORK, action_id: 2, firewall_rule: { uid: 'pol_camera_mgmt_only' } };
    expect(read(denied)).toMatchObject([
      { uid: 'evt-0001', observation: { kind: 'connection', outcome: 'blocked' } },
      {
        uid: 'evt-0001#1',
        observation: { kind: 'finding', outcome: 'blocked', policy: 'pol_camera_mgmt_only', ...ENDS },
      },
    ]);
    expect(observations(read({ ...NETWORK, action_id: 2, firewall_rule: { uid: 'rule 7' } }))).toHaveLength(
      1,
    );
    expect(observations(read({ ...denied, action_id: 1 }))).toHaveLength(1);
  });

  test('a port that listens is no connection', () => {
    expect(read({ ...NETWORK, activity_id: 7 })).toEqual([
      { kind: 'skip', what: 'network activity: listen' },
    ]);
  });
});

test.each([
  [0, 'answered'],
  [3, 'nxdomain'],
  [5, 'refused'],
  [2, 'failed'],
  [99, 'unknown'],
])('DNS activity: rcode_id %i is %s', (rcode_id, outcome) => {
  expect(observations(read({ ...DNS, rcode_id }))).toEqual([
    {
      kind: 'dns',
      time: TIME,
      provenance: PROVENANCE,
      ...ENDS,
      query: 'www.example.org',
      queryType: 'A',
      outcome,
      addresses: ['203.0.113.9'],
      answerCount: 2,
    },
  ]);
});

describe('authentication', () => {
  const expected = {
    kind: 'authentication',
    time: TIME,
    provenance: { ...PROVENANCE, uid: 'evt-0001', communityId: null },
    ...ENDS,
    service: 'sso',
    account: 'kim@acme.example',
    outcome: 'failure',
    attempts: null,
    mfa: true,
  };

  test('[SRC-OCSF-3] is a sign-in with its account, outcome and second factor', () => {
    expect(observations(read(SIGN_IN))).toEqual([expected]);
  });

  test.each([
    [{ name: 'kim', domain: 'ACME' }, 'ACME\\kim'],
    [{ name: 'kim@corp.example', domain: 'ACME' }, 'kim@corp.example'],
    [{ name: 'OTHER\\kim', domain: 'ACME' }, 'OTHER\\kim'],
    [{ name: 'kim' }, 'kim'],
    [{ uid: 'S-1-5-21-7' }, 'S-1-5-21-7'],
    [{ name: 'SYSTEM', domain: 'NT AUTHORITY', type_id: 3 }, null],
    [{ name: 'HOST7$', domain: 'ACME', type_id: 3 }, 'ACME\\HOST7$'],
  ])('%j is the account %j', (user, account) => {
    expect(observations(read({ ...SIGN_IN, user }))).toMatchObject([{ account }]);
  });

  test('without endpoints, with a remote desktop on top of Kerberos', () => {
    const {
      src_endpoint: _s,
      dst_endpoint: _d,
      ...remote
    } = { ...SIGN_IN, auth_protocol_id: 2, logon_type_id: 10, status_id: 1 };
    expect(observations(read(remote))).toMatchObject([
      { from: null, to: null, service: 'rdp', outcome: 'success' },
    ]);
    expect(read({ ...SIGN_IN, activity_id: 2 })).toEqual([{ kind: 'skip', what: 'authentication: logoff' }]);
  });
});

test('[SRC-OCSF-4] device inventory is a report on a machine', () => {
  const report = {
    kind: 'inventory',
    time: TIME,
    provenance: { ...PROVENANCE, uid: 'evt-0001', communityId: null },
    address: '10.4.0.30',
    mac: '3c:22:fb:00:00:30',
    hostName: 'cam-7',
    deviceKind: 'iot',
    manufacturer: 'Axis',
    model: 'P3245-LV',
    firmware: '11.8.93',
  };
  expect(observations(read(INVENTORY))).toEqual([report]);
  const { ip: _i, mac: _m, ...device } = INVENTORY.device;
  const network_interfaces = [{ name: 'lo' }, { ip: '10.4.0.30', mac: '3c:22:fb:00:00:30' }];
  expect(observations(read({ ...INVENTORY, device: { ...device, network_interfaces } }))).toEqual([report]);
});

test('[SRC-OCSF-5] a detection finding enters by its analytic’s id, with the policy that blocked', () => {
  const finding = {
    kind: 'finding',
    time: TIME,
    provenance: { ...PROVENANCE, uid: 'evt-0001', communityId: null },
    ...ENDS,
    rule: 'ocsf:C2-0042',
    severity: 'critical',
    outcome: 'blocked',
    policy: 'pol_c2_block_global',
  };
  expect(observations(read(DETECTION))).toEqual([finding]);
  const { evidences: _, ...bare } = {
    ...DETECTION,
    finding_info: { uid: 'f-1' },
    device: { ip: '10.4.0.17' },
  };
  expect(observations(read(bare))).toMatchObject([
    { rule: 'ocsf:detection_finding', from: { address: '10.4.0.17', port: null }, to: null },
  ]);
  expect(read({ ...DETECTION, activity_id: 3 })).toEqual([
    { kind: 'skip', what: 'detection finding: closed' },
  ]);
});

test('[SRC-OCSF-6] a vulnerability finding gives one report for each CVE, each with its own uid', () => {
  const machine = {
    kind: 'vulnerability',
    address: '10.4.0.40',
    mac: null,
    hostName: 'db-1',
    resolved: false,
  };
  expect(read(VULNERABILITY)).toMatchObject([
    {
      uid: 'evt-0001',
      observation: {
        ...machine,
        cve: 'CVE-2024-12345',
        cvss: 9.1,
        epss: 0.97,
        exploited: true,
        fixedVersion: '1.2.3',
      },
    },
    {
      uid: 'evt-0001#1',
      observation: {
        ...machine,
        cve: 'CVE-2023-1111',
        cvss: null,
        epss: null,
        exploited: false,
        fixedVersion: null,
      },
    },
  ]);
  expect(observations(read({ ...VULNERABILITY, status_id: 4 }))).toMatchObject([
    { resolved: true },
    { resolved: true },
  ]);
  const weakness = { ...VULNERABILITY, vulnerabilities: [{ cwe: { uid: 'CWE-79' } }] };
  expect(read(weakness)).toEqual([{ kind: 'skip', what: 'vulnerability finding: no CVE' }]);
});

describe('[SRC-OCSF-7] what is not a sound event of a class we read', () => {
  const { src_endpoint: _, ...sourceless } = NETWORK;
  test.each([
    ['another class', { ...BASE, class_uid: 4007 }, { kind: 'skip', what: 'class 4007' }],
    ['an extension’s class', { ...BASE, class_uid: 201_003 }, { kind: 'skip', what: 'extension class' }],
    ['no class', BASE, { reason: 'missing_field', field: 'class_uid' }],
    [
      'no time',
      { ...NETWORK, time: undefined, end_time: undefined },
      { reason: 'missing_field', field: 'time' },
    ],
    ['a time in text', { ...DNS, time: '2026-04-07' }, { reason: 'wrong_type', field: 'time' }],
    ['a time with a fraction', { ...DNS, time: 1.5 }, { reason: 'invalid_time', field: 'time' }],
    ['the year 2100', { ...DNS, time: Date.UTC(2100, 0) }, { reason: 'time_out_of_range', field: 'time' }],
    ['before 1970', { ...DNS, time: -1 }, { reason: 'time_out_of_range', field: 'time' }],
    ['no source', sourceless, { reason: 'missing_field', field: 'src_endpoint' }],
    [
      'a source without address',
      { ...NETWORK, src_endpoint: { hostname: 'x' } },
      { reason: 'missing_field', field: 'src_endpoint.ip' },
    ],
    [
      'an address that is none',
      { ...NETWORK, src_endpoint: { ip: '10.1' } },
      { reason: 'invalid_address', field: 'src_endpoint.ip' },
    ],
    [
      'a wrong type, nested',
      { ...NETWORK, traffic: { bytes_in: 'many' } },
      { reason: 'wrong_type', field: 'traffic.bytes_in' },
    ],
    ['no user', { ...SIGN_IN, user: undefined }, { reason: 'missing_field', field: 'user' }],
    ['a user without identity', { ...SIGN_IN, user: {} }, { reason: 'missing_field', field: 'user.name' }],
    [
      'a device without identity',
      { ...INVENTORY, device: {} },
      { reason: 'missing_field', field: 'device.ip' },
    ],
    [
      'no vulnerabilities',
      { ...VULNERABILITY, vulnerabilities: [] },
      { reason: 'missing_field', field: 'vulnerabilities' },
    ],
    [
      'a CVE that is none',
      { ...VULNERABILITY, vulnerabilities: [{ cve: { uid: 'CVE-1' } }] },
      { reason: 'invalid_value', field: 'vulnerabilities.0.cve.uid' },
    ],
  ])('%s', (_name, content, expected) => {
    expect(read(content)).toMatchObject([expected]);
  });

  test('one bad vulnerability refuses the whole record: nothing is half taken', () => {
    const vulnerabilities = [...VULNERABILITY.vulnerabilities, { cve: { uid: 7 } }];
    expect(read({ ...VULNERABILITY, vulnerabilities })).toEqual([
      { kind: 'refused', reason: 'wrong_type', field: 'vulnerabilities.3.cve.uid' },
    ]);
  });
});

const ALL = [NETWORK, DNS, SIGN_IN, INVENTORY, DETECTION, VULNERABILITY];

test('[SRC-OCSF-8] a field that is not on the allow-list never enters, whatever its name and place', () => {
  const forbidden = [
    'message',
    'url_string',
    'status_detail',
    'full_name',
    'desc',
    'title',
    'cmd_line',
    'vendor',
  ];
  for (const record of ALL) {
    const found = observations(read(poisoned(record, forbidden)));
    expect(found.length).toBeGreaterThan(0);
    const kept = JSON.stringify(found);
    expect(kept).not.toContain(CANARY);
    expect(kept).not.toMatch(/Sensor Pro|Kim Example|Kim did|Block it|evil\.exe|libfoo|S-1-5|free text/);
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
