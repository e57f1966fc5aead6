import type {
  Address,
  Event,
  EventKind,
  EventsRecord,
  Fingerprint,
  Sealed,
  SensorId,
  SiteId,
} from '../model/index.ts';

/** One event of each kind, as `fixtures/format-2.seg` has held them since that format began. */

function address(text: string): Address {
  return text as Address;
}
function fingerprint(digit: string): Fingerprint {
  return digit.repeat(32) as Fingerprint;
}
function at(offsetMs: number): Pick<Event, 'time' | 'provenance'> {
  const sensor = { site: 'hq' as SiteId, sensor: 'zeek-1' as SensorId };
  return {
    time: 1_763_856_000_000 + offsetMs,
    provenance: { ...sensor, uid: 'CHhAvVGS1DHFjwGM9', communityId: null },
  };
}

const camera = { address: address('10.0.3.17'), port: 50_123, local: true };
const server = { address: address('2001:db8::1'), port: 443, local: null };
const name = {
  domain: 'example.com',
  fingerprint: fingerprint('a'),
  parents: [fingerprint('b'), fingerprint('c')],
  labels: { count: 2, length: 9, entropy: 0.47 },
  full: 'cdn.eu.example.com',
};
const mac = { fingerprint: fingerprint('d'), vendor: '00:1a:2b' };
const guarded: Sealed['name'] = {
  domain: 'local',
  fingerprint: fingerprint('e'),
  parents: [],
  labels: { count: 0, length: 0, entropy: 1 / 3 },
  guarded: true,
};
const machine = { address: address('10.0.3.17'), mac, hostName: fingerprint('f') };

const events: { readonly [K in EventKind]: Extract<Event, { readonly kind: K }> } = {
  connection: {
    kind: 'connection',
    ...at(0),
    from: camera,
    to: server,
    name,
    protocol: 'tcp',
    service: 'ssl',
    durationMs: 1_234,
    bytesOut: 5_000_000_000,
    bytesIn: null,
    outcome: 'established',
    fromMac: mac,
  },
  dns: {
    kind: 'dns',
    ...at(-5),
    from: camera,
    to: { ...server, port: 53 },
    query: guarded,
    queryType: 'AAAA',
    outcome: 'answered',
    addresses: [server.address],
    answerCount: 1,
  },
  tls: {
    kind: 'tls',
    ...at(3),
    from: camera,
    to: server,
    name,
    version: 'TLSv13',
    established: true,
    certificate: fingerprint('1'),
    clientCertificate: null,
    validation: 'ok',
  },
  certificate: {
    kind: 'certificate',
    ...at(4),
    keys: [fingerprint('1'), 'FAbc'],
    subject: fingerprint('2'),
    issuer: null,
    selfIssued: false,
    notBefore: -86_400_000,
    notAfter: 1_800_000_000_000,
    keyType: 'ecdsa',
    keyBits: 256,
    weakSignature: false,
    isAuthority: true,
  },
  http: {
    kind: 'http',
    ...at(5),
    from: camera,
    to: server,
    method: 'GET',
    status: 200,
    bytesOut: 0,
    bytesIn: 99,
    viaProxy: true,
  },
  file: {
    kind: 'file',
    ...at(6),
    from: server,
    to: null,
    sha256: '3'.repeat(64),
    sha1: null,
    md5: null,
    sizeBytes: 70_000,
    mimeClass: 'executable',
  },
  lease: { kind: 'lease', ...at(7), ...machine, leaseMs: 86_400_000 },
  authentication: {
    kind: 'authentication',
    ...at(8),
    from: camera,
    to: null,
    service: 'kerberos',
    account: { fingerprint: fingerprint('4'), nature: 'person' },
    outcome: 'failure',
    attempts: 2,
    mfa: false,
  },
  remote_service: {
    kind: 'remote_service',
    ...at(9),
    from: camera,
    to: server,
    service: 'dce_rpc',
    operation: 'svcctl',
  },
  software: {
    kind: 'software',
    ...at(10),
    host: camera,
    role: 'ssh_server',
    product: 'OpenSSH',
    version: '9.6p1 ünïcode Ω',
  },
  service: { kind: 'service', ...at(11), host: server, protocol: 'udp', services: ['dns', 'quic'] },
  host: { kind: 'host', ...at(12), host: camera, hostName: fingerprint('f') },
  finding: {
    kind: 'finding',
    ...at(13),
    from: camera,
    to: server,
    rule: 'suricata:1:2403388',
    severity: 'high',
    outcome: 'blocked',
    policy: 'pol_no_c2',
  },
  inventory: {
    kind: 'inventory',
    ...at(14),
    ...machine,
    mac: null,
    deviceKind: 'ip_camera',
    manufacturer: 'Acme',
    model: null,
    firmware: '1.2.3',
  },
  vulnerability: {
    kind: 'vulnerability',
    ...at(15),
    ...machine,
    cve: 'CVE-2026-0001',
    cvss: 7.5,
    epss: 0.97156,
    exploited: true,
    fixedVersion: null,
    resolved: false,
  },
  software_inventory: {
    kind: 'software_inventory',
    ...at(16),
    ...machine,
    packages: [
      {
        name: 'bash',
        version: '5.1.8-6.el9',
        vendor: 'Red Hat',
        purl: 'pkg:rpm/redhat/bash@5.1.8-6.el9?distro=rhel-9',
        cpe: null,
      },
      { name: 'perl', version: null, vendor: null, purl: null, cpe: 'cpe:2.3:a:perl:perl:*:*:*:*:*:*:*:*' },
    ],
  },
};

export const everyKind: EventsRecord = {
  kind: 'events',
  producers: [{ producer: 'file:0123456789abcdef', upTo: 9_000 }],
  events: Object.values(events),
  origins: Object.values(events).map((_, index) => ({ producer: 0, at: 1_000 + 500 * index })),
  uids: ['', fingerprint('5')],
  actor: 'uplink',
};
