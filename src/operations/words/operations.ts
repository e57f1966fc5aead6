import type {
  AnomalyStatus,
  AnomalyType,
  MaintenanceScope,
  MaintenanceWindow,
  Severity,
  Suppression,
  SuppressionScope,
  Verdict,
} from '../../model/index.ts';
import type { AnomalyDetail } from '../../posture/index.ts';

/**
 * What operators say of anomalies, one by one or of many to come. The keys are those of `POST /v1/…`: one schema serves
 * the command line, thin clients and HTTP (`operation-arguments.ts`).
 */
export interface WordOperations {
  anomaly_show(args: { anomaly: string }): Promise<AnomalyDetail>;
  anomaly_verdict(args: VerdictArgs): Promise<AnomalyDetail>;
  anomaly_assign(args: AssignArgs): Promise<AnomalyDetail>;
  suppress(args: SuppressArgs): Promise<SuppressResult>;
  suppressions(args: Record<string, never>): Promise<{ suppressions: readonly SuppressionAnswer[] }>;
  unsuppress(args: UnsuppressArgs): Promise<SuppressionAnswer>;
  maintenance_add(args: MaintenanceArgs): Promise<MaintenanceAnswer>;
  maintenance_list(args: Record<string, never>): Promise<{ windows: readonly MaintenanceAnswer[] }>;
  maintenance_remove(args: {
    window: string;
    actor: string;
    reason: string | null;
  }): Promise<MaintenanceAnswer>;
  baseline_accept(args: AcceptArgs): Promise<AcceptResult>;
  baseline_revert(args: RevertArgs): Promise<AcceptResult>;
  sensors_list(args: Record<string, never>): Promise<{ sensors: readonly SensorAnswer[] }>;
  sensors_retire(args: RetireSensorArgs): Promise<SensorAnswer>;
}

export interface SensorAnswer {
  readonly sensor: string;
  readonly site: string;
  readonly last_event: string | null;
  readonly silent: boolean;
}

export interface RetireSensorArgs {
  readonly sensor: string;
  /** `null`: the only one at which a sensor of this name was heard. */
  readonly site: string | null;
  readonly actor: string;
  readonly reason: string | null;
}

export interface VerdictArgs {
  readonly anomaly: string;
  /** `null`: what follows from the verdict, or as it is. */
  readonly status: AnomalyStatus | null;
  readonly verdict: Verdict | null;
  readonly remediated: boolean | null;
  readonly actor: string;
  readonly reason: string | null;
}

export interface AssignArgs {
  readonly anomaly: string;
  readonly to: string | null;
  readonly actor: string;
  readonly reason: string | null;
}

export interface SuppressArgs extends Omit<SuppressionScope, 'entity'> {
  /** Its entity and type are the scope, where these are not given. */
  readonly anomaly: string | null;
  readonly entity: string | null;
  readonly owner: string | null;
  readonly reason: string | null;
  /** ISO 8601; one of the two is given. */
  readonly until: string | null;
  readonly days: number | null;
  readonly dry_run: boolean;
  /** How far back a dry run looks. */
  readonly look_back_days: number;
  readonly actor: string;
}

export interface SuppressResult {
  readonly dry_run: boolean;
  /** `null` for a dry run. */
  readonly suppression: SuppressionAnswer | null;
  /** Anomalies that it matches: open ones first, at most 100. Of a dry run those of the last days, else those open. */
  readonly matched: readonly MatchedAnomaly[];
  readonly matched_total: number;
  /** Whose detections it may hold back, as things stand. */
  readonly entities: number;
  /** Of them those that close, or would: open, and no true positive. */
  readonly closed: number;
}

export interface MatchedAnomaly {
  readonly id: string;
  readonly entity_id: string;
  readonly type: AnomalyType;
  readonly severity: Severity;
  readonly status: AnomalyStatus;
  readonly verdict: Verdict | null;
  readonly detected_at: string;
  readonly updated_at: string;
}

export interface SuppressionAnswer
  extends Pick<Suppression, 'id' | 'reason' | 'owner' | 'actor' | 'matches'> {
  readonly scope: SuppressionScope;
  readonly since: string;
  /** By the clock on the wall, where `since` is the data's time; `null` of a word that an earlier release took. */
  readonly said_at: string | null;
  readonly expires_at: string;
  readonly last_match: string | null;
  readonly ended_at: string | null;
  readonly ended_by: 'expiry' | 'removal' | null;
  /** Of a removal. */
  readonly ended_said_at: string | null;
}

export interface UnsuppressArgs {
  readonly suppression: string;
  readonly actor: string;
  readonly reason: string | null;
}

export interface MaintenanceArgs extends Record<keyof MaintenanceScope, string | null> {
  /** ISO 8601; `null`: now. */
  readonly from: string | null;
  readonly to: string;
  readonly reason: string | null;
  readonly actor: string;
}

export interface MaintenanceAnswer extends Pick<MaintenanceWindow, 'id' | 'scope' | 'reason' | 'actor'> {
  readonly from: string;
  readonly to: string;
  readonly state: 'planned' | 'under_way' | 'over' | 'removed';
  /** As of a suppression. */
  readonly said_at: string | null;
  /** Detections that did not open within it. */
  readonly held: number;
  /** The word that took it back; `null` where none did. */
  readonly removed: {
    readonly at: string;
    readonly said_at: string | null;
    readonly actor: string;
    readonly reason: string | null;
  } | null;
}

export interface AcceptArgs {
  readonly entity: string | null;
  /** What led to it; its entity where none is given. */
  readonly anomaly: string | null;
  readonly actor: string;
  readonly reason: string | null;
}

export interface RevertArgs {
  readonly entity: string;
  readonly actor: string;
  readonly reason: string | null;
}

export interface AcceptResult {
  readonly entity_id: string;
  /** What is in force now. */
  readonly accepted: boolean;
  /** Anomalies that closed as expected. */
  readonly closed: readonly string[];
}
