import {
  ANOMALY_NATURE,
  type Anomaly,
  type AnomalyId,
  commonNetwork,
  formatNetwork,
  parseNetwork,
  type AnomalyType,
  type Criticality,
  DAY_MS,
  type Detection,
  type EntityId,
  type EpochMs,
  type Evidence,
  type EvidenceTarget,
  type IncidentId,
  LIMITS,
  type RecommendedAction,
  type Severity,
  SEVERITIES,
  type SiteId,
  rank,
  worst,
  isMaintenanceNote,
  namesMore,
} from '../model/index.ts';

/** The same again within so long re-opens the same id (contract §3). */
const REOPEN_WITHIN_MS = 7 * DAY_MS;

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

/** An anomaly as it opens. */
export function opened(
  entity: EntityId,
  site: SiteId,
  detection: Detection,
  criticality: Criticality,
  ids: AnomalyIds,
): Anomaly {
  const { type, at, confidence, technique, expected, observed, evidence } = detection;
  return {
    id: ids.anomaly(entity, type, at),
    incidentId: null,
    entity,
    site,
    type,
    severity: impact(detection.severity, criticality),
    confidence,
    ...estimateOf(detection),
    status: 'open',
    verdict: null,
    remediated: false,
    detectedAt: at,
    updatedAt: at,
    closedAt: null,
    ...adviceFor(detection, criticality),
    technique,
    expected,
    observed,
    ...shownOf(evidence, detection.targets),
  };
}

/**
 * An anomaly that is found again: what is known of it never shrinks. A further act, of a type that names them, is somebody's to
 * look at anew: what was contained is the first one.
 */
export function grown(known: Anomaly, detection: Detection, criticality: Criticality): Anomaly {
  const isAsSure = detection.confidence > known.confidence || isAsStrongButLessSure(known, detection);
  const { estimate: _, own, basis: _basis, ...unsaid } = known;
  return {
    ...(isAsSure ? unsaid : known),
    ...(known.status === 'closed' ? reopening(known) : {}),
    ...(known.status !== 'closed' && namesMore(known, detection) ? { status: 'open' as const } : {}),
    severity: worst(SEVERITIES, known.severity, impact(detection.severity, criticality)),
    confidence: isAsSure ? detection.confidence : known.confidence,
    ...(isAsSure ? estimateOf(detection) : {}),
    updatedAt: Math.max(known.updatedAt, detection.at),
    // What it is called is what is worst of it: guessing becomes the use of what was guessed.
    technique: isWorse(known, detection, criticality) ? detection.technique : known.technique,
    ...(isLesser(known, detection, criticality) ? {} : headlineOf(detection, criticality)),
    // What its kind shows stands there, and is what the confidence follows from.
    ...(isAsSure && (own ?? detection.own) !== undefined ? { expected: detection.expected } : {}),
    ...shownOf(latest(detection.evidence, known.evidence), detection.targets, known.unshown),
  };
}

function headlineOf(
  detection: Detection,
  criticality: Criticality,
): Pick<Anomaly, 'description' | 'action' | 'expected' | 'observed'> {
  const { expected, observed } = detection;
  return { ...adviceFor(detection, criticality), expected, observed };
}

/** A part of a story that is an act, told by itself: a graver one, or the whole of it, has been told. */
function isLesser(known: Anomaly, detection: Detection, criticality: Criticality): boolean {
  if (ANOMALY_NATURE[known.type] === 'state' || known.status === 'closed') return false;
  if (rank(SEVERITIES, impact(detection.severity, criticality)) < rank(SEVERITIES, known.severity))
    return true;
  if (namesMore(known, detection)) return false;
  const count = detection.evidence[0]?.count ?? Number.POSITIVE_INFINITY;
  const most = Math.max(0, ...known.evidence.map((each) => each.count ?? 0));
  return !isWorse(known, detection, criticality) && count < most;
}

/** It is told as strongly as before, and by now it is known that its kind often shows as much: no remedy, but what was confirmed. */
function isAsStrongButLessSure(known: Anomaly, { own, confidence }: Detection): boolean {
  const { verdict, remediated } = known;
  if (own === undefined || confidence >= known.confidence) return false;
  if (verdict === 'true_positive' && !remediated) return false;
  return own >= (known.own ?? known.estimate ?? known.confidence);
}

function estimateOf({ estimate, own, basis }: Detection): Pick<Anomaly, 'estimate' | 'own' | 'basis'> {
  return {
    ...(estimate === undefined ? {} : { estimate }),
    ...(own === undefined ? {} : { own }),
    ...(basis === undefined ? {} : { basis }),
  };
}

/** The newest first; that it was during maintenance is told once. */
function latest(found: readonly Evidence[], known: readonly Evidence[]): readonly Evidence[] {
  const told = new Set(found.filter(isMaintenanceNote).map(({ subject }) => subject));
  const others = known.filter((each) => !isMaintenanceNote(each) || !told.has(each.subject));
  return [...found, ...others];
}

/** The evidence for which there is room, and what it is about beside that: all of it must be as a suppression says. */
function shownOf(
  all: readonly Evidence[],
  targets: readonly EvidenceTarget[] = [],
  unshownBefore?: EvidenceTarget,
): Pick<Anomaly, 'evidence' | 'unshown'> {
  const evidence = fitting(all);
  const cut = all.filter((each) => !evidence.includes(each) && !isMaintenanceNote(each));
  const isShown = (target: EvidenceTarget) => evidence.some((each) => isSame(each, target));
  const before = unshownBefore === undefined ? [] : [unshownBefore];
  const unshown = [...before, ...[...cut, ...targets].filter((each) => !isShown(each))];
  if (unshown.length === 0) return { evidence };
  return { evidence, unshown: unshown.map(targetOf).reduce(inCommon) };
}

/** Full, what a newer line is about as well gives way, then the oldest; what it was opened for stays. */
function fitting(all: readonly Evidence[]): readonly Evidence[] {
  const lines = [...all];
  while (lines.length > LIMITS.evidencePerFactor) {
    const repeated = lines
      .slice(0, -1)
      .findLastIndex((line, at) => lines.slice(0, at).some((newer) => isSame(newer, line)));
    lines.splice(repeated === -1 ? lines.length - 2 : repeated, 1);
  }
  return lines;
}

function isSame(a: EvidenceTarget, b: EvidenceTarget): boolean {
  return a.subject === b.subject && a.port === b.port;
}

function targetOf({ subject, port }: EvidenceTarget): EvidenceTarget {
  return port === undefined ? { subject } : { subject, port };
}

function inCommon(a: EvidenceTarget, b: EvidenceTarget): EvidenceTarget {
  const subject = a.subject === b.subject ? a.subject : networkOf(a.subject, b.subject);
  return a.port === undefined || a.port !== b.port ? { subject } : { subject, port: a.port };
}

/** The smallest network that holds both: whoever speaks of a network means all of these, or not. */
function networkOf(a: string | null, b: string | null): string | null {
  const [one, other] = [a, b].map((subject) => (subject === null ? null : parseNetwork(subject)));
  const common = one && other ? commonNetwork(one, other) : null;
  return common === null ? null : formatNetwork(common);
}

function isWorse(known: Anomaly, detection: Detection, criticality: Criticality): boolean {
  return rank(SEVERITIES, impact(detection.severity, criticality)) > rank(SEVERITIES, known.severity);
}

/** What keeps a hospital running is looked at, never cut off; and the reason is said (contract §3). */
function adviceFor(
  { type, description, action: own }: Detection,
  criticality: Criticality,
): Pick<Anomaly, 'description' | 'action'> {
  const action = own ?? ACTIONS[type];
  if (criticality !== 'vital' || action !== 'isolate') return { description, action };
  return {
    description: `${description}; it is vital, so investigate before isolating it`,
    action: 'investigate',
  };
}

/** It happens again: what was judged was the last time, except for what was confirmed and never mended. */
function reopening(known: Anomaly): Partial<Anomaly> {
  const verdict = staysConfirmed(known) ? known.verdict : null;
  return { status: 'open', closedAt: null, remediated: false, verdict };
}

/** Impact: what the type can do, one step up for what matters most, one down for what matters least. */
function impact(severity: Severity, criticality: Criticality): Severity {
  const step = criticality === 'vital' ? 1 : criticality === 'low' ? -1 : 0;
  return SEVERITIES[Math.min(3, Math.max(0, rank(SEVERITIES, severity) + step))] ?? severity;
}

/** Whether it is still confirmed when it is found again. */
export function staysConfirmed({ verdict, remediated, status }: Anomaly): boolean {
  return verdict === 'true_positive' && !(remediated && status === 'closed');
}

/** Whether what is found at an instant is the same anomaly again. */
export function isContinuation(known: Anomaly, at: EpochMs): boolean {
  return known.status !== 'closed' || at - (known.closedAt ?? known.updatedAt) <= REOPEN_WITHIN_MS;
}
