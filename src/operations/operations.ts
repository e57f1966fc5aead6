import type { Progress } from '../effects/index.ts';
import type { FleetOperations } from '../fleet-statistics/index.ts';
import type { IdentityOperations } from '../identity/index.ts';
import type {
  AdvisoriesArgs,
  AdvisoriesListing,
  AdvisoriesRemoveArgs,
  AdvisoriesRemoved,
  AdvisoriesResult,
  IntelImport,
  IntelImportArgs,
  IntelListing,
} from '../intel/index.ts';
import type { EntityId, EpochMs, IngestSummary, Severity, ToolName } from '../model/index.ts';
import type { ComplianceOperations } from './compliance/operations.ts';
import type { LookupOperations } from './lookup/operations.ts';
import type { PolicyOperations } from './policies/operations.ts';
import type { PrivacyOperations } from './privacy/operations.ts';
import type { SetAsideOperations } from './set-aside/operations.ts';
import type { WordOperations } from './words/operations.ts';

/**
 * What can be asked of a data directory: the same names and shapes whether the command owns the
 * directory for its run or is a thin client of the process that does.
 */
export interface Operations
  extends WordOperations,
    ComplianceOperations,
    PolicyOperations,
    LookupOperations,
    IdentityOperations,
    PrivacyOperations,
    FleetOperations,
    SetAsideOperations {
  /** One tool of the read side. */
  ask(args: { tool: ToolName; input: unknown; asker: string }): Promise<unknown>;
  /** Reads logs; paths are absolute, `-` is not possible through an owner. */
  ingest(args: IngestArgs, progress: Progress): Promise<IngestSummary>;
  simulate(args: SimulateArgs, progress: Progress): Promise<SimulateResult>;
  /** An inventory, or a bill of materials. */
  inventory_import(args: InventoryArgs): Promise<InventoryResult>;
  /** Bills of materials of a device: what they say is installed is so no more. */
  inventory_remove_bill(args: BillRemoveArgs): Promise<BillsRemoved>;
  /** Adopts discovered entities whose id, address, kind, maker, model or site contains `match`. */
  enrol(args: EnrolArgs): Promise<EnrolResult>;
  merge(args: IdentityArgs): Promise<IdentityResult>;
  split(args: IdentityArgs): Promise<IdentityResult>;
  /** Feeds and warning lists, files and folders of them: each whole or not at all. */
  intel_import(args: IntelImportArgs, progress: Progress): Promise<IntelImport>;
  /** What the feed, or the warning list, says stops counting. */
  intel_remove(args: { id: string; actor: string }): Promise<{ removed: string }>;
  intel_list(args: Record<string, never>): Promise<IntelListing>;
  /** Files and folders of advisories; paths are absolute. */
  vulnerabilities_import(args: AdvisoriesArgs, progress: Progress): Promise<AdvisoriesResult>;
  vulnerabilities_list(args: Record<string, never>): Promise<AdvisoriesListing>;
  /** What they say stops counting. */
  vulnerabilities_remove(args: AdvisoriesRemoveArgs): Promise<AdvisoriesRemoved>;
  profile_show(args: Record<string, never>): Promise<{ version: string; profile: object }>;
  profile_apply(args: { path: string; actor: string }): Promise<ProfileResult>;
  /** Into a directory that is not there yet; the path is absolute. */
  backup(args: { to: string }, progress: Progress): Promise<BackupResult>;
  /** Published changes as OCSF findings, the oldest first, a page at a time. */
  findings(args: FindingsArgs): Promise<FindingsPage>;
  doctor(args: Record<string, never>): Promise<DoctorReport>;
  /** `hash`: also a hash of the whole state, which takes the time of a walk over it. */
  status(args: { hash: boolean }, progress?: Progress): Promise<StatusReport>;
}

export type OperationName = keyof Operations;

export interface IngestArgs {
  readonly paths: readonly string[];
  readonly site: string | null;
  readonly sensor: string | null;
  /** Mixes real data into a simulated fleet: refused unless forced. */
  readonly force: boolean;
  /** What begins like a log that was taken in, and is another, is taken as one of its own. */
  readonly asNew: boolean;
}

export interface SimulateArgs {
  readonly seed: number;
  /** ISO 8601; `null`: now. */
  readonly until: string | null;
  readonly days: number;
  readonly devices: number;
}

export interface SimulateResult {
  readonly devices: number;
  readonly events: number;
  readonly refused: number;
  readonly seconds: number;
  readonly from: string;
  readonly until: string;
}

export interface InventoryArgs {
  readonly path: string;
  readonly dryRun: boolean;
  /** Whose a bill of materials is; `null` for whom it names itself. */
  readonly device: string | null;
  /** A bill of materials takes the place of every other one of the device. */
  readonly replace: boolean;
  readonly actor: string;
}

export interface InventoryResult {
  readonly dryRun: boolean;
  readonly added: readonly string[];
  readonly changed: readonly { readonly id: string; readonly fields: readonly string[] }[];
  readonly missing: readonly string[];
  readonly unchanged: number;
  /** The file's own, where it is a bill of materials. */
  readonly bills: readonly BillResult[];
}

export interface BillRemoveArgs {
  readonly device: string;
  /** `null` for all of them. */
  readonly bill: string | null;
  readonly dryRun: boolean;
  readonly actor: string;
}

export interface BillsRemoved {
  readonly dryRun: boolean;
  readonly device: EntityId;
  readonly removed: readonly { readonly id: string; readonly components: number }[];
}

export interface BillResult {
  readonly path: string;
  readonly device: EntityId;
  readonly format: 'cyclonedx' | 'spdx' | 'ocsf';
  readonly components: number;
  /** Components beyond the bound. */
  readonly leftOut: number;
  /** Vulnerabilities that it lists, which are not taken: `vulnerabilities import` reads what a maker says of them. */
  readonly findings: number;
  readonly changed: boolean;
  /** Bills whose place it takes, by their names. */
  readonly replaced: readonly string[];
  /** The bill in its place that is newer, for which it was left; `null` where there is none. */
  readonly newer: string | null;
}

export interface EnrolArgs {
  readonly match: string;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly reason: string | null;
}

export interface EnrolResult {
  readonly dryRun: boolean;
  readonly enrolled: readonly EntityId[];
}

export interface IdentityArgs {
  readonly from: string;
  readonly into: string;
  readonly actor: string;
  readonly reason: string | null;
}

export interface IdentityResult {
  readonly kind: 'merged' | 'split';
  readonly from: string;
  readonly into: string;
}

export interface ProfileResult {
  readonly version: string;
  /** Whether another one was in force before. */
  readonly changed: boolean;
}

export interface BackupResult {
  readonly path: string;
  readonly records: number;
  readonly entities: number;
  readonly stateHash: string;
  readonly createdAt: string;
  readonly files: number;
  readonly bytes: number;
}

export interface FindingsArgs {
  /** An instant (ISO 8601), the sequence of a finding, or `null` for all that is kept. */
  readonly since: string | null;
  /** An instant: what was told of a time before it is left out, on whichever page it comes. */
  readonly notBefore: string | null;
  readonly minLevel: Severity;
  /** Changes looked at. */
  readonly limit: number;
}

export interface FindingsPage {
  readonly findings: readonly {
    readonly uid: string;
    readonly level: Severity;
    readonly at: EpochMs;
    readonly entity: EntityId;
    readonly message: string;
    /** The OCSF event. */
    readonly event: Readonly<Record<string, unknown>>;
  }[];
  /** The sequence up to which was looked: `since` of the next page. */
  readonly next: string;
  readonly more: boolean;
  /** Where `since` is of what is forgotten in part: what is older than that. */
  readonly forgottenBefore: string | null;
}

/** How a sink of findings is doing. */
export interface OutputReport {
  readonly id: string;
  readonly type: 'webhook' | 'syslog';
  /** Scheme, host and port. */
  readonly to: string;
  readonly minLevel: Severity;
  /** `false`: nobody serves the directory now. */
  readonly running: boolean;
  /** Changes that were not sent or passed over yet. */
  readonly waiting: number;
  /** How long the first of them waits, in the time of the data. */
  readonly lagMs: number;
  /** How long the first of them is still kept, in the time of the data; `null` where nothing waits. */
  readonly keptForMs: number | null;
  /** Changes that were forgotten before the receiver got them, also what it would not have been sent; `null` for none. */
  readonly lost: { readonly changes: number; readonly before: string } | null;
  readonly lastSentAt: string | null;
  /** In a row, up to now. */
  readonly failures: number;
  readonly lastError: { readonly at: string; readonly message: string } | null;
}

export interface DoctorReport {
  readonly healthy: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly state: 'ok' | 'warning' | 'failed';
    readonly detail: string;
  }[];
}

export interface StatusReport {
  readonly directory: string;
  readonly records: number;
  readonly events: number;
  readonly late: number;
  readonly entities: number;
  readonly now: string | null;
  readonly stateHash: string | null;
  /** Bounds that something had no room under, e.g. `devices`: `doctor` says how many were not taken. */
  readonly boundsReached: readonly string[];
  /** Records of the journal that the engine failed on, and that no posture rests on. */
  readonly setAside: number;
  /** Users who are forgotten, but may be found in what was written before; at least one where nobody knows who. */
  readonly unfinishedErasure: number;
  readonly outputs: readonly OutputReport[];
}
