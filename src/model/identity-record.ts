import type { Address } from './event.ts';
import type {
  EnrolmentToken,
  HeldCertificate,
  KnownBundle,
  ProofOfKey,
  RevocationKnowledge,
  TrustAnchor,
} from './identity.ts';
import type { DeviceId, SiteId, WorkloadId } from './ids.ts';
import type { Actor } from './operator-word.ts';
import type { EpochMs } from './time.ts';

/** What is said and shown of keys and certificates. No record holds a secret. */
export type IdentityRecord =
  | TrustAnchorsRecord
  | RevocationsRecord
  | EnrolmentTokenRecord
  | EnrolmentRequestRecord
  | EnrolmentDecisionRecord
  | CertificateIssuedRecord
  | CertificateRevokedRecord
  | WorkloadRevokedRecord
  | ProofRecord;

/** All anchors that are believed from now on. */
export interface TrustAnchorsRecord {
  readonly kind: 'trust_anchors';
  readonly at: EpochMs;
  readonly anchors: readonly TrustAnchor[];
  /** Absent where it is as it was. */
  readonly bundles?: readonly KnownBundle[];
  /** Ids of those that operators took out, so that no configuration brings them back. Absent where it is as it was. */
  readonly withheld?: readonly string[];
  readonly actor: Actor;
}

/** Whom an authority revoked, in the place of what it said before. */
export interface RevocationsRecord {
  readonly kind: 'revocations';
  readonly at: EpochMs;
  readonly list: RevocationKnowledge;
  readonly actor: Actor;
}

export interface EnrolmentTokenRecord {
  readonly kind: 'enrolment_token';
  readonly at: EpochMs;
  readonly token: EnrolmentToken;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** A device asked for a certificate with its token and proved its key; an operator decides. */
export interface EnrolmentRequestRecord {
  readonly kind: 'enrolment_request';
  readonly at: EpochMs;
  readonly request: string;
  readonly device: DeviceId;
  /** SHA-256 of the public key that it is for. */
  readonly key: string;
  readonly token: string;
  readonly actor: Actor;
}

export interface EnrolmentDecisionRecord {
  readonly kind: 'enrolment_decision';
  readonly at: EpochMs;
  readonly request: string;
  readonly approved: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** Stance's own authority issued a certificate for a key whose owner signed the request. */
export interface CertificateIssuedRecord {
  readonly kind: 'certificate_issued';
  readonly at: EpochMs;
  readonly device: DeviceId;
  readonly certificate: HeldCertificate;
  /** The token that it was asked for with; `null` for a renewal. */
  readonly token: string | null;
  readonly actor: Actor;
}

export interface CertificateRevokedRecord {
  readonly kind: 'certificate_revoked';
  readonly at: EpochMs;
  /** The fingerprint. */
  readonly certificate: string;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** Nothing that a trust domain says of this workload is believed any more, or it is again. */
export interface WorkloadRevokedRecord {
  readonly kind: 'workload_revoked';
  readonly at: EpochMs;
  readonly spiffeId: string;
  readonly isRevoked: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
}

/** A device or a workload proved a key in a TLS handshake with this Stance, or a workload showed its domain's word. */
export interface ProofRecord extends ProofOfKey {
  readonly kind: 'proof';
  readonly at: EpochMs;
  readonly device: DeviceId | WorkloadId;
  readonly site: SiteId;
  /** Where it came from. */
  readonly address: Address | null;
}
