import type { Event, EventKind } from '../model/index.ts';
import type { HELD_AS } from './held-as.ts';

type FieldsOf<K extends EventKind> = Omit<
  Extract<Event, { readonly kind: K }>,
  'kind' | 'time' | 'provenance'
>;

/**
 * Every field of every kind of event that the journal may hold, and as what. A field that is added to an event and not
 * here does not compile; that what is sealed looks as it says here is a test (`test/privacy/schema.test.ts`).
 */
export type HeldFields = {
  readonly [K in EventKind]: { readonly [F in keyof FieldsOf<K>]-?: keyof typeof HELD_AS };
};

const FLOW = { from: 'endpoint', to: 'endpoint', name: 'sealed_name' } as const;
const MACHINE = { address: 'address', mac: 'sealed_mac', hostName: 'fingerprint' } as const;

/** Beside these each has its time and its provenance. */
export const HELD_FIELDS: HeldFields = {
  connection: {
    ...FLOW,
    protocol: 'word',
    service: 'identifier',
    durationMs: 'number',
    bytesOut: 'number',
    bytesIn: 'number',
    outcome: 'word',
    fromMac: 'sealed_mac',
    toMac: 'sealed_mac',
  },
  dns: {
    ...FLOW,
    query: 'sealed_name',
    queryType: 'word',
    outcome: 'word',
    addresses: 'addresses',
    answerCount: 'number',
  },
  tls: {
    ...FLOW,
    version: 'word',
    established: 'flag',
    certificate: 'certificate_key',
    clientCertificate: 'certificate_key',
    validation: 'word',
  },
  certificate: {
    keys: 'certificate_keys',
    subject: 'fingerprint',
    issuer: 'fingerprint',
    selfIssued: 'flag',
    notBefore: 'time',
    notAfter: 'time',
    keyType: 'word',
    keyBits: 'number',
    weakSignature: 'flag',
    isAuthority: 'flag',
  },
  http: {
    ...FLOW,
    method: 'identifier',
    status: 'number',
    bytesOut: 'number',
    bytesIn: 'number',
    viaProxy: 'flag',
    isFurther: 'flag',
  },
  file: {
    from: 'endpoint',
    to: 'endpoint',
    sha256: 'digest',
    sha1: 'digest',
    md5: 'digest',
    sizeBytes: 'number',
    mimeClass: 'word',
  },
  lease: { ...MACHINE, leaseMs: 'number' },
  authentication: {
    from: 'endpoint',
    to: 'endpoint',
    service: 'word',
    account: 'sealed_account',
    outcome: 'word',
    attempts: 'number',
    mfa: 'flag',
  },
  remote_service: { ...FLOW, service: 'word', operation: 'identifier' },
  software: { host: 'endpoint', role: 'identifier', product: 'identifier', version: 'identifier' },
  service: { host: 'endpoint', protocol: 'word', services: 'identifiers' },
  host: { host: 'endpoint', mac: 'sealed_mac', hostName: 'fingerprint' },
  finding: {
    from: 'endpoint',
    to: 'endpoint',
    rule: 'identifier',
    severity: 'word',
    outcome: 'word',
    policy: 'identifier',
  },
  inventory: {
    ...MACHINE,
    deviceKind: 'identifier',
    manufacturer: 'identifier',
    model: 'identifier',
    firmware: 'identifier',
  },
  vulnerability: {
    ...MACHINE,
    cve: 'identifier',
    cvss: 'number',
    epss: 'number',
    exploited: 'flag',
    fixedVersion: 'identifier',
    resolved: 'flag',
  },
  software_inventory: { ...MACHINE, packages: 'packages' },
};
