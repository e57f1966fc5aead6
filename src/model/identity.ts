import type { ChainProblem } from './chain-problem.ts';
import type { DeviceId } from './ids.ts';
import type { EpochMs } from './time.ts';

/**
 * Whose authority an anchor is: a maker's (IEEE 802.1AR IDevID), the customer's own PKI, this Stance's, or a SPIFFE trust
 * domain's.
 */
const ANCHOR_KINDS = ['vendor', 'customer', 'own', 'spiffe'] as const;
export type AnchorKind = (typeof ANCHOR_KINDS)[number];

/** What a key of a trust domain's bundle signs: certificates of workloads, or their tokens. */
const SVID_USES = ['x509-svid', 'jwt-svid'] as const;
export type SvidUse = (typeof SVID_USES)[number];

/** Of which trust domain's bundle an authority is, and for what. */
export interface SpiffeAuthority {
  readonly domain: string;
  readonly use: SvidUse;
  /** The `kid` by which tokens name a key. */
  readonly keyId: string | null;
  /** `spiffe_sequence` of the bundle that it came in. */
  readonly sequence: number | null;
}

/** An authority that is believed, by the operator's word. Its certificate is public; it names no person. */
export interface TrustAnchor {
  /** SHA-256 of its certificate, lower-case hex; of a key for tokens, of its public key info. */
  readonly id: string;
  readonly kind: AnchorKind;
  /** The operator's own short name for it. */
  readonly name: string | null;
  /** DER in base64; of a key for tokens, which has no certificate, its public key info. */
  readonly certificate: string;
  /** SHA-256 of its public key. */
  readonly key: string;
  readonly notAfter: EpochMs;
  /** Exactly where the kind is `spiffe`. It vouches for workloads of its domain, and for nobody else. */
  readonly spiffe?: SpiffeAuthority;
}

/** The newest bundle that is known of a trust domain, also where nothing of it is believed. */
export interface KnownBundle {
  readonly domain: string;
  readonly sequence: number;
}

/** Whether an anchor signs tokens: it is a key without a certificate. */
export function isForTokens({ spiffe }: Pick<TrustAnchor, 'spiffe'>): boolean {
  return spiffe?.use === 'jwt-svid';
}

/** What is kept of a certificate that an entity holds: no name of its subject, no key. */
export interface HeldCertificate {
  /** SHA-256 of the whole, lower-case hex. */
  readonly fingerprint: string;
  /** SHA-256 of its public key. */
  readonly key: string;
  readonly serial: string;
  /** SHA-256 of the public key of who issued it; `null` where no chain was found. */
  readonly issuer: string | null;
  /** The anchor that its chain ends in. */
  readonly anchor: string | null;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly isWeak: boolean;
  /**
   * It is a workload's SPIFFE identity: a certificate, or what stands for the tokens that one key signed for it. Replicas
   * of a workload share it, and a machine renews it.
   */
  readonly svid?: SvidUse;
  /** Of an SVID: as whom, in the words of the inventory. */
  readonly spiffeId?: string;
}

/** A one-time token lets one device ask for one certificate. Of its secret only the SHA-256 is kept. */
export interface EnrolmentToken {
  readonly id: string;
  readonly device: DeviceId;
  readonly secret: string;
  readonly expiresAt: EpochMs;
}

/** Who was revoked by one authority, as far as it is known: serial and instant of each. */
export interface RevocationKnowledge {
  /** SHA-256 of the authority's public key. */
  readonly issuer: string;
  readonly thisUpdate: EpochMs;
  readonly nextUpdate: EpochMs | null;
  readonly revoked: readonly (readonly [serial: string, at: EpochMs])[];
  /** The same of the anchor that the authority's chain ends in; absent where the authority is one itself. */
  readonly anchorKey?: string;
}

/** Where a device stands with its own certificate. */
const ENROLMENT_STATES = ['pending', 'enrolled', 'revoked', 'expired'] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** A key was proven where it was used; problems speak against its certificate. */
export interface ProofOfKey {
  readonly certificate: HeldCertificate;
  readonly problems: readonly ChainProblem[];
}
