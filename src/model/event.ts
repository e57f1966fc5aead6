import type { Branded, SensorId, SiteId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Severity } from './vocabulary.ts';

/**
 * One normalised record of telemetry, behavioural metadata only.
 *
 * The same shape exists twice. An `Observation` is what an adapter read: names in the clear, in
 * memory only. An `Event` is what the privacy door made of it: names sealed, fit for the journal.
 * Whatever is not named here cannot enter (contract §4).
 */
export type Observation = EventOf<Clear>;
export type Event = EventOf<Sealed>;

/** How the five kinds of revealing values look before and after the privacy door. */
export interface Clear {
  /** A DNS name, lower case, no trailing dot, as A-labels. */
  readonly name: string;
  /** A MAC address, `aa:bb:cc:dd:ee:ff`. */
  readonly mac: string;
  /** A host name a machine gave itself (DHCP). */
  readonly hostName: string;
  /** An account: UPN, `DOMAIN\name`, Kerberos principal or bare name, as the wire had it. */
  readonly account: string;
  /** An X.509 distinguished name. */
  readonly subject: string;
}

export interface Sealed {
  readonly name: SealedName;
  readonly mac: SealedMac;
  readonly hostName: Fingerprint;
  readonly account: SealedAccount;
  readonly subject: Fingerprint;
}

/** 128 bits of HMAC-SHA-256 under a purpose key, 32 hex digits. */
export type Fingerprint = Branded<string, 'Fingerprint'>;
/** The keyed fingerprint of a name in the clear, as the privacy door makes it. */
export type FingerprintOfName = (name: string) => Fingerprint;

/** An IP address in canonical text (RFC 5952 for IPv6; IPv4-mapped forms become IPv4). */
export type Address = Branded<string, 'Address'>;

export interface SealedName {
  /**
   * The registrable domain (ICANN and private suffixes); `local` or `invalid` where nothing of the name may be kept, and
   * `sealed-<fingerprint>.<suffix>` where its own label may not ({@link sealedDomain}).
   */
  readonly domain: string;
  readonly fingerprint: Fingerprint;
  /** Fingerprints of each parent above the full name down to the registrable domain, nearest first. */
  readonly parents: readonly Fingerprint[];
  /** Below the registrable domain: label count, characters, and whether they look random (0–1, entropy ÷ 5 bits). */
  readonly labels: { readonly count: number; readonly length: number; readonly entropy: number };
  /** The full name, only on the event by which it became stable (contract §4). */
  readonly full?: string;
  /** The labels look encoded, or may name a person's machine: `full` is never given. */
  readonly guarded?: true;
}

export interface SealedMac {
  readonly fingerprint: Fingerprint;
  /** The vendor's three octets `aa:bb:cc`; `null` for a randomised (locally administered) address. */
  readonly vendor: string | null;
}

export interface SealedAccount {
  readonly fingerprint: Fingerprint;
  /** A machine account (`HOST$`), a service principal, or an account that may be a person. */
  readonly nature: 'person' | 'service' | 'machine';
}

/** Where a record came from: the way back to the customer's own logs. */
export interface Provenance {
  readonly site: SiteId;
  readonly sensor: SensorId;
  /** The sensor's own id of the connection (Zeek `uid`, Suricata `flow_id`, OCSF `connection_info.uid`). */
  readonly uid: string | null;
  /** Community ID v1 of the flow, where the sensor computed it. */
  readonly communityId: string | null;
}

export interface Endpoint {
  readonly address: Address;
  readonly port: number | null;
  /** What the sensor itself says of this address (Zeek `local_orig`/`local_resp`); `null` where it does not say. */
  readonly local: boolean | null;
}

export const PROTOCOLS = ['tcp', 'udp', 'icmp', 'other'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** What became of an attempt to talk. `blocked` only where an enforcement point says so. */
export const OUTCOMES = ['established', 'unanswered', 'rejected', 'blocked', 'unknown'] as const;
export type Outcome = (typeof OUTCOMES)[number];

interface Base<K extends string> {
  readonly kind: K;
  /** A flow's time is its end. */
  readonly time: EpochMs;
  readonly provenance: Provenance;
}

interface Flow<F extends Clear | Sealed> {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The destination's name, where the protocol itself states it (TLS SNI, HTTP Host). */
  readonly name?: F['name'];
}

export interface Connection<F extends Clear | Sealed> extends Base<'connection'>, Flow<F> {
  readonly protocol: Protocol;
  /** Application protocol as the sensor's analyser names it (`ssl`, `dns`, `ssh`, …); bounded identifier. */
  readonly service: string | null;
  readonly durationMs: number | null;
  /** Payload bytes sent by `from` and by `to`. */
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  readonly outcome: Outcome;
  readonly fromMac?: F['mac'];
  readonly toMac?: F['mac'];
}

export interface DnsQuery<F extends Clear | Sealed> extends Base<'dns'>, Omit<Flow<F>, 'to'> {
  /** The server that was asked; `null` where the source does not say (logs of the server itself, as Route 53 Resolver's). */
  readonly to: Endpoint | null;
  readonly query: F['name'] | null;
  /** `A`, `AAAA`, `TXT`, …; numbers as `TYPE123`. */
  readonly queryType: string | null;
  readonly outcome: 'answered' | 'nxdomain' | 'refused' | 'failed' | 'unanswered' | 'unknown';
  /** Addresses among the answers: how a later connection gets its destination's name. */
  readonly addresses: readonly Address[];
  readonly answerCount: number;
}

export interface TlsSession<F extends Clear | Sealed> extends Base<'tls'>, Flow<F> {
  readonly version: string | null;
  readonly established: boolean | null;
  /** The server's leaf certificate: SHA-256/SHA-1 fingerprint or the sensor's file id. */
  readonly certificate: string | null;
  readonly clientCertificate: string | null;
  readonly validation: 'ok' | 'expired' | 'self_signed' | 'untrusted' | 'other_failure' | 'unknown';
}

export interface Certificate<F extends Clear | Sealed> extends Base<'certificate'> {
  /** All keys by which a TLS session may refer to it: fingerprint, file id. */
  readonly keys: readonly string[];
  readonly subject: F['subject'] | null;
  readonly issuer: F['subject'] | null;
  readonly selfIssued: boolean;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly keyType: 'rsa' | 'ecdsa' | 'ed25519' | 'dsa' | 'other';
  readonly keyBits: number | null;
  readonly weakSignature: boolean;
  readonly isAuthority: boolean;
}

export interface HttpRequest<F extends Clear | Sealed> extends Base<'http'>, Flow<F> {
  readonly method: string | null;
  readonly status: number | null;
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  readonly viaProxy: boolean;
  /** Not the first of its connection; absent where that is not known, or it is. */
  readonly isFurther?: true;
}

export const MIME_CLASSES = [
  'executable',
  'script',
  'archive',
  'document',
  'image',
  'audio_video',
  'text',
  'certificate',
  'other',
] as const;
export type MimeClass = (typeof MIME_CLASSES)[number];

export interface FileTransfer<_F extends Clear | Sealed> extends Base<'file'> {
  readonly from: Endpoint | null;
  readonly to: Endpoint | null;
  readonly sha256: string | null;
  readonly sha1: string | null;
  readonly md5: string | null;
  readonly sizeBytes: number | null;
  readonly mimeClass: MimeClass;
}

export interface AddressLease<F extends Clear | Sealed> extends Base<'lease'> {
  readonly address: Address | null;
  readonly mac: F['mac'] | null;
  readonly hostName: F['hostName'] | null;
  readonly leaseMs: number | null;
}

export const AUTHENTICATION_SERVICES = [
  'ssh',
  'kerberos',
  'ntlm',
  'rdp',
  'ftp',
  'smtp',
  'smb',
  'http',
  'vpn',
  'sso',
  'console',
  'other',
] as const;
export type AuthenticationService = (typeof AUTHENTICATION_SERVICES)[number];

export interface Authentication<F extends Clear | Sealed> extends Base<'authentication'> {
  /** Where the sign-in came from and to which machine; `null` where the source does not say. */
  readonly from: Endpoint | null;
  readonly to: Endpoint | null;
  readonly service: AuthenticationService;
  readonly account: F['account'] | null;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly attempts: number | null;
  readonly mfa: boolean | null;
}

export const REMOTE_SERVICES = [
  'smb',
  'dce_rpc',
  'rdp',
  'ftp',
  'smtp',
  'sip',
  'tunnel',
  'ssh',
  'ntlm',
  'kerberos',
] as const;
export type RemoteService = (typeof REMOTE_SERVICES)[number];

/** The use of an application protocol, facts of the connection only. */
export interface RemoteServiceUse<F extends Clear | Sealed> extends Base<'remote_service'>, Flow<F> {
  readonly service: RemoteService;
  /** A constant of the protocol, never text of a user: `svcctl`, `admin_share`, `INVITE`, `gre`, … or `null`. */
  readonly operation: string | null;
}

export interface SoftwareSeen<_F extends Clear | Sealed> extends Base<'software'> {
  readonly host: Endpoint;
  /** `ssh_server`, `http_browser`, … */
  readonly role: string;
  readonly product: string;
  readonly version: string | null;
}

export interface ServiceSeen<_F extends Clear | Sealed> extends Base<'service'> {
  readonly host: Endpoint;
  readonly protocol: Protocol;
  readonly services: readonly string[];
}

export interface HostSeen<F extends Clear | Sealed> extends Base<'host'> {
  readonly host: Endpoint;
  readonly mac?: F['mac'];
  readonly hostName?: F['hostName'];
}

/** A finding of the sensor's own: Zeek notice, Suricata alert or anomaly, OCSF detection finding. */
export interface SensorFinding<_F extends Clear | Sealed> extends Base<'finding'> {
  readonly from: Endpoint | null;
  readonly to: Endpoint | null;
  /** The rule's identifier in its tool's own name space: `Scan::Address_Scan`, `suricata:1:2403388`. */
  readonly rule: string;
  readonly severity: Severity | null;
  /** `blocked` where the sensor is an enforcement point and says so. */
  readonly outcome: 'allowed' | 'blocked' | 'unknown';
  /** The policy (`pol_…`) that an enforcement point names, where it does. */
  readonly policy: string | null;
}

/** What an asset system says of a machine (OCSF device inventory). Never enrols: only the operator does. */
export interface InventoryReport<F extends Clear | Sealed> extends Base<'inventory'> {
  readonly address: Address | null;
  readonly mac: F['mac'] | null;
  readonly hostName: F['hostName'] | null;
  readonly deviceKind: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
}

export interface VulnerabilityReport<F extends Clear | Sealed> extends Base<'vulnerability'> {
  readonly address: Address | null;
  readonly mac: F['mac'] | null;
  readonly hostName: F['hostName'] | null;
  readonly cve: string;
  readonly cvss: number | null;
  readonly epss: number | null;
  readonly exploited: boolean;
  readonly fixedVersion: string | null;
  readonly resolved: boolean;
}

/** A package as whoever found it tells of it. */
export interface SoftwarePackage {
  readonly name: string;
  /** With epoch and release, as packages of distributions are compared by. */
  readonly version: string | null;
  readonly vendor: string | null;
  /** The package URL, without what only leads to a download. */
  readonly purl: string | null;
  readonly cpe: string | null;
}

/** What an asset system found installed on a machine (OCSF software inventory): some of it, or all. */
export interface SoftwareInventory<F extends Clear | Sealed> extends Base<'software_inventory'> {
  readonly address: Address | null;
  readonly mac: F['mac'] | null;
  readonly hostName: F['hostName'] | null;
  readonly packages: readonly SoftwarePackage[];
}

export type EventOf<F extends Clear | Sealed> =
  | Connection<F>
  | DnsQuery<F>
  | TlsSession<F>
  | Certificate<F>
  | HttpRequest<F>
  | FileTransfer<F>
  | AddressLease<F>
  | Authentication<F>
  | RemoteServiceUse<F>
  | SoftwareSeen<F>
  | ServiceSeen<F>
  | HostSeen<F>
  | SensorFinding<F>
  | InventoryReport<F>
  | VulnerabilityReport<F>
  | SoftwareInventory<F>;

export type EventKind = Event['kind'];
