import { z } from 'zod';
import { as_of, detail, factorName, pageLimit, time } from './answer-parts.ts';
import {
  AnomalyList,
  DevicePosture,
  EntitySearch,
  FleetPosture,
  ThreatContext,
  UserPosture,
  WorkloadPosture,
} from './answers.ts';
import { CompareInput, PostureComparison } from './comparison.ts';
import { ComplianceEvidence, ComplianceInput } from './compliance.ts';
import { ExplainInput, PostureExplanation } from './explanation.ts';
import { PostureSimulation, SimulateInput } from './simulation.ts';
import { FleetStatistics, StatisticsInput } from './statistics.ts';
import {
  ANOMALY_STATUSES,
  RAISED_ANOMALY_TYPES,
  ENTITY_TYPES,
  RISK_LEVELS,
  SEVERITIES,
} from './vocabulary.ts';

/** Inputs: the page's properties, plus optional ones. Strict: a misspelt filter is an error, not ignored. */
const cursor = z.string().max(200).optional();
const limit = (most: number) => pageLimit(most, 20);

export const INPUTS = {
  get_fleet_posture: z.strictObject({ detail, as_of }),
  get_device_posture: z.strictObject({
    device_id: z.string().min(1).max(200).describe('The Stance device ID'),
    detail,
    as_of,
  }),
  get_user_posture: z.strictObject({
    user_id: z.string().min(1).max(320).describe('User ID or UPN (e.g. sarah.k@acmecorp.com)'),
    detail,
    as_of,
  }),
  get_workload_posture: z.strictObject({ workload_id: z.string().min(1).max(200), detail, as_of }),
  list_anomalies: z.strictObject({
    severity: z.enum(SEVERITIES).optional(),
    entity_type: z.enum(ENTITY_TYPES).optional(),
    limit: limit(100),
    entity_id: z.string().max(320).optional(),
    type: z.enum(RAISED_ANOMALY_TYPES).optional().describe('e.g. port_scan'),
    incident_id: z.string().max(64).optional().describe('As a timeline, with closed'),
    status: z.enum(ANOMALY_STATUSES).optional().describe('Default: all open'),
    since: time.optional(),
    until: time.optional(),
    cursor,
    detail,
    as_of,
  }),
  get_threat_context: z.strictObject({
    indicator: z.string().min(1).max(2048).describe('IP address, domain, or SHA-256 hash'),
    detail,
    as_of,
  }),
  search_entities: z.strictObject({
    query: z.string().max(200).optional().describe('In id, name, address, maker, tag …'),
    kind: z.string().max(96).optional().describe('e.g. ip_camera'),
    type: z.enum(ENTITY_TYPES).optional(),
    site: z.string().max(64).optional(),
    tag: z.string().max(96).optional(),
    risk_level: z.enum(RISK_LEVELS).optional(),
    factor: factorName.optional().describe('e.g. firmware_eol'),
    cve: z.string().max(32).optional(),
    component: z.string().max(96).optional(),
    firmware: z.string().max(96).optional(),
    policy: z.string().max(128).optional(),
    contacted: z.string().max(2048).optional().describe('Talked to this host'),
    violated_since: time.optional(),
    expires_before: time.optional().describe('Certificate or support ends'),
    last_seen_before: time.optional(),
    enrolled: z.boolean().optional(),
    group_by: z.enum(['kind', 'type', 'site', 'risk_level', 'factor', 'manufacturer', 'firmware']).optional(),
    limit: limit(100),
    cursor,
    detail,
    as_of,
  }),
  explain_posture: ExplainInput,
  compare_posture: CompareInput,
  simulate_change: SimulateInput,
  get_compliance_evidence: ComplianceInput,
  get_fleet_statistics: StatisticsInput,
} as const;

export const ANSWERS = {
  get_fleet_posture: FleetPosture,
  get_device_posture: DevicePosture,
  get_user_posture: UserPosture,
  get_workload_posture: WorkloadPosture,
  list_anomalies: AnomalyList,
  get_threat_context: ThreatContext,
  search_entities: EntitySearch,
  explain_posture: PostureExplanation,
  compare_posture: PostureComparison,
  simulate_change: PostureSimulation,
  get_compliance_evidence: ComplianceEvidence,
  get_fleet_statistics: FleetStatistics,
} as const;

export type ToolName = keyof typeof INPUTS;
export type ToolInput<T extends ToolName> = z.infer<(typeof INPUTS)[T]>;
export type ToolAnswer<T extends ToolName> = z.infer<(typeof ANSWERS)[T]>;

/** An expected outcome that is not an answer: an unknown id, an input that makes no sense. */
export interface ToolProblem {
  readonly code:
    | 'unknown_entity'
    | 'unknown_incident'
    | 'ambiguous_entity'
    | 'invalid_input'
    | 'not_ready'
    | 'busy';
  readonly message: string;
  /** The nearest ids, best first. */
  readonly nearest: readonly string[];
}

export type ToolOutcome<T extends ToolName> =
  | { readonly ok: true; readonly answer: ToolAnswer<T> }
  | { readonly ok: false; readonly problem: ToolProblem };

/** Asks one tool. Embedded it reads the engine; in a thin client it asks the owner of the data directory. */
export interface PostureReader {
  ask<T extends ToolName>(tool: T, input: ToolInput<T>, asker: string): Promise<ToolOutcome<T>>;
}
