/** OCSF 1.5 events, made up: documentation addresses, nobody's names. */
export const TIME = Date.UTC(2026, 3, 7, 12, 30);
export const BASE = {
  time: TIME,
  severity_id: 1,
  message: 'free text of a person',
  metadata: { uid: 'evt-0001', version: '1.5.0', product: { name: 'Sensor Pro', vendor_name: 'Maker' } },
};
export const PROVENANCE = {
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
export const ENDS = {
  from: { address: '10.4.0.17', port: 50_123, local: true },
  to: { address: '198.51.100.20', port: 443, local: false },
};
export const NETWORK = {
  ...BASE,
  ...CONNECTION,
  class_uid: 4001,
  activity_id: 2,
  start_time: TIME - 4_000,
  end_time: TIME + 1_000,
  traffic: { bytes_out: 1_200, bytes_in: 34_000 },
  url: { url_string: 'https://files.example.net/secret' },
};
export const DNS = {
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
export const SIGN_IN = {
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
export const INVENTORY = {
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
export const DETECTION = {
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
export const VULNERABILITY = {
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

export const SOFTWARE = {
  ...BASE,
  class_uid: 5020,
  activity_id: 2,
  actor: { user: { name: 'kim' } },
  device: { ip: '10.4.0.40', hostname: 'db-1', owner: { name: 'Kim Example' } },
  package: {
    name: 'bash',
    version: '5.1.8',
    release: '6.el9',
    epoch: 0,
    purl: 'pkg:rpm/redhat/bash@5.1.8-6.el9?arch=x86_64&distro=rhel-9&download_url=https%3A%2F%2Fkim.example#sub',
    license: 'GPL by Kim Example',
    src_url: 'https://kim.example/bash',
  },
  product: { vendor_name: 'Red Hat', cpe_name: 'cpe:2.3:a:gnu:bash:5.1.8:*:*:*:*:*:*:*', path: '/home/kim' },
  sbom: {
    product: { name: 'Sensor Pro' },
    software_components: [
      { name: 'readline', version: '8.1', author: 'Kim Example', purl: 'pkg:generic/readline@8.1' },
    ],
  },
};

export const ALL = [NETWORK, DNS, SIGN_IN, INVENTORY, DETECTION, VULNERABILITY, SOFTWARE];
