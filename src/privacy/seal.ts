import type {
  Address,
  Clear,
  DnsQuery,
  Endpoint,
  EpochMs,
  Event,
  Fingerprint,
  Observation,
  Provenance,
  SealedAccount,
  SealedMac,
  SealedName,
} from '../model/index.ts';

/** How each revealing value is sealed; `null` drops it. */
export interface Seals {
  readonly name: (text: Clear['name'], time: EpochMs, client: Address) => SealedName | null;
  readonly mac: (text: Clear['mac']) => SealedMac | null;
  readonly hostName: (text: Clear['hostName']) => Fingerprint | null;
  readonly account: (text: Clear['account']) => SealedAccount | null;
  readonly subject: (text: Clear['subject']) => Fingerprint;
}

/**
 * The allow-list (contract §4): every kind of event is written down anew, field by field. What is not
 * named here does not pass, whatever an observation carries besides.
 */
export function sealEvent(o: Observation, seals: Seals): Event {
  const base = { time: o.time, provenance: provenance(o.provenance) };
  switch (o.kind) {
    case 'connection':
      return {
        kind: o.kind,
        ...base,
        ...flow(o, seals),
        protocol: o.protocol,
        service: o.service,
        durationMs: o.durationMs,
        bytesOut: o.bytesOut,
        bytesIn: o.bytesIn,
        outcome: o.outcome,
        ...optional('fromMac', o.fromMac, seals.mac),
        ...optional('toMac', o.toMac, seals.mac),
      };
    case 'dns':
      return {
        kind: o.kind,
        ...base,
        from: endpoint(o.from),
        to: o.to && endpoint(o.to),
        ...named(o, seals),
        query: o.query === null ? null : seals.name(o.query, o.time, o.from.address),
        queryType: o.queryType,
        outcome: o.outcome,
        addresses: [...o.addresses],
        answerCount: o.answerCount,
      };
    case 'tls':
      return {
        kind: o.kind,
        ...base,
        ...flow(o, seals),
        version: o.version,
        established: o.established,
        certificate: o.certificate,
        clientCertificate: o.clientCertificate,
        validation: o.validation,
      };
    case 'certificate':
      return {
        kind: o.kind,
        ...base,
        keys: [...o.keys],
        subject: sealed(o.subject, seals.subject),
        issuer: sealed(o.issuer, seals.subject),
        selfIssued: o.selfIssued,
        notBefore: o.notBefore,
        notAfter: o.notAfter,
        keyType: o.keyType,
        keyBits: o.keyBits,
        weakSignature: o.weakSignature,
        isAuthority: o.isAuthority,
      };
    case 'http':
      return {
        kind: o.kind,
        ...base,
        ...flow(o, seals),
        method: o.method,
        status: o.status,
        bytesOut: o.bytesOut,
        bytesIn: o.bytesIn,
        viaProxy: o.viaProxy,
        ...(o.isFurther === true ? { isFurther: true as const } : {}),
      };
    case 'file':
      return {
        kind: o.kind,
        ...base,
        ...ends(o),
        sha256: o.sha256,
        sha1: o.sha1,
        md5: o.md5,
        sizeBytes: o.sizeBytes,
        mimeClass: o.mimeClass,
      };
    case 'lease':
      return {
        kind: o.kind,
        ...base,
        address: o.address,
        mac: sealed(o.mac, seals.mac),
        hostName: sealed(o.hostName, seals.hostName),
        leaseMs: o.leaseMs,
      };
    case 'authentication':
      return {
        kind: o.kind,
        ...base,
        ...ends(o),
        service: o.service,
        account: sealed(o.account, seals.account),
        outcome: o.outcome,
        attempts: o.attempts,
        mfa: o.mfa,
      };
    case 'remote_service':
      return { kind: o.kind, ...base, ...flow(o, seals), service: o.service, operation: o.operation };
    case 'software':
      return {
        kind: o.kind,
        ...base,
        host: endpoint(o.host),
        role: o.role,
        product: o.product,
        version: o.version,
      };
    case 'service':
      return {
        kind: o.kind,
        ...base,
        host: endpoint(o.host),
        protocol: o.protocol,
        services: [...o.services],
      };
    case 'host':
      return {
        kind: o.kind,
        ...base,
        host: endpoint(o.host),
        ...optional('mac', o.mac, seals.mac),
        ...optional('hostName', o.hostName, seals.hostName),
      };
    case 'finding':
      return {
        kind: o.kind,
        ...base,
        ...ends(o),
        rule: o.rule,
        severity: o.severity,
        outcome: o.outcome,
        policy: o.policy,
      };
    case 'inventory':
      return {
        kind: o.kind,
        ...base,
        ...machine(o, seals),
        deviceKind: o.deviceKind,
        manufacturer: o.manufacturer,
        model: o.model,
        firmware: o.firmware,
      };
    case 'vulnerability':
      return {
        kind: o.kind,
        ...base,
        ...machine(o, seals),
        cve: o.cve,
        cvss: o.cvss,
        epss: o.epss,
        exploited: o.exploited,
        fixedVersion: o.fixedVersion,
        resolved: o.resolved,
      };
    case 'software_inventory':
      return {
        kind: o.kind,
        ...base,
        ...machine(o, seals),
        packages: o.packages.map(({ name, version, vendor, purl, cpe }) => ({
          name,
          version,
          vendor,
          purl,
          cpe,
        })),
      };
    default:
      return unknownKind(o);
  }
}

function unknownKind(observation: never): never {
  throw new TypeError(`no such kind of observation: ${typeof observation}`);
}

type FlowObservation = Extract<
  Observation,
  { readonly kind: 'connection' | 'tls' | 'http' | 'remote_service' }
>;

function flow(o: FlowObservation, seals: Seals) {
  return { from: endpoint(o.from), to: endpoint(o.to), ...named(o, seals) };
}

function named({ name, time, from }: FlowObservation | DnsQuery<Clear>, seals: Seals) {
  return optional('name', name, (text) => seals.name(text, time, from.address));
}

function ends(o: { readonly from: Endpoint | null; readonly to: Endpoint | null }) {
  return { from: o.from && endpoint(o.from), to: o.to && endpoint(o.to) };
}

type MachineObservation = Extract<
  Observation,
  { readonly kind: 'inventory' | 'vulnerability' | 'software_inventory' }
>;

function machine(o: MachineObservation, seals: Seals) {
  return {
    address: o.address,
    mac: sealed(o.mac, seals.mac),
    hostName: sealed(o.hostName, seals.hostName),
  };
}

function endpoint({ address, port, local }: Endpoint): Endpoint {
  return { address, port, local };
}

function provenance({ site, sensor, uid, communityId }: Provenance): Provenance {
  return { site, sensor, uid, communityId };
}

function sealed<V>(text: string | null, seal: (text: string) => V | null): V | null {
  return text === null ? null : seal(text);
}

/** A field that is absent rather than `null`. */
function optional<K extends string, V>(
  key: K,
  text: string | undefined,
  seal: (text: string) => V | null,
): { readonly [P in K]?: V } {
  const value = text === undefined ? null : seal(text);
  return (value === null ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
