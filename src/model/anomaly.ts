import type { Evidence, EvidenceTarget } from './factor.ts';
import type { AnomalyId, EntityId, IncidentId, SiteId } from './ids.ts';
import type { AnomalyWord } from './operator-word.ts';
import type { EpochMs } from './time.ts';
import type {
  AnomalyStatus,
  AnomalyType,
  ConfidenceBasis,
  RecommendedAction,
  Severity,
  Verdict,
} from './vocabulary.ts';

/** `state` anomalies close when the state ends; `act` anomalies only by a verdict or by long quiet (contract §3). */
export const ANOMALY_NATURE = {
  lateral_movement_attempt: 'act',
  port_scan: 'act',
  beaconing: 'act',
  data_exfiltration: 'act',
  dns_tunnel: 'act',
  dga_domains: 'act',
  brute_force: 'act',
  credential_misuse: 'act',
  unexpected_offline: 'state',
  new_service: 'state',
  volume_anomaly: 'state',
  policy_evasion: 'act',
  c2_communication: 'act',
} as const satisfies Record<AnomalyType, 'state' | 'act'>;

/** What a detector says: it knows nothing of ids, life cycles or operators. */
export interface Detection {
  readonly type: AnomalyType;
  readonly at: EpochMs;
  /** The beginning of the hour that it tells of, where it tells of a whole one: that is judged when it is over. */
  readonly hour?: EpochMs;
  /** Impact before criticality is considered. */
  readonly severity: Severity;
  /** 0…1; apart from severity. */
  readonly confidence: number;
  /** That as much speaks for it by chance alone, where the detector can say; what an hour is judged by. */
  readonly chance?: number;
  /** What verdicts made another of: the detector's own, or what its kind left of that. */
  readonly estimate?: number;
  /** The detector's own, where how often its kind shows as much made it less. */
  readonly own?: number;
  /** Absent where it is an estimate. */
  readonly basis?: ConfidenceBasis;
  /** One plain sentence from a template; no text from the wire. */
  readonly description: string;
  /** What to do, where it is not what its type asks for. */
  readonly action?: RecommendedAction;
  /** MITRE ATT&CK technique, e.g. `T1021`; `null` where none fits. */
  readonly technique: string | null;
  readonly expected: string;
  readonly observed: string;
  readonly evidence: readonly Evidence[];
  /** All that it is about, where its evidence does not show all of it. */
  readonly targets?: readonly EvidenceTarget[];
}

export interface Anomaly {
  readonly id: AnomalyId;
  readonly incidentId: IncidentId | null;
  readonly entity: EntityId;
  readonly site: SiteId;
  readonly type: AnomalyType;
  readonly severity: Severity;
  readonly confidence: number;
  /** What verdicts made another of: the detector's own, or what its kind left of that. */
  readonly estimate?: number;
  /** The detector's own, where how often its kind shows as much made it less. */
  readonly own?: number;
  /** Absent where it is an estimate. */
  readonly basis?: ConfidenceBasis;
  readonly status: AnomalyStatus;
  readonly verdict: Verdict | null;
  /** The estimate when the verdict was given: confidences were learnt from it at that one. */
  readonly judgedEstimate?: number;
  /** … and of which kind the entity was then; absent for none. */
  readonly judgedKind?: string;
  readonly remediated: boolean;
  readonly detectedAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly closedAt: EpochMs | null;
  readonly description: string;
  readonly technique: string | null;
  readonly expected: string;
  readonly observed: string;
  readonly action: RecommendedAction;
  readonly evidence: readonly Evidence[];
  /** What it is about beside that: the subject and the port that all of it has. Absent where evidence shows all. */
  readonly unshown?: EvidenceTarget;
  /** Who looks after it, by the operator's own short name; absent where nobody does. */
  readonly assignee?: string;
  /** What operators said of it, the oldest first; the latest {@link LIMITS.wordsPerAnomaly}. */
  readonly words?: readonly AnomalyWord[];
}
