import type { Policy, PolicyAction, PolicyMode } from '../../model/index.ts';
import type { PolicyFileReport, WrittenPolicies } from '../../policy/index.ts';

/** What can be asked of the policies of a data directory. */
export interface PolicyOperations {
  /** Files that are in force together from then on, in the place of all others. */
  policy_apply(args: PolicyApplyArgs): Promise<PolicyApplied>;
  /** The same of what HTTP brings. */
  policy_put(args: PolicyPutArgs): Promise<PolicyApplied>;
  /** What is wrong with files, and which of their names mean nobody here; nothing is written. */
  policy_check(args: { readonly paths: readonly string[] }): Promise<PolicyCheck>;
  policy_list(args: Record<string, never>): Promise<PolicyListing>;
  /** What files would have decided of the connections that the journal keeps; nothing is written. */
  policy_dry_run(args: { readonly paths: readonly string[] }, progress: PolicyProgress): Promise<DryRun>;
  /** What baselines suggest. */
  policy_propose(args: { readonly kind: string | null }, progress: PolicyProgress): Promise<PolicyProposals>;
}

type PolicyProgress = (report: { readonly what: string; readonly share: number | null }) => void;

export interface PolicyApplyArgs {
  readonly paths: readonly string[];
  readonly actor: string;
  readonly reason: string | null;
}

export interface PolicyPutArgs {
  readonly version?: unknown;
  readonly groups?: unknown;
  readonly policies: unknown;
  readonly about?: unknown;
  readonly reason: string | null;
  readonly actor: string;
}

export interface PolicyApplied {
  readonly policies: number;
  /** How often policies were put in force; the same again counts no more. */
  readonly revision: number;
  readonly changed: boolean;
  /** Names that mean nobody here, and policies that are about nobody who is known. */
  readonly warnings: readonly string[];
}

/** What is in force: `version`, `groups` and `policies` can be sent back as they are. */
export interface PolicyListing extends WrittenPolicies {
  readonly revision: number;
  readonly applied_at: string | null;
  /** By the clock on the wall, where `applied_at` is the data's; `null` where an older release put them in force. */
  readonly said_at: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  /** Where each enforced policy was seen to deny. */
  readonly enforcement: readonly {
    readonly policy_id: string;
    readonly mode: PolicyMode;
    readonly enforced_sites: readonly string[];
    readonly sites: number;
  }[];
  readonly warnings: readonly string[];
}

export interface PolicyCheck {
  readonly ok: boolean;
  readonly files: readonly PolicyFileReport[];
  /** In all files. */
  readonly policies: number;
  /** Absent where no directory was looked into. */
  readonly warnings?: readonly string[];
}

export interface DryRun {
  /** Of the connections that were looked at. */
  readonly from: string | null;
  readonly to: string | null;
  readonly connections: number;
  /** Connections about which some policy speaks: by these, and by those in force. */
  readonly covered: number;
  readonly covered_now: number;
  readonly denied: number;
  readonly denied_now: number;
  readonly newly_denied: number;
  readonly no_longer_denied: number;
  /** The deciding first. */
  readonly policies: readonly PolicyTriedAnswer[];
}

export interface PolicyTriedAnswer {
  readonly policy_id: string;
  readonly action: PolicyAction;
  readonly mode: PolicyMode;
  /** Connections that it would have decided. */
  readonly matched: number;
  /** Of them those that it would have denied, and of these those that were established. */
  readonly denied: number;
  readonly would_break: number;
  readonly devices_total: number;
  /** There were more devices than are counted. */
  readonly devices_capped: boolean;
  /** Those with the most connections. */
  readonly devices: readonly { readonly device_id: string; readonly connections: number }[];
  readonly examples: readonly {
    readonly at: string;
    readonly device_id: string;
    readonly destination: string;
    readonly protocol: string;
    readonly port: number | null;
    readonly outcome: string;
    readonly sensor: string;
    readonly uid: string | null;
    readonly community_id: string | null;
  }[];
}

/** A policy file, with its grounds under `about`. */
export interface PolicyProposals extends WrittenPolicies {
  readonly about: { readonly kinds: readonly KindProposal[] };
  /** The same as YAML, with the grounds as comments. */
  readonly yaml: string;
}

export interface KindProposal {
  readonly kind: string;
  readonly members: number;
  readonly established: number;
  readonly policies: readonly Policy['id'][];
  readonly allowed: readonly ProposedPlaceAnswer[];
  readonly left_out: readonly ProposedPlaceAnswer[];
  readonly refused: string | null;
}

interface ProposedPlaceAnswer {
  readonly place: string;
  readonly members: number;
  readonly services: readonly string[];
}
