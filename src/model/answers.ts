import { z } from 'zod';
import {
  count,
  EvidenceAnswer,
  FactorAnswer,
  framing,
  instant,
  nullableInstant,
  opaque,
  points,
  score,
  share,
} from './answer-parts.ts';
import { FleetPeers, FleetWide } from './statistics.ts';
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
      sites_total: count,
      sensors: z.array(
        z.strictObject({
          sensor: z.string(),
          site: z.string(),
          last_event: nullableInstant,
          silent: z.boolean(),
        }),
      ),
      sensors_total: count,
      feeds: z.array(z.strictObject({ feed: z.string(), as_of: instant, indicators: count })),
      feeds_total: count,
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
        /** Other components of it, with their versions, and how many more. */
        also_in: z.array(z.string()).optional(),
        also_in_more: z.number().optional(),
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
    /** Of the past null is what is not kept. */
    established: z.boolean().nullable(),
    established_at: nullableInstant,
    avg_connections_per_hour: z.number().nullable(),
    known_destinations: z.array(z.string()),
    known_destinations_total: count.nullable(),
    deviation_score: share.nullable(),
    maturity: share.nullable(),
    fleet_peers: FleetPeers.optional(),
  }),
  active_policies: z.array(z.string()),
  policy_modes: z.array(policyInForce),
  active_policies_total: count,
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
  /** Of the past null: it is not kept. */
  components_total: count.nullable(),
  vulnerabilities: z.array(vulnerability),
  ...assessment,
  active_policies: z.array(z.string()),
  policy_modes: z.array(policyInForce),
  active_policies_total: count,
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
        same_content_as: z.string().optional(),
        current: z.boolean(),
      })
      .meta(opaque),
  ),
  evidence_total: count,
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
