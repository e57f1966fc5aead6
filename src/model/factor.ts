import type { EntityId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Dimension, RecommendedAction, RiskLevel } from './vocabulary.ts';

/**
 * Every factor that can cost points (contract §3, table of factors, and what was added since).
 * Name → dimension; a *gap* says that something is not known, a *finding* that something is wrong.
 */
export const FACTORS = {
  identity_not_assessed: { dimension: 'identity', kind: 'gap' },
  not_enrolled: { dimension: 'identity', kind: 'finding' },
  certificate_expired: { dimension: 'identity', kind: 'finding' },
  certificate_expiring: { dimension: 'identity', kind: 'finding' },
  certificate_weak: { dimension: 'identity', kind: 'finding' },
  certificate_untrusted: { dimension: 'identity', kind: 'finding' },
  certificate_revoked: { dimension: 'identity', kind: 'finding' },
  no_cryptographic_identity: { dimension: 'identity', kind: 'gap' },
  enrolment_pending: { dimension: 'identity', kind: 'gap' },
  identity_not_proven_lately: { dimension: 'identity', kind: 'finding' },
  revoked_identity_in_use: { dimension: 'identity', kind: 'finding' },
  identity_used_from_two_places: { dimension: 'identity', kind: 'finding' },
  failed_sign_ins: { dimension: 'identity', kind: 'finding' },
  sign_in_without_mfa: { dimension: 'identity', kind: 'finding' },
  dormant_account: { dimension: 'identity', kind: 'finding' },
  behavior_not_assessed: { dimension: 'behavior', kind: 'gap' },
  baseline_learning: { dimension: 'behavior', kind: 'gap' },
  shared_address: { dimension: 'behavior', kind: 'gap' },
  behavior_deviation: { dimension: 'behavior', kind: 'finding' },
  lateral_movement_attempt: { dimension: 'behavior', kind: 'finding' },
  port_scan: { dimension: 'behavior', kind: 'finding' },
  beaconing: { dimension: 'behavior', kind: 'finding' },
  data_exfiltration: { dimension: 'behavior', kind: 'finding' },
  dns_tunnel: { dimension: 'behavior', kind: 'finding' },
  dga_domains: { dimension: 'behavior', kind: 'finding' },
  brute_force: { dimension: 'behavior', kind: 'finding' },
  credential_misuse: { dimension: 'behavior', kind: 'finding' },
  new_service: { dimension: 'behavior', kind: 'finding' },
  volume_anomaly: { dimension: 'behavior', kind: 'finding' },
  policy_evasion: { dimension: 'behavior', kind: 'finding' },
  unexpected_offline: { dimension: 'behavior', kind: 'finding' },
  policy_not_assessed: { dimension: 'policy', kind: 'gap' },
  traffic_not_covered: { dimension: 'policy', kind: 'gap' },
  policy_monitor_only: { dimension: 'policy', kind: 'finding' },
  least_privilege_not_enforced: { dimension: 'policy', kind: 'finding' },
  policy_violation: { dimension: 'policy', kind: 'finding' },
  threat_not_assessed: { dimension: 'threat', kind: 'gap' },
  c2_reached: { dimension: 'threat', kind: 'finding' },
  c2_blocked: { dimension: 'threat', kind: 'finding' },
  malicious_destination_reached: { dimension: 'threat', kind: 'finding' },
  malicious_destination_blocked: { dimension: 'threat', kind: 'finding' },
  malicious_file: { dimension: 'threat', kind: 'finding' },
  firmware_eol: { dimension: 'threat', kind: 'finding' },
  firmware_support_ending: { dimension: 'threat', kind: 'finding' },
  firmware_outdated: { dimension: 'threat', kind: 'finding' },
  known_exploited_vulnerability: { dimension: 'threat', kind: 'finding' },
  vulnerability: { dimension: 'threat', kind: 'finding' },
} as const satisfies Record<string, { dimension: Dimension; kind: 'gap' | 'finding' }>;

export type FactorName = keyof typeof FACTORS;
export type FactorKind = 'gap' | 'finding';

export const FACTOR_NAMES = Object.keys(FACTORS) as FactorName[];

/** What a person can check: the sensor's own ids and the few numbers behind a factor. */
export interface Evidence {
  /** One sentence from a template; no text from the wire. */
  readonly summary: string;
  readonly at: EpochMs;
  readonly sensor: string | null;
  readonly uid: string | null;
  readonly communityId: string | null;
  readonly count: number | null;
  /** An address, registrable domain, certificate key, CVE, policy or anomaly id that it is about. */
  readonly subject: string | null;
  /** The port at which that was, where there is one. */
  readonly port?: number;
}

/** What evidence is about: `null` and absent where that is not known, or is several. */
export type EvidenceTarget = Pick<Evidence, 'subject' | 'port'>;

/** One named reason for which a dimension loses points. */
export interface Factor {
  readonly name: FactorName;
  /** Published severity, 0 < p ≤ 0.99, in the steps of the scoring profile. */
  readonly p: number;
  readonly since: EpochMs;
  readonly evidence: readonly Evidence[];
}

/** A factor with its exact share of the loss. */
export interface AttributedFactor extends Factor {
  readonly dimension: Dimension;
  readonly kind: FactorKind;
  readonly severity: RiskLevel;
  /** Points of the whole score, in milli-points. */
  readonly milliPoints: number;
  /** Whole-score points that come back when this factor alone is mended, in milli-points. */
  readonly regainedMilliPoints: number;
  readonly action: RecommendedAction;
}

/** A published change of one factor of one entity: what history is made of. */
export interface FactorChange {
  readonly entity: EntityId;
  readonly factor: FactorName;
  readonly at: EpochMs;
  /** 0 where the factor left. */
  readonly p: number;
  readonly before: number;
}
