import type { ActorCatalogue } from './actor-names.ts';
import type { BillOfMaterials, VulnerabilityKnowledge } from './advisory.ts';
import type { Connections } from './connections.ts';
import type { InventoryEntry } from './entity.ts';
import type { Event } from './event.ts';
import type { IdentityRecord } from './identity-record.ts';
import type { DeviceId, EntityId, FeedId } from './ids.ts';
import type { Release } from './fleet-statistics.ts';
import type { Feed } from './indicator.ts';
import type {
  AccountEpochEndRecord,
  AccountEpochRecord,
  AccountsRekeyedRecord,
  ErasureRecord,
} from './people-record.ts';
import type { Policy } from './policy.ts';
import type { Actor, MaintenanceScope, SuppressionScope } from './operator-word.ts';
import type { Fleet } from './site.ts';
import type { EpochMs } from './time.ts';
import type { AnomalyStatus, AttestedAs, Framework, Verdict } from './vocabulary.ts';
import type { WarningList } from './warning-list.ts';

/**
 * Everything that changes posture is a record in the journal. The engine is a pure function of them:
 * the same records in the same order give the same posture, bit for bit.
 */
export type JournalRecord =
  | EventsRecord
  | ConfigurationRecord
  | InventoryRecord
  | EnrolRecord
  | MergeRecord
  | SplitRecord
  | FeedRecord
  | FeedRemovedRecord
  | WarningListsRecord
  | ActorNamesRecord
  | AdvisoriesRecord
  | ComponentsRecord
  | PoliciesRecord
  | ProfileRecord
  | VerdictRecord
  | AssignRecord
  | SuppressRecord
  | UnsuppressRecord
  | MaintenanceRecord
  | MaintenanceRemoveRecord
  | BaselineAcceptRecord
  | BaselineRevertRecord
  | SensorRetiredRecord
  | AttestationRecord
  | ExceptionRecord
  | ComplianceWithdrawalRecord
  | IdentityRecord
  | ErasureRecord
  | AccountEpochRecord
  | AccountsRekeyedRecord
  | AccountEpochEndRecord
  | FleetReleaseRecord
  | ClockRecord
  | HistoryEndRecord;

/** How far a producer's stream has been taken in: a file's content, or an HTTP producer's sequence. */
export interface ProducerMark {
  /** `file:<fingerprint of its first bytes>` or `http:<token's name>/<Stance-Producer>`. */
  readonly producer: string;
  /** Everything before this position (uncompressed byte offset, or sequence number) is done. */
  readonly upTo: number;
}

/** Where in its producer's stream an event stood; what makes a second delivery a duplicate. */
export interface EventOrigin {
  /** Index into the record's `producers`. */
  readonly producer: number;
  readonly at: number;
}

export interface EventsRecord {
  readonly kind: 'events';
  readonly producers: readonly ProducerMark[];
  readonly events: readonly Event[];
  /** One per event, same order. */
  readonly origins: readonly EventOrigin[];
  /** Fingerprints of the sources' own record ids (OCSF `metadata.uid`), where they have them. */
  readonly uids: readonly string[];
  /** Who sent it, where it came by HTTP; files and folders are read by the owner itself. */
  readonly actor?: Actor;
  /** Connections among them, side by side; `events` holds the others. */
  readonly connections?: SideBySide;
}

/** Most telemetry is connections: they stand in columns, and the other events at their places between them. */
export interface SideBySide {
  readonly rows: Connections;
  /** Where each of the record's `events` stands in the whole, ascending. */
  readonly places: Uint32Array;
}

export function eventCount({ events, connections }: EventsRecord): number {
  return events.length + (connections?.rows.count ?? 0);
}

export interface ConfigurationRecord {
  readonly kind: 'configuration';
  readonly fleet: Fleet;
  /** A fingerprint of a fixed text: tells whether the keys are still those that sealed this journal. */
  readonly keyCheck?: string;
  readonly actor: Actor;
}

/** The inventory as it stands after an import; entries that left it stay enrolled and are reported. */
export interface InventoryRecord {
  readonly kind: 'inventory';
  readonly at: EpochMs;
  readonly entries: readonly InventoryEntry[];
  readonly actor: Actor;
}

/** The operator adopts discovered entities. */
export interface EnrolRecord {
  readonly kind: 'enrol';
  readonly at: EpochMs;
  readonly entities: readonly EntityId[];
  readonly actor: Actor;
  readonly reason: string | null;
}

/** `from` was `into` all along. Reversible by a split of the same pair. */
export interface MergeRecord {
  readonly kind: 'merge';
  readonly at: EpochMs;
  readonly from: DeviceId;
  readonly into: DeviceId;
  readonly actor: Actor;
  readonly reason: string | null;
}

export interface SplitRecord {
  readonly kind: 'split';
  readonly at: EpochMs;
  readonly from: DeviceId;
  readonly into: DeviceId;
  readonly actor: Actor;
  readonly reason: string | null;
}

export interface FeedRecord {
  readonly kind: 'feed';
  readonly at: EpochMs;
  readonly feed: Feed;
  readonly actor: Actor;
}

/** Its source has the feed no more: what it lists stops counting. */
export interface FeedRemovedRecord {
  readonly kind: 'feed_removed';
  readonly at: EpochMs;
  readonly feed: FeedId;
  readonly actor: Actor;
}

/** Each replaces the warning list of the same id. */
export interface WarningListsRecord {
  readonly kind: 'warning_lists';
  readonly at: EpochMs;
  readonly lists: readonly WarningList[];
  readonly actor: Actor;
}

/**
 * It replaces the catalogue of the same id, or takes it back where it names nobody. It changes no posture: only whom a
 * feed's claim may mean.
 */
export interface ActorNamesRecord {
  readonly kind: 'actor_names';
  readonly at: EpochMs;
  readonly catalogue: ActorCatalogue;
  readonly actor: Actor;
}

/** What one file tells of vulnerabilities; newer words take the place of older ones. */
export interface AdvisoriesRecord {
  readonly kind: 'advisories';
  readonly at: EpochMs;
  /** The file's name. */
  readonly source: string;
  readonly knowledge: VulnerabilityKnowledge;
  /** What is taken back: ids of advisories, of documents of VEX, or whole formats. Such a record says nothing else. */
  readonly removes?: readonly string[];
  readonly actor: Actor;
}

/**
 * What is installed on something, in the place of what the same bill of materials said before. One without components is
 * none: it takes the others back.
 */
export interface ComponentsRecord {
  readonly kind: 'components';
  readonly at: EpochMs;
  readonly entity: EntityId;
  readonly bill: BillOfMaterials;
  /** Other bills of it that go, such as an earlier one of the same thing. Absent where none does. */
  readonly replaces?: readonly string[];
  readonly actor: Actor;
}

export interface PoliciesRecord {
  readonly kind: 'policies';
  readonly at: EpochMs;
  readonly policies: readonly Policy[];
  readonly actor: Actor;
  /** Absent in journals of older releases. */
  readonly reason?: string | null;
  /** The clock on the wall, where `at` is the data's; absent in journals of older releases. */
  readonly saidAt?: EpochMs;
}

/** A scoring profile becomes active; old answers keep theirs. */
export interface ProfileRecord {
  readonly kind: 'profile';
  readonly at: EpochMs;
  readonly version: string;
  readonly profile: unknown;
  readonly actor: Actor;
}

export interface VerdictRecord {
  readonly kind: 'verdict';
  readonly at: EpochMs;
  readonly anomaly: string;
  readonly status: AnomalyStatus;
  readonly verdict: Verdict | null;
  readonly remediated: boolean;
  readonly actor: Actor;
  readonly reason: string | null;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

/** Who looks after an anomaly; `null`: nobody any more. */
export interface AssignRecord {
  readonly kind: 'assign';
  readonly at: EpochMs;
  readonly anomaly: string;
  /** An operator's own short name for somebody, e.g. `soc-2`; never from the wire. */
  readonly to: string | null;
  readonly actor: Actor;
  readonly reason: string | null;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

/** Detections of this scope are counted instead of raised, until `expiresAt` at the latest. */
export interface SuppressRecord {
  readonly kind: 'suppress';
  readonly at: EpochMs;
  readonly scope: SuppressionScope;
  /** Who answers for it: a team's or an operator's own short name. */
  readonly owner: string;
  readonly expiresAt: EpochMs;
  readonly actor: Actor;
  readonly reason: string;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

export interface UnsuppressRecord {
  readonly kind: 'unsuppress';
  readonly at: EpochMs;
  readonly suppression: string;
  readonly actor: Actor;
  readonly reason: string | null;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

/** Work is done on something from `from` until before `to`: what it changes there is no departure. */
export interface MaintenanceRecord {
  readonly kind: 'maintenance';
  readonly at: EpochMs;
  readonly scope: MaintenanceScope;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly actor: Actor;
  readonly reason: string;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

export interface MaintenanceRemoveRecord {
  readonly kind: 'maintenance_remove';
  readonly at: EpochMs;
  readonly window: string;
  readonly actor: Actor;
  readonly reason: string | null;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

/** An entity's change is right: what it does now is its new normal. Taken back by a `baseline_revert` of it. */
export interface BaselineAcceptRecord {
  readonly kind: 'baseline_accept';
  readonly at: EpochMs;
  readonly entity: EntityId;
  /** What led to it, where something did. */
  readonly anomaly: string | null;
  readonly actor: Actor;
  readonly reason: string;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

export interface BaselineRevertRecord {
  readonly kind: 'baseline_revert';
  readonly at: EpochMs;
  readonly entity: EntityId;
  readonly actor: Actor;
  readonly reason: string | null;
  /** As of policies. */
  readonly saidAt?: EpochMs;
}

/** A sensor was taken down: it is missed no more, until it is heard again. */
export interface SensorRetiredRecord {
  readonly kind: 'sensor_retired';
  readonly at: EpochMs;
  readonly site: string;
  readonly sensor: string;
  readonly actor: Actor;
  readonly reason: string;
}

/** A person answers for what no machine can see of a control, until `expiresAt`. The latest on a control holds. */
export interface AttestationRecord {
  readonly kind: 'attestation';
  readonly at: EpochMs;
  readonly framework: Framework;
  readonly control: string;
  readonly says: AttestedAs;
  /** Who answers for it: a role's or an operator's own short name. */
  readonly owner: string;
  readonly expiresAt: EpochMs;
  readonly actor: Actor;
  readonly reason: string;
  /** The clock on the wall, where `at` is the data's; absent in journals of older releases. */
  readonly saidAt?: EpochMs;
}

/** A person takes on that a control is not met, in the whole or for one entity, until `expiresAt`. */
export interface ExceptionRecord {
  readonly kind: 'exception';
  readonly at: EpochMs;
  readonly framework: Framework;
  readonly control: string;
  readonly entity: EntityId | null;
  readonly owner: string;
  readonly expiresAt: EpochMs;
  readonly actor: Actor;
  readonly reason: string;
  /** As of an attestation. */
  readonly saidAt?: EpochMs;
}

/** An attestation or an exception ends before its time. */
export interface ComplianceWithdrawalRecord {
  readonly kind: 'compliance_withdrawal';
  readonly at: EpochMs;
  /** Its id. */
  readonly word: string;
  readonly actor: Actor;
  readonly reason: string | null;
}
/** The key holder let out the sums of a round, over all sites; its signature was checked. */
export interface FleetReleaseRecord {
  readonly kind: 'fleet_release';
  readonly at: EpochMs;
  readonly release: Release;
  readonly actor: Actor;
}

/** Written by the live process: the only way in which time alone moves the engine. */
export interface ClockRecord {
  readonly kind: 'clock';
  readonly at: EpochMs;
}

/** The end of a reading of history: nothing older is expected from it. */
export interface HistoryEndRecord {
  readonly kind: 'history_end';
}
