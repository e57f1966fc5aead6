import fc from 'fast-check';
import {
  type Address,
  AUTHENTICATION_SERVICES,
  type Event,
  type EventKind,
  type EventOrigin,
  type EventsRecord,
  type Fingerprint,
  MIME_CLASSES,
  OUTCOMES,
  type ProducerMark,
  PROTOCOLS,
  REMOTE_SERVICES,
  type Sealed,
  SEVERITIES,
  type SoftwarePackage,
} from '../model/index.ts';

/** Any event of any kind, with whatever a field's type allows: a field without a line here does not compile. */

type AnyOf<T> = { readonly [K in keyof T]-?: fc.Arbitrary<Exclude<T[K], undefined>> };
type OptionalKey<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];

/** An object of these fields, each of the optional ones there or not. */
function objectOf<T extends object>(
  fields: AnyOf<T>,
  ...optional: readonly OptionalKey<T>[]
): fc.Arbitrary<T> {
  const requiredKeys = Object.keys(fields).filter((key) => !optional.some((each) => each === key));
  const model: Record<string, fc.Arbitrary<unknown>> = fields;
  return fc.record(model, {
    requiredKeys,
    noNullPrototype: true,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;
}

const HEX_DIGITS = '0123456789abcdef'.split('');

const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'a', '10.0.0.1', 'fe80::1', 'ünï \ud83d\ude00', '\ud800', '\u0000', 'ÿ', 'Ā', '"\\\n'),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...HEX_DIGITS), minLength: 14, maxLength: 34 }),
  fc.string({ unit: fc.constantFrom('A', 'F', '0', 'g'), minLength: 16, maxLength: 32 }),
);
function text<T extends string>(): fc.Arbitrary<T> {
  return anyText as fc.Arbitrary<T>;
}

/** Around every bound of the format, and far beyond. */
const BOUNDS = [0, 31, 32, 2 ** 29, 2 ** 31, 2 ** 32, 2 ** 49, 2 ** 50, 2 ** 51, 2 ** 53, 2 ** 60];
const EXTREMES = [-0, 0.1 + 0.2, 0.001, 0.0005, 4.35, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON];

const number: fc.Arbitrary<number> = fc.oneof(
  fc.nat({ max: 70_000 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100_000, max: 100_000 }).map((thousandths) => thousandths / 1_000),
  fc.constantFrom(...BOUNDS.flatMap((bound) => [bound - 1, bound, bound + 1, -bound]), ...EXTREMES),
);
const time = fc.oneof(fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }), number);
const boolean = fc.boolean();

function nullable<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(of, { nil: null });
}
function some<T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { maxLength: 3 });
}

const labels = objectOf<Sealed['name']['labels']>({ count: number, length: number, entropy: number });
const name = objectOf<Sealed['name']>(
  {
    domain: text(),
    fingerprint: text(),
    parents: some(text()),
    labels,
    full: text(),
    guarded: fc.constant(true),
  },
  'full',
  'guarded',
);
const mac = objectOf<Sealed['mac']>({ fingerprint: text(), vendor: nullable(text()) });
const account = objectOf<Sealed['account']>({
  fingerprint: text(),
  nature: fc.constantFrom('person', 'service', 'machine'),
});
const endpoint = objectOf<Extract<Event, { kind: 'host' }>['host']>({
  // One that is empty is written for none.
  address: text<Address>().filter((each) => each.length > 0),
  port: nullable(number),
  local: nullable(boolean),
});
const provenance = objectOf<Event['provenance']>({
  site: text(),
  sensor: text(),
  uid: nullable(text()),
  communityId: nullable(text()),
});
const base = { time, provenance };
const flow = { from: endpoint, to: endpoint, name };
const machine = {
  address: nullable(text<Address>()),
  mac: nullable(mac),
  hostName: nullable(text<Fingerprint>()),
};

type Of<K extends EventKind> = Extract<Event, { readonly kind: K }>;

export const anyEvent: { readonly [K in EventKind]: fc.Arbitrary<Of<K>> } = {
  connection: objectOf<Of<'connection'>>(
    {
      kind: fc.constant('connection'),
      ...base,
      ...flow,
      protocol: fc.constantFrom(...PROTOCOLS),
      service: nullable(text()),
      durationMs: nullable(number),
      bytesOut: nullable(number),
      bytesIn: nullable(number),
      outcome: fc.constantFrom(...OUTCOMES),
      fromMac: mac,
      toMac: mac,
    },
    'name',
    'fromMac',
    'toMac',
  ),
  dns: objectOf<Of<'dns'>>(
    {
      kind: fc.constant('dns'),
      ...base,
      ...flow,
      to: nullable(endpoint),
      query: nullable(name),
      queryType: nullable(text()),
      outcome: fc.constantFrom('answered', 'nxdomain', 'refused', 'failed', 'unanswered', 'unknown'),
      addresses: some(text()),
      answerCount: number,
    },
    'name',
  ),
  tls: objectOf<Of<'tls'>>(
    {
      kind: fc.constant('tls'),
      ...base,
      ...flow,
      version: nullable(text()),
      established: nullable(boolean),
      certificate: nullable(text()),
      clientCertificate: nullable(text()),
      validation: fc.constantFrom('ok', 'expired', 'self_signed', 'untrusted', 'other_failure', 'unknown'),
    },
    'name',
  ),
  certificate: objectOf<Of<'certificate'>>({
    kind: fc.constant('certificate'),
    ...base,
    keys: some(text()),
    subject: nullable(text()),
    issuer: nullable(text()),
    selfIssued: boolean,
    notBefore: time,
    notAfter: time,
    keyType: fc.constantFrom('rsa', 'ecdsa', 'ed25519', 'dsa', 'other'),
    keyBits: nullable(number),
    weakSignature: boolean,
    isAuthority: boolean,
  }),
  http: objectOf<Of<'http'>>(
    {
      kind: fc.constant('http'),
      ...base,
      ...flow,
      method: nullable(text()),
      status: nullable(number),
      bytesOut: nullable(number),
      bytesIn: nullable(number),
      viaProxy: boolean,
      isFurther: fc.constant(true as const),
    },
    'name',
    'isFurther',
  ),
  file: objectOf<Of<'file'>>({
    kind: fc.constant('file'),
    ...base,
    from: nullable(endpoint),
    to: nullable(endpoint),
    sha256: nullable(text()),
    sha1: nullable(text()),
    md5: nullable(text()),
    sizeBytes: nullable(number),
    mimeClass: fc.constantFrom(...MIME_CLASSES),
  }),
  lease: objectOf<Of<'lease'>>({
    kind: fc.constant('lease'),
    ...base,
    ...machine,
    leaseMs: nullable(number),
  }),
  authentication: objectOf<Of<'authentication'>>({
    kind: fc.constant('authentication'),
    ...base,
    from: nullable(endpoint),
    to: nullable(endpoint),
    service: fc.constantFrom(...AUTHENTICATION_SERVICES),
    account: nullable(account),
    outcome: fc.constantFrom('success', 'failure', 'unknown'),
    attempts: nullable(number),
    mfa: nullable(boolean),
  }),
  remote_service: objectOf<Of<'remote_service'>>(
    {
      kind: fc.constant('remote_service'),
      ...base,
      ...flow,
      service: fc.constantFrom(...REMOTE_SERVICES),
      operation: nullable(text()),
    },
    'name',
  ),
  software: objectOf<Of<'software'>>({
    kind: fc.constant('software'),
    ...base,
    host: endpoint,
    role: text(),
    product: text(),
    version: nullable(text()),
  }),
  service: objectOf<Of<'service'>>({
    kind: fc.constant('service'),
    ...base,
    host: endpoint,
    protocol: fc.constantFrom(...PROTOCOLS),
    services: some(text()),
  }),
  host: objectOf<Of<'host'>>(
    { kind: fc.constant('host'), ...base, host: endpoint, mac, hostName: text() },
    'mac',
    'hostName',
  ),
  finding: objectOf<Of<'finding'>>({
    kind: fc.constant('finding'),
    ...base,
    from: nullable(endpoint),
    to: nullable(endpoint),
    rule: text(),
    severity: nullable(fc.constantFrom(...SEVERITIES)),
    outcome: fc.constantFrom('allowed', 'blocked', 'unknown'),
    policy: nullable(text()),
  }),
  inventory: objectOf<Of<'inventory'>>({
    kind: fc.constant('inventory'),
    ...base,
    ...machine,
    deviceKind: nullable(text()),
    manufacturer: nullable(text()),
    model: nullable(text()),
    firmware: nullable(text()),
  }),
  vulnerability: objectOf<Of<'vulnerability'>>({
    kind: fc.constant('vulnerability'),
    ...base,
    ...machine,
    cve: text(),
    cvss: nullable(number),
    epss: nullable(number),
    exploited: boolean,
    fixedVersion: nullable(text()),
    resolved: boolean,
  }),
  software_inventory: objectOf<Of<'software_inventory'>>({
    kind: fc.constant('software_inventory'),
    ...base,
    ...machine,
    packages: some(
      objectOf<SoftwarePackage>({
        name: text(),
        version: nullable(text()),
        vendor: nullable(text()),
        purl: nullable(text()),
        cpe: nullable(text()),
      }),
    ),
  }),
};

/** Events one by one. */
export function anyRecordOf(event: fc.Arbitrary<Event>, maxLength: number): fc.Arbitrary<EventsRecord> {
  return objectOf<Omit<EventsRecord, 'connections'>>(
    {
      kind: fc.constant('events'),
      producers: some(objectOf<ProducerMark>({ producer: text(), upTo: number })),
      events: fc.array(event, { maxLength }),
      origins: fc.array(objectOf<EventOrigin>({ producer: number, at: number }), { maxLength }),
      uids: fc.array(text(), { maxLength }),
      actor: text(),
    },
    'actor',
  );
}

export const anyEventAtAll: fc.Arbitrary<Event> = fc.oneof(...Object.values(anyEvent));
