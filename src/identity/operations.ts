import type { AnchorKind, EnrolmentState, SvidUse } from '../model/index.ts';

/** What operators say of authorities, certificates and who may have one. */
export interface IdentityOperations {
  trust_anchors_import(args: AnchorsImportArgs): Promise<AnchorsImport>;
  trust_anchors_list(args: Record<string, never>): Promise<{ anchors: readonly AnchorAnswer[] }>;
  trust_anchors_remove(args: { anchor: string; actor: string }): Promise<AnchorAnswer>;
  trust_revocations_import(args: { path: string; actor: string }): Promise<RevocationsImport>;
  enrol_authority(args: EnrolAuthorityArgs): Promise<AuthorityAnswer>;
  enrol_token(args: EnrolTokenArgs): Promise<EnrolTokenAnswer>;
  enrol_list(args: Record<string, never>): Promise<EnrolListing>;
  enrol_decide(args: EnrolDecideArgs): Promise<EnrolRequestAnswer>;
  enrol_revoke(args: EnrolRevokeArgs): Promise<EnrolRevoked>;
  enrol_readmit(args: EnrolRevokeArgs): Promise<EnrolReadmitted>;
  enrol_crl(args: Record<string, never>): Promise<{ pem: string }>;
}

export interface AnchorsImportArgs {
  readonly path: string;
  readonly kind: Exclude<AnchorKind, 'own'>;
  readonly name: string | null;
  /** Exactly where the kind is `spiffe`. */
  readonly trustDomain: string | null;
  readonly actor: string;
}

export interface AnchorAnswer {
  readonly id: string;
  readonly kind: AnchorKind;
  readonly name: string | null;
  /** `null` for a key for tokens, which is believed until its bundle leaves it out. */
  readonly expires: string | null;
  /** Of which trust domain it is, and for what. */
  readonly spiffe: {
    readonly trust_domain: string;
    readonly use: SvidUse;
    readonly sequence: number | null;
  } | null;
}

export interface AnchorsImport {
  readonly added: readonly AnchorAnswer[];
  /** A bundle takes the place of the one before: what it leaves out. */
  readonly removed: readonly AnchorAnswer[];
  readonly known: number;
  /** Authorities of a bundle whose time is over: they are not believed. */
  readonly expired: readonly AnchorAnswer[];
  readonly anchors: number;
  /** After how many seconds a bundle is worth to be fetched again, where it says. */
  readonly refresh_seconds: number | null;
}

export interface RevocationsImport {
  readonly lists: readonly {
    readonly issuer: string;
    readonly revoked: number;
    readonly next: string | null;
  }[];
}

export interface EnrolAuthorityArgs {
  readonly name: string | null;
  /** Believe it also where it is there and is not believed: it was removed. */
  readonly again: boolean;
  readonly actor: string;
}

export interface AuthorityAnswer {
  readonly id: string;
  /** It was made just now. */
  readonly made: boolean;
  readonly expires: string;
  /** Its certificate: what devices must trust. */
  readonly pem: string;
}

export interface EnrolTokenArgs {
  readonly device: string;
  readonly hours: number;
  readonly actor: string;
  readonly reason: string | null;
}

export interface EnrolTokenAnswer {
  readonly id: string;
  readonly device: string;
  /** Shown this once. */
  readonly secret: string;
  readonly expires: string;
}

export interface EnrolDecideArgs {
  readonly request: string;
  readonly approved: boolean;
  readonly actor: string;
  readonly reason: string | null;
}

export interface EnrolRequestAnswer {
  readonly id: string;
  readonly device: string;
  readonly key: string;
  readonly at: string;
  readonly decision: 'pending' | 'approved' | 'rejected';
}

export interface EnrolRevokeArgs {
  /** A device: all that it holds; or the fingerprint of one certificate. */
  readonly whose: string;
  readonly actor: string;
  readonly reason: string | null;
}

export interface EnrolRevoked {
  readonly device: string;
  readonly certificates: readonly string[];
  /** SPIFFE IDs: whatever their trust domain gives them, until they are let in again. */
  readonly spiffe_ids: readonly string[];
}

export interface EnrolReadmitted {
  readonly spiffe_ids: readonly string[];
}

export interface EnrolListing {
  readonly devices: readonly {
    readonly device: string;
    readonly state: EnrolmentState;
    readonly certificate: string | null;
    readonly expires: string | null;
    readonly proven: string | null;
    readonly problems: readonly string[];
  }[];
  readonly requests: readonly EnrolRequestAnswer[];
  readonly revoked: readonly { readonly spiffe_id: string; readonly since: string }[];
  readonly tokens: readonly { readonly id: string; readonly device: string; readonly expires: string }[];
}
