import type { PostureReader, ToolAnswer, ToolInput, ToolName, ToolOutcome } from '../../src/model/index.ts';

/** A reader with one fixed, schema-valid answer per tool: the doors' own tests need no engine. */
const AT = '2026-05-21T09:00:00.000Z';

const framing = { as_of: AT, data_age_ms: 1_000, confidence: 0.9 };

const evidence = {
  summary: 'The certificate ended.',
  at: AT,
  sensor: 'zeek-1',
  uid: 'CHhAvVGS1DHFjwGM9',
  community_id: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
  count: 1,
  subject: null,
};

const assessment = {
  posture_score: 72,
  risk_score: 28,
  risk_level: 'low' as const,
  risk_reason: null,
  risk_factors: [],
  minor_factors: [
    {
      factor: 'certificate_expiring',
      kind: 'finding' as const,
      dimension: 'identity' as const,
      severity: 'low' as const,
      points: 2.4,
      regained_if_fixed: 2.4,
      since: AT,
      evidence: [evidence],
    },
  ],
  dimensions: { identity: 92, behavior: 80, policy: 70, threat: 40 },
  site: 'hq',
  criticality: 'normal' as const,
};

const ANSWERED: { readonly [T in ToolName]: ToolAnswer<T> } = {
  get_fleet_posture: {
    score: 84,
    trend: 'improving',
    assessed_at: AT,
    device_count: 312,
    active_incidents: 0,
    open_anomalies: 3,
    policy_violations_24h: 7,
    devices_at_risk: [{ device_id: 'dev_camera_parking_07', risk: 'high', reason: 'firmware_eol' }],
    devices_at_risk_total: 1,
    compliance: { iso_27001: 'not_assessed', nis2: 'not_assessed', nist_csf: 'not_assessed' },
    risk_counts: { low: 310, medium: 1, high: 1, critical: 0 },
    worst_decile_score: 61,
    score_by_type: { device: { score: 84, entities: 312 } },
    unenrolled_count: 2,
    score_basis: 'enrolled',
    trend_basis: '24h',
    trend_delta: 1.5,
    trend_causes: [{ factor: 'firmware_eol', points: 1.5, entities: 1 }],
    coverage: {
      dimensions_assessed: ['identity', 'behavior'],
      sites: ['hq'],
      sites_total: 1,
      sensors: [{ sensor: 'zeek-1', site: 'hq', last_event: AT, silent: false }],
      sensors_total: 1,
      feeds: [{ feed: 'local', as_of: AT, indicators: 14 }],
      feeds_total: 1,
      policies: 2,
    },
    fleet: null,
    ...framing,
  },
  get_device_posture: {
    device_id: 'dev_camera_floor3_east',
    device_type: 'ip_camera',
    manufacturer: 'Axis',
    firmware_version: '11.8.93',
    firmware_status: 'current',
    enrolled_at: AT,
    trust_level: 'verified',
    addresses: ['10.0.2.17'],
    ...assessment,
    behavioral_baseline: {
      established: true,
      established_at: AT,
      avg_connections_per_hour: 2.1,
      known_destinations: ['10.0.2.5'],
      known_destinations_total: 1,
      deviation_score: 0.04,
      maturity: 1,
    },
    active_policies: ['pol_camera_mgmt_only'],
    policy_modes: [{ policy_id: 'pol_camera_mgmt_only', mode: 'enforce' }],
    active_policies_total: 1,
    last_seen: AT,
    open_anomalies: 0,
    ...framing,
  },
  get_user_posture: {
    user_id: 'sarah.k@acmecorp.com',
    pseudonym: 'usr_7h2k9m3p',
    ...assessment,
    devices: [
      {
        device_id: 'dev_workstation_sarah_k',
        device_type: 'workstation',
        risk_score: 28,
        risk_level: 'low',
        last_active: AT,
      },
    ],
    sign_ins_24h: { success: 4, failure: 1, unknown: 0 },
    first_seen: AT,
    last_seen: AT,
    open_anomalies: 0,
    ...framing,
  },
  get_workload_posture: {
    workload_id: 'wkl_web_1',
    device_id: null,
    kind: 'container',
    image: 'registry.internal/web:4.2',
    instances: 3,
    trust_level: 'provisional',
    components_total: 1,
    components: [{ name: 'openssl', version: '3.0.7' }],
    vulnerabilities: [
      {
        cve: 'CVE-2022-3602',
        cvss: 7.5,
        epss: 0.2,
        known_exploited: false,
        fixed_version: '3.0.8',
        status: 'reported',
      },
    ],
    ...assessment,
    active_policies: [],
    policy_modes: [],
    active_policies_total: 0,
    last_seen: AT,
    open_anomalies: 0,
    ...framing,
  },
  list_anomalies: {
    anomalies: [
      {
        id: 'ano_01hwxk9a',
        entity_type: 'device',
        entity_id: 'dev_workstation_sarah_k',
        type: 'lateral_movement_attempt',
        severity: 'critical',
        confidence: 0.97,
        confidence_basis: 'estimated',
        detected_at: AT,
        description: 'Device attempting connections to 14 internal hosts not in its baseline',
        recommended_action: 'isolate',
        site: 'hq',
        incident_id: 'inc_01hwxk9b',
        status: 'open',
        verdict: null,
        technique: 'T1021',
        expected: '2 internal hosts an hour',
        observed: '14 internal hosts in 3 minutes',
        updated_at: AT,
      },
    ],
    total: 1,
    suppressed: 0,
    next_cursor: null,
    ...framing,
  },
  get_threat_context: {
    indicator: '203.0.113.21',
    type: 'ip',
    reputation: 'malicious',
    categories: ['c2_server'],
    threat_actors: [],
    first_seen: AT,
    last_seen: AT,
    feed_sources: 1,
    blocked_in_fleet: true,
    block_policy_id: 'pol_c2_block_global',
    matched: '203.0.113.0/24',
    evidence: [
      {
        feed: 'local',
        listed_as: '203.0.113.0/24',
        categories: ['c2_server'],
        threat_actors: [],
        ports: [],
        confidence: 0.8,
        feed_as_of: AT,
        current: true,
      },
    ],
    evidence_total: 1,
    feed_store: {
      feeds: 1,
      newest: '2026-05-21T00:00:00.000Z',
      stale: false,
      last_fetched: null,
      failing: [],
    },
    actor_claims: [],
    warning_lists: [],
    seen_in_fleet: {
      entities: 1,
      entity_ids: ['dev_workstation_sarah_k'],
      first: AT,
      last: AT,
      count: 3,
      blocked: 3,
      approximate: false,
    },
    probing: null,
    enforced_sites: ['hq'],
    sites: ['hq'],
    ...framing,
  },
  search_entities: {
    entities: [
      {
        id: 'dev_camera_floor3_east',
        type: 'device',
        kind: 'ip_camera',
        name: 'Camera floor 3 east',
        site: 'hq',
        enrolled: true,
        posture_score: 72,
        risk_level: 'low',
        risk_reason: null,
        last_seen: AT,
      },
    ],
    groups: [],
    total: 1,
    next_cursor: null,
    ...framing,
  },
  explain_posture: {
    entity_id: 'dev_camera_floor3_east',
    sites: ['hq'],
    score: 98,
    score_exact: 97.6,
    risk_level: 'low',
    risk_reason: null,
    dimensions: [{ dimension: 'identity', weight: 30, points_lost: 2.4 }],
    factors: [
      {
        factor: 'certificate_expiring',
        kind: 'finding',
        dimension: 'identity',
        severity: 'low',
        points: 2.4,
        regained_if_fixed: 2.4,
        since: AT,
        recommended_action: 'renew_certificate',
        entities: 1,
        evidence: [evidence],
      },
    ],
    other_factors: 0,
    other_points: 0,
    next_change: { at: AT, factors: ['certificate_expired'], points: -12.6 },
    offline_from: AT,
    worst_contributors: [],
    ...framing,
  },
  compare_posture: {
    entity_id: 'dev_camera_floor3_east',
    sites: ['hq'],
    before: { at: AT, score: 100, score_exact: 100, scoring_profile: '2026.1' },
    after: { at: AT, score: 98, score_exact: 97.6, scoring_profile: '2026.1' },
    points: -2.4,
    terms: [
      {
        term: 'certificate_expiring',
        change: 'appeared',
        points: -2.4,
        p_before: 0,
        p_after: 0.08,
        entities_before: 0,
        entities_after: 1,
        cause: { kind: 'time', actor: null, at: AT },
        evidence: [evidence],
        entities: [],
      },
    ],
    other_terms: 0,
    other_points: 0,
    ...framing,
  },
  simulate_change: {
    fleet: {
      score_before: 84,
      score_after: 85,
      score_exact_before: 84.2,
      score_exact_after: 84.6,
      points: 0.4,
    },
    entities: [
      {
        entity_id: 'dev_camera_parking_07',
        score_before: 61,
        score_after: 73,
        points: 12,
        risk_before: 'high',
        risk_after: 'low',
      },
    ],
    entities_total: 1,
    factors: [{ factor: 'firmware_eol', points: 12, entities: 1 }],
    next_actions: [],
    unknown: [],
    assumptions: ['The new firmware is supported.'],
    sites: ['hq'],
    ...framing,
  },
  get_compliance_evidence: {
    sites: ['hq'],
    framework: 'iso_27001',
    state: 'non_compliant',
    counts: { compliant: 0, partial: 4, non_compliant: 1, not_assessed: 88, not_applicable: 0 },
    sight: { full: 0, part: 29, none: 64 },
    by_group: { 'A.5': 'partial', 'A.6': 'not_assessed', 'A.7': 'not_assessed', 'A.8': 'non_compliant' },
    controls: [
      {
        control: 'A.8.8',
        groups: ['A.8'],
        summary: 'Weaknesses of technology are known, judged and mended',
        sight: 'part',
        state: 'non_compliant',
        since: AT,
        gaps: ['support_ended: 1 of 312 entities fail'],
      },
    ],
    total: 1,
    next_cursor: null,
    ...framing,
  },
  get_fleet_statistics: {
    metric: 'bands',
    group: 'all',
    local: {
      groups: [{ group: 'all', entities: 312, counts: { low: 310, medium: 1, high: 1, critical: 0 } }],
      provenance: { method: 'local-plaintext', sites: ['hq'], basis: 'enrolled', counted: 'devices' },
    },
    fleet: {
      groups: [{ group: 'all', entities: 3_120, counts: { low: 3_100, medium: 10, high: 10, critical: 0 } }],
      provenance: {
        method: 'bfv-aggregate',
        round: 494_193,
        round_at: AT,
        minimum_group: 20,
        suppressed: 70,
        key_id: '0123456789abcdef0123456789abcdef',
        sites: 4,
      },
    },
    ...framing,
  },
};

/** Arguments with which each tool answers. */
export const ARGUMENTS: { readonly [T in ToolName]: Record<string, unknown> } = {
  get_fleet_posture: {},
  get_device_posture: { device_id: 'dev_camera_floor3_east' },
  get_user_posture: { user_id: 'sarah.k@acmecorp.com' },
  get_workload_posture: { workload_id: 'wkl_web_1' },
  list_anomalies: { severity: 'critical' },
  get_threat_context: { indicator: '203.0.113.21' },
  search_entities: { query: 'camera' },
  explain_posture: { entity_id: 'dev_camera_floor3_east' },
  compare_posture: { from: AT },
  get_compliance_evidence: { framework: 'iso_27001', control: 'A.8.8' },
  get_fleet_statistics: { metric: 'bands' },
  simulate_change: { changes: [{ kind: 'update_firmware', entities: ['dev_camera_parking_07'] }] },
};

export interface Question {
  readonly tool: ToolName;
  readonly input: unknown;
  readonly asker: string;
}

/**
 * Answers every question with the tool's fixed answer, and notes who asked. The device `dev_nobody` is unknown;
 * `dev_fault` throws text that must never leave; `dev_leak` answers with a key that no schema declares;
 * `dev_huge` answers with too much; `dev_silence` never answers.
 */
export function fixedReader(questions: Question[] = []): PostureReader {
  return {
    async ask<T extends ToolName>(tool: T, input: ToolInput<T>, asker: string): Promise<ToolOutcome<T>> {
      questions.push({ tool, input, asker });
      const answer = ANSWERED[tool];
      switch ('device_id' in input ? input.device_id : '') {
        case 'dev_nobody':
          return {
            ok: false,
            problem: {
              code: 'unknown_entity',
              message: 'There is no device "dev_nobody".',
              nearest: ['dev_camera_floor3_east', 'dev_nobel'],
            },
          };
        case 'dev_fault':
          throw new Error('ENOENT /srv/secret/path');
        case 'dev_leak':
          return { ok: true, answer: Object.assign({ secret: 'hunter2' }, answer) };
        case 'dev_huge':
          return { ok: true, answer: { ...answer, site: 'x'.repeat(90_000) } };
        case 'dev_silence':
          return new Promise(() => undefined);
        default:
          return { ok: true, answer };
      }
    },
  };
}
