import {
  type Address,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type Observation,
  type SensorId,
  type SiteId,
} from '../model/index.ts';

/* What sensors of a small fleet see. */

export const HQ = 'hq' as SiteId;

function base(time: EpochMs, sensor = 'zeek') {
  return { time, provenance: { site: HQ, sensor: sensor as SensorId, uid: null, communityId: null } };
}

function end(address: string, port: number | null = null) {
  return { address: address as Address, port, local: null };
}

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>;
type Facts<K extends Observation['kind']> = Partial<Of<K>> & { readonly sensor?: string };

export function connection(
  time: EpochMs,
  from: string,
  to: string,
  { port = 443, sensor, ...facts }: Facts<'connection'> & { readonly port?: number } = {},
): Of<'connection'> {
  return {
    kind: 'connection',
    ...base(time, sensor),
    from: end(from, 50_000),
    to: end(to, port),
    protocol: 'tcp',
    service: null,
    durationMs: 1_000,
    bytesOut: 800,
    bytesIn: 4_000,
    outcome: 'established',
    ...facts,
  };
}

export function dns(
  time: EpochMs,
  from: string,
  { query, addresses = [] }: { readonly query: string; readonly addresses?: readonly string[] },
): Of<'dns'> {
  return {
    kind: 'dns',
    ...base(time),
    from: end(from, 50_001),
    to: end('10.0.0.53', 53),
    query,
    queryType: 'A',
    outcome: 'answered',
    addresses: addresses as readonly Address[],
    answerCount: addresses.length,
  };
}

export function tls(time: EpochMs, server: string, key: string, port = 443): Of<'tls'> {
  return {
    kind: 'tls',
    ...base(time),
    from: end('10.0.0.99', 50_002),
    to: end(server, port),
    version: 'TLSv13',
    established: true,
    certificate: key,
    clientCertificate: null,
    validation: 'ok',
  };
}

export function certificate(
  time: EpochMs,
  key: string,
  facts: Pick<Of<'certificate'>, 'notBefore' | 'notAfter'> & Partial<Of<'certificate'>>,
): Of<'certificate'> {
  return {
    kind: 'certificate',
    ...base(time),
    keys: [key],
    subject: null,
    issuer: null,
    selfIssued: false,
    keyType: 'ecdsa',
    keyBits: 256,
    weakSignature: false,
    isAuthority: false,
    ...facts,
  };
}

export function signIn(
  time: EpochMs,
  from: string,
  account: string,
  outcome: 'success' | 'failure' = 'success',
): Of<'authentication'> {
  return {
    kind: 'authentication',
    ...base(time),
    from: end(from),
    to: end('10.0.0.10'),
    service: 'kerberos',
    account,
    outcome,
    attempts: 1,
    mfa: null,
  };
}

export function vulnerability(
  time: EpochMs,
  address: string,
  facts: Partial<Of<'vulnerability'>> = {},
): Of<'vulnerability'> {
  return {
    kind: 'vulnerability',
    ...base(time),
    address: address as Address,
    mac: null,
    hostName: null,
    cve: 'CVE-2026-0001',
    cvss: 7.5,
    epss: null,
    exploited: false,
    fixedVersion: null,
    resolved: false,
    ...facts,
  };
}

/** Somebody else at another sensor: moves the watermark to `time` and means nothing else. */
export function elsewhere(time: EpochMs): Observation[] {
  return Array.from({ length: 8 }, (_, i) => ({
    kind: 'host',
    ...base(time + i, 'other'),
    host: end('192.0.2.1'),
  }));
}

/** `perHour` connections in every hour of `[from, until)`, spread evenly, to the same few destinations. */
export function everyHour(
  from: EpochMs,
  until: EpochMs,
  address: string,
  destinations: readonly string[],
  perHour = 2,
): Observation[] {
  const observations: Observation[] = [];
  for (let hour = from; hour < until; hour += HOUR_MS) {
    for (let i = 0; i < perHour; i++) {
      const to = destinations[(hour / HOUR_MS + i) % destinations.length] ?? '203.0.113.1';
      observations.push(connection(hour + (i * HOUR_MS) / perHour + 5 * MINUTE_MS, address, to));
    }
  }
  return observations;
}
