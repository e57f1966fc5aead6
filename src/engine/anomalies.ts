import {
  ANOMALY_NATURE,
  type Anomaly,
  type AnomalyId,
  type AnomalyType,
  type Criticality,
  DAY_MS,
  type Detection,
  type EntityId,
  type EpochMs,
  type IncidentId,
  LIMITS,
  type RecommendedAction,
  type Severity,
  SEVERITIES,
  type SiteId,
  type VerdictRecord,
  rank,
  worst,
} from '../model/index.ts';

/** The same again within so long re-opens the same id (contract §3). */
const REOPEN_WITHIN_MS = 7 * DAY_MS;
/** Acts of medium and low severity close after so long without news. */
const QUIET_CLOSE_MS = 30 * DAY_MS;
/** An act at high or critical with at least this confidence is an incident by itself. */
const INCIDENT_CONFIDENCE = 0.9;

const ACTIONS: Readonly<Record<AnomalyType, RecommendedAction>> = {
  lateral_movement_attempt: 'isolate',
  port_scan: 'investigate',
  beaconing: 'isolate',
  data_exfiltration: 'isolate',
  dns_tunnel: 'block_destination',
  dga_domains: 'block_destination',
  brute_force: 'reset_credentials',
  credential_misuse: 'reset_credentials',
  unexpected_offline: 'check_device',
  new_service: 'confirm_change',
  volume_anomaly: 'investigate',
  policy_evasion: 'enforce_policy',
  c2_communication: 'isolate',
};

/** Makes ids from what is in the journal; a keyed or plain hash given from outside. */
export interface AnomalyIds {
  anomaly(entity: EntityId, type: AnomalyType, detectedAt: EpochMs): AnomalyId;
  incident(anomaly: AnomalyId): IncidentId;
}

/** The life of anomalies (contract §3): opened once, updated as evidence grows, closed by state, verdict or quiet. */
export class Anomalies {
  readonly #byId = new Map<AnomalyId, Anomaly>();
  readonly #byEntity = new Map<EntityId, AnomalyId[]>();
  readonly #ids: AnomalyIds;
  readonly #tell: (changed: Anomaly) => void;

  /** @param tell is told of each as it stands after it opened, grew, closed, was judged or came to another entity */
  constructor(ids: AnomalyIds, tell: (changed: Anomaly) => void) {
    this.#ids = ids;
    this.#tell = tell;
  }

  /** Opens, updates or re-opens; true when something that a score depends on changed. */
  detect(entity: EntityId, site: SiteId, detection: Detection, criticality: Criticality): boolean {
    const severity = impact(detection.severity, criticality);
    const known = this.#latest(entity, detection.type);
    if (known === undefined || !isContinuation(known, detection.at)) {
      this.#open(entity, site, detection, severity, criticality);
      return true;
    }
    const reopened = known.status === 'closed';
    const updated: Anomaly = {
      ...known,
      ...(reopened ? reopening(known) : {}),
      severity: worst(SEVERITIES, known.severity, severity),
      confidence: Math.max(known.confidence, detection.confidence),
      updatedAt: Math.max(known.updatedAt, detection.at),
      ...adviceFor(detection, criticality),
      observed: detection.observed,
      evidence: [...detection.evidence, ...known.evidence].slice(0, LIMITS.evidencePerFactor),
    };
    this.#keep(withIncident(updated, this.#ids));
    return reopened || updated.severity !== known.severity || updated.confidence !== known.confidence;
  }

  /** The state ended: its anomaly closes by itself. */
  endState(entity: EntityId, type: AnomalyType, at: EpochMs): boolean {
    const known = this.#latest(entity, type);
    if (known === undefined || known.status === 'closed') return false;
    this.#keep({ ...known, status: 'closed', closedAt: at, updatedAt: at });
    return true;
  }

  /** Closes lesser acts that have been quiet; returns whether any closed. */
  closeQuiet(entity: EntityId, now: EpochMs): boolean {
    let closed = false;
    for (const each of this.open(entity)) {
      const lesser = rank(SEVERITIES, each.severity) <= rank(SEVERITIES, 'medium');
      if (ANOMALY_NATURE[each.type] !== 'act' || !lesser || now - each.updatedAt < QUIET_CLOSE_MS) continue;
      this.#keep({ ...each, status: 'closed', closedAt: now, updatedAt: each.updatedAt });
      closed = true;
    }
    return closed;
  }

  /** When the next lesser act will close by quiet alone. */
  nextQuietClose(entity: EntityId): EpochMs | null {
    const times = this.open(entity)
      .filter((each) => ANOMALY_NATURE[each.type] === 'act' && rank(SEVERITIES, each.severity) <= 1)
      .map((each) => each.updatedAt + QUIET_CLOSE_MS);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** An operator's word. `null` for an anomaly that does not exist. */
  verdict(record: VerdictRecord): Anomaly | null {
    const known = this.#byId.get(record.anomaly as AnomalyId);
    if (known === undefined) return null;
    const updated: Anomaly = {
      ...known,
      status: record.status,
      verdict: record.verdict,
      remediated: record.remediated,
      closedAt: record.status === 'closed' ? record.at : null,
      updatedAt: record.at,
    };
    this.#keep(updated);
    return updated;
  }

  open(entity: EntityId): readonly Anomaly[] {
    return this.of(entity).filter((each) => each.status !== 'closed');
  }

  of(entity: EntityId): readonly Anomaly[] {
    return (this.#byEntity.get(entity) ?? []).flatMap((id) => this.#byId.get(id) ?? []);
  }

  all(): Iterable<Anomaly> {
    return this.#byId.values();
  }

  /** Takes an entity's anomalies out, to be given to the identity that it turned out to be. */
  release(entity: EntityId, only: (id: AnomalyId) => boolean = () => true): readonly Anomaly[] {
    const anomalies = this.of(entity).filter(({ id }) => only(id));
    for (const { id } of anomalies) this.#byId.delete(id);
    const left = (this.#byEntity.get(entity) ?? []).filter((id) => !only(id));
    if (left.length > 0) this.#byEntity.set(entity, left);
    else this.#byEntity.delete(entity);
    return anomalies;
  }

  adopt(entity: EntityId, anomalies: readonly Anomaly[]): void {
    for (const each of anomalies) {
      this.#keep({ ...each, entity });
      this.#index(entity, each.id);
    }
  }

  snapshot(): unknown {
    return [...this.#byId.values()];
  }

  #open(
    entity: EntityId,
    site: SiteId,
    detection: Detection,
    severity: Severity,
    criticality: Criticality,
  ): void {
    const id = this.#ids.anomaly(entity, detection.type, detection.at);
    const anomaly: Anomaly = {
      id,
      incidentId: null,
      entity,
      site,
      type: detection.type,
      severity,
      confidence: detection.confidence,
      status: 'open',
      verdict: null,
      remediated: false,
      detectedAt: detection.at,
      updatedAt: detection.at,
      closedAt: null,
      ...adviceFor(detection, criticality),
      technique: detection.technique,
      expected: detection.expected,
      observed: detection.observed,
      evidence: detection.evidence.slice(0, LIMITS.evidencePerFactor),
    };
    this.#keep(withIncident(anomaly, this.#ids));
    this.#index(entity, id);
  }

  #latest(entity: EntityId, type: AnomalyType): Anomaly | undefined {
    const same = this.of(entity).filter((each) => each.type === type);
    return same.reduce<Anomaly | undefined>(
      (a, b) => (a === undefined || b.updatedAt >= a.updatedAt ? b : a),
      undefined,
    );
  }

  #keep(anomaly: Anomaly): void {
    this.#byId.set(anomaly.id, anomaly);
    this.#tell(anomaly);
  }

  #index(entity: EntityId, id: AnomalyId): void {
    const ids = this.#byEntity.get(entity);
    if (ids === undefined) {
      this.#byEntity.set(entity, [id]);
      return;
    }
    if (ids.includes(id)) return;
    ids.push(id);
    if (ids.length > LIMITS.anomaliesPerEntity) this.#forgetOldestClosed(ids);
  }

  /** Full: a closed one gives way before an open one. */
  #forgetOldestClosed(ids: AnomalyId[]): void {
    const closed = ids.findIndex((id) => {
      const each = this.#byId.get(id);
      return each?.status === 'closed' && (each.verdict !== 'true_positive' || each.remediated);
    });
    const [forgotten] = ids.splice(Math.max(0, closed), 1);
    if (forgotten !== undefined) this.#byId.delete(forgotten);
  }
}

/** What keeps a hospital running is looked at, never cut off; and the reason is said (contract §3). */
function adviceFor(
  { type, description }: Detection,
  criticality: Criticality,
): Pick<Anomaly, 'description' | 'action'> {
  const action = ACTIONS[type];
  if (criticality !== 'vital' || action !== 'isolate') return { description, action };
  return {
    description: `${description}; it is vital, so investigate before isolating it`,
    action: 'investigate',
  };
}

/** It happens again: what was judged was the last time, except for what was confirmed and never mended. */
function reopening({ verdict, remediated }: Anomaly): Partial<Anomaly> {
  const holds = verdict === 'true_positive' && !remediated;
  return { status: 'open', closedAt: null, remediated: false, verdict: holds ? verdict : null };
}

/** Impact: what the type can do, one step up for what matters most, one down for what matters least. */
function impact(severity: Severity, criticality: Criticality): Severity {
  const step = criticality === 'vital' ? 1 : criticality === 'low' ? -1 : 0;
  return SEVERITIES[Math.min(3, Math.max(0, rank(SEVERITIES, severity) + step))] ?? severity;
}

function isContinuation(known: Anomaly, at: EpochMs): boolean {
  return known.status !== 'closed' || at - (known.closedAt ?? known.updatedAt) <= REOPEN_WITHIN_MS;
}

function withIncident(anomaly: Anomaly, ids: AnomalyIds): Anomaly {
  const grave = ANOMALY_NATURE[anomaly.type] === 'act' && rank(SEVERITIES, anomaly.severity) >= 2;
  if (!grave || anomaly.confidence < INCIDENT_CONFIDENCE || anomaly.incidentId !== null) return anomaly;
  return { ...anomaly, incidentId: ids.incident(anomaly.id) };
}
