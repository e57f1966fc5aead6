import { z } from 'zod';
import {
  as_of,
  count,
  detail,
  EvidenceAnswer,
  FactorAnswer,
  factorName,
  framing,
  instant,
  nullableInstant,
  opaque,
  points,
  score,
  share,
  time,
} from './answer-parts.ts';
import { CompareInput, PostureComparison } from './comparison.ts';
import { ComplianceEvidence, ComplianceInput } from './compliance.ts';
import { ExplainInput, PostureExplanation } from './explanation.ts';
import { PostureSimulation, SimulateInput } from './simulation.ts';
import { FleetPeers, FleetStatistics, FleetWide, StatisticsInput } from './statistics.ts';
import {
  ANOMALY_STATUSES,
  ANOMALY_TYPES,
  CONFIDENCE_BASES,
  COMPLIANCE_STATES,
  CRITICALITIES,
  DIMENSIONS,
  ENTITY_TYPES,
  FIRMWARE_STATUSES,
  MATCH_STATUSES,
  INDICATOR_TYPES,
  POLICY_MODES,
  RECOMMENDED_ACTIONS,
  REPUTATIONS,
  RISK_LEVELS,
  SEVERITIES,
  THREAT_CATEGORIES,
  TRENDS,
  TRUST_LEVELS,
  VERDICTS,
} from './vocabulary.ts';

/**
 * The answers of the tools: the page's keys, types and enum values, extended only by further keys
 * (contract §2). One definition serves the read side, MCP's output schemas and the HTTP doors.
 * Strict objects throughout: an undeclared key must never reach a client.
 */

const dimensions = z.strictObject({
  identity: z.number(),
  behavior: z.number(),
  policy: z.number(),
  threat: z.number(),
});

/** Keys that every entity's answer has beside the page's. */
const assessment = {
  posture_score: score,
  risk_score: score,
  risk_level: z.enum(RISK_LEVELS),
  risk_reason: z.string().nullable(),
  risk_factors: z.array(FactorAnswer),
  minor_factors: z.array(FactorAnswer),
  dimensions,
  site: z.string(),
  criticality: z.enum(CRITICALITIES),
};

const policyInForce = z.strictObject({ policy_id: z.string(), mode: z.enum(POLICY_MODES) }).meta(opaque);

export const FleetPosture = z.strictObject({
  score,
  trend: z.enum(TRENDS),
  assessed_at: instant,
  device_count: count,
  active_incidents: count,
  open_anomalies: count,
  policy_violations_24h: count,
  devices_at_risk: z.array(
    z.strictObject({ device_id: z.string(), risk: z.enum(RISK_LEVELS), reason: z.string() }),
  ),
  devices_at_risk_total: count,
  compliance: z.strictObject({
    iso_27001: z.enum(COMPLIANCE_STATES),
    nis2: z.enum(COMPLIANCE_STATES),
    nist_csf: z.enum(COMPLIANCE_STATES),
  }),
  risk_counts: z.strictObject({ low: count, medium: count, high: count, critical: count }),
  worst_decile_score: score.nullable(),
  score_by_type: z.record(z.string(), z.strictObject({ score, entities: count })).meta(opaque),
  unenrolled_count: count,
  score_basis: z.enum(['enrolled', 'discovered', 'none']),
  trend_basis: z.enum(['24h', 'insufficient_history']),
  trend_delta: z.number().nullable(),
  trend_causes: z.array(z.strictObject({ factor: z.string(), points, entities: z.int() }).meta(opaque)),
  coverage: z
    .strictObject({
      dimensions_assessed: z.array(z.enum(DIMENSIONS)),
      sites: z.array(z.string()),
      sensors: z.array(
        z.strictObject({
          sensor: z.string(),
          site: z.string(),
          last_event: nullableInstant,
          silent: z.boolean(),
        }),
      ),
      feeds: z.array(z.strictObject({ feed: z.string(), as_of: instant, indicators: count })),
      policies: count,
    })
    .meta(opaque),
  /** All sites of the tenant; the keys beside it are of this one. `null` where nothing was released. */
  fleet: FleetWide.nullable(),
  ...framing,
});
export type FleetPosture = z.infer<typeof FleetPosture>;

const vulnerability = z
  .strictObject({
    /** An advisory's own id where it has no CVE. */
    cve: z.string(),
    cvss: z.number().nullable(),
    epss: z.number().nullable(),
    known_exploited: z.boolean(),
    fixed_version: z.string().nullable(),
    /** `reported` by a scanner, or what an advisory says of what is installed. */
    status: z.enum(['reported', ...MATCH_STATUSES]),
    found_by: z
      .strictObject({
        component: z.string(),
        version: z.string().nullable(),
        advisory: z.string(),
        source: z.string(),
        method: z.string(),
        comparator: z.string(),
        confidence: z.string(),
      })
      .optional(),
    maker_says: z
      .strictObject({ status: z.string(), justification: z.string().nullable(), document: z.string() })
      .optional(),
  })
  .meta(opaque);
export type VulnerabilityAnswer = z.infer<typeof vulnerability>;

export const DevicePosture = z.strictObject({
  device_id: z.string(),
  device_type: z.string(),
  manufacturer: z.string().nullable(),
  firmware_version: z.string().nullable(),
  firmware_status: z.enum(FIRMWARE_STATUSES),
  enrolled_at: nullableInstant,
  trust_level: z.enum(TRUST_LEVELS),
  addresses: z.array(z.string()),
  ...assessment,
  vulnerabilities: z.array(vulnerability).optional(),
  behavioral_baseline: z.strictObject({
    established: z.boolean(),
    established_at: nullableInstant,
    avg_connections_per_hour: z.number(),
    known_destinations: z.array(z.string()),
    known_destinations_total: count,
    deviation_score: share,
    maturity: share,
    fleet_peers: FleetPeers.optional(),
  }),
  active_policies: z.array(z.string()),
  policy_modes: z.array(policyInForce),
  last_seen: nullableInstant,
  open_anomalies: count,
  ...framing,
});
export type DevicePosture = z.infer<typeof DevicePosture>;

export const UserPosture = z.strictObject({
  user_id: z.string(),
  pseudonym: z.string(),
  ...assessment,
  devices: z.array(
    z
      .strictObject({
        device_id: z.string(),
        device_type: z.string(),
        risk_score: score,
        risk_level: z.enum(RISK_LEVELS),
        last_active: instant,
      })
      .meta(opaque),
  ),
  sign_ins_24h: z.strictObject({ success: count, failure: count, unknown: count }).meta(opaque),
  first_seen: nullableInstant,
  last_seen: nullableInstant,
  open_anomalies: count,
  ...framing,
});
export type UserPosture = z.infer<typeof UserPosture>;

export const WorkloadPosture = z.strictObject({
  workload_id: z.string(),
  device_id: z.string().nullable(),
  kind: z.string(),
  image: z.string().nullable(),
  instances: count,
  trust_level: z.enum(TRUST_LEVELS),
  components: z.array(z.strictObject({ name: z.string(), version: z.string().nullable() }).meta(opaque)),
  vulnerabilities: z.array(vulnerability),
  ...assessment,
  active_policies: z.array(z.string()),
  policy_modes: z.array(policyInForce),
  last_seen: nullableInstant,
  open_anomalies: count,
  ...framing,
});
export type WorkloadPosture = z.infer<typeof WorkloadPosture>;

export const AnomalyAnswer = z.strictObject({
  id: z.string(),
  entity_type: z.enum(ENTITY_TYPES),
  entity_id: z.string(),
  type: z.enum(ANOMALY_TYPES),
  severity: z.enum(SEVERITIES),
  confidence: share,
  confidence_basis: z.enum(CONFIDENCE_BASES),
  detected_at: instant,
  description: z.string(),
  recommended_action: z.enum(RECOMMENDED_ACTIONS),
  site: z.string(),
  incident_id: z.string().nullable(),
  status: z.enum(ANOMALY_STATUSES),
  verdict: z.enum(VERDICTS).nullable(),
  technique: z.string().nullable(),
  expected: z.string(),
  observed: z.string(),
  updated_at: instant,
  assignee: z.string().optional(),
  evidence: z.array(EvidenceAnswer).optional(),
});

/** An incident as a whole, beside its timeline. */
export const IncidentAnswer = z
  .strictObject({
    incident_id: z.string(),
    severity: z.enum(SEVERITIES),
    active: z.boolean(),
    open_anomalies: count,
    entities: count,
    began_at: instant,
    updated_at: instant,
  })
  .meta(opaque);

export const AnomalyList = z.strictObject({
  anomalies: z.array(AnomalyAnswer),
  total: count,
  incident: IncidentAnswer.nullable().optional(),
  /** Detections that the suppressions in force have held back. */
  suppressed: count,
  next_cursor: z.string().nullable(),
  ...framing,
});
export type AnomalyList = z.infer<typeof AnomalyList>;

export const ThreatContext = z.strictObject({
  indicator: z.string(),
  type: z.enum(INDICATOR_TYPES),
  reputation: z.enum(REPUTATIONS),
  categories: z.array(z.enum(THREAT_CATEGORIES)),
  threat_actors: z.array(z.string()),
  first_seen: nullableInstant,
  last_seen: nullableInstant,
  feed_sources: count,
  blocked_in_fleet: z.boolean(),
  block_policy_id: z.string().nullable(),
  matched: z.string().nullable(),
  evidence: z.array(
    z
      .strictObject({
        feed: z.string(),
        listed_as: z.string(),
        categories: z.array(z.enum(THREAT_CATEGORIES)),
        threat_actors: z.array(z.string()),
        ports: z.array(count),
        confidence: share,
        feed_as_of: instant,
        current: z.boolean(),
      })
      .meta(opaque),
  ),
  feed_store: z
    .strictObject({
      feeds: count,
      newest: nullableInstant,
      stale: z.boolean(),
      last_fetched: nullableInstant,
      failing: z.array(
        z.strictObject({ feed: z.string(), last_fetched: nullableInstant, problem: z.string() }),
      ),
    })
    .meta(opaque),
  actor_claims: z.array(
    z
      .strictObject({
        claimed: z.string(),
        feeds: z.array(z.string()),
        candidates: z.array(z.strictObject({ name: z.string(), catalogue: z.string() })),
        ambiguous: z.boolean(),
      })
      .meta(opaque),
  ),
  warning_lists: z.array(z.string()),
  seen_in_fleet: z.strictObject({
    entities: count,
    entity_ids: z.array(z.string()),
    first: nullableInstant,
    last: nullableInstant,
    count,
    blocked: count,
    approximate: z.boolean(),
  }),
  probing: z
    .strictObject({ targets: count, scan: z.boolean(), first: instant, last: instant })
    .meta(opaque)
    .nullable(),
  enforced_sites: z.array(z.string()),
  sites: z.array(z.string()),
  ...framing,
});
export type ThreatContext = z.infer<typeof ThreatContext>;

export const EntitySearch = z.strictObject({
  entities: z.array(
    z.strictObject({
      id: z.string(),
      type: z.enum(ENTITY_TYPES),
      kind: z.string().nullable(),
      name: z.string().nullable(),
      site: z.string(),
      enrolled: z.boolean(),
      posture_score: score,
      risk_level: z.enum(RISK_LEVELS),
      risk_reason: z.string().nullable(),
      last_seen: nullableInstant,
    }),
  ),
  groups: z.array(z.strictObject({ key: z.string(), count }).meta(opaque)),
  total: count,
  next_cursor: z.string().nullable(),
  ...framing,
});
export type EntitySearch = z.infer<typeof EntitySearch>;

/** Inputs: the page's properties, plus optional ones. Strict: a misspelt filter is an error, not ignored. */
const cursor = z.string().max(200).optional();
const limit = (max: number) => z.int().min(1).max(max).default(20);

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
    type: z.enum(ANOMALY_TYPES).optional().describe('e.g. port_scan'),
    incident_id: z.string().max(64).optional().describe('As a timeline, closed ones too'),
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
    query: z.string().max(200).optional().describe('In id, name, address, maker, model, tag …'),
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
    contacted: z.string().max(2048).optional().describe('Talked to this address or domain'),
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
