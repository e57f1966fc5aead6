import {
  type Anomaly,
  type AnomalyPublication,
  type AnomalyStatus,
  entityTypeOf,
  type EpochMs,
  type Evidence,
  namesMore,
  originText,
  rank,
  SEVERITIES,
} from '../model/index.ts';
import {
  type Activity,
  confidenceOf,
  type Finding,
  frame,
  type JsonObject,
  type Producer,
  resourceOf,
} from './finding.ts';
import { lastFound } from './news.ts';
import { observablesOf } from './observables.ts';

/** An anomaly's change as a Detection Finding: `finding_info.uid` is the anomaly's id. */
export function detectionFinding(
  { origin, at: told, before, anomaly }: AnomalyPublication,
  producer: Producer,
): Finding {
  const { id, severity, description, incidentId } = anomaly;
  const uid = `${id}.${originText(origin)}`;
  const activity = activityOf(before, anomaly);
  const at = Math.max(told, newestOf(anomaly));
  const event = {
    ...frame(
      {
        className: 'Detection Finding',
        activity,
        severity,
        at,
        uid,
        correlation: incidentId,
        profiles: [],
        sequence: originText(origin),
      },
      producer,
    ),
    message: description,
    ...statusOf(anomaly),
    ...confidenceOf(anomaly.confidence),
    is_alert: isAlert(before, anomaly),
    finding_info: findingInfo(anomaly),
    resources: [resourceOf(anomaly.entity, entityTypeOf(anomaly.entity), anomaly.site)],
    evidences: anomaly.evidence.map(evidenceOf),
    observables: observablesOf(anomaly),
    anomaly_analyses: [analysisOf(anomaly)],
    remediation: { desc: anomaly.action },
  };
  return {
    uid,
    level: severity,
    at,
    kind: 'detection_finding',
    entity: anomaly.entity,
    message: description,
    event,
  };
}

/**
 * The newest that is known of an anomaly. The time of the data follows a sensor's events at some distance, so that
 * what a finding rests on may lie ahead of it; a finding is never dated before its evidence.
 */
export function newestOf(anomaly: Anomaly): EpochMs {
  return Math.max(anomaly.updatedAt, lastFound(anomaly));
}

/** What a finding, or an incident, says of an anomaly. */
export function findingInfo(anomaly: Anomaly): JsonObject {
  const { id, type, description, detectedAt } = anomaly;
  return {
    uid: id,
    title: type,
    desc: description,
    types: [type],
    analytic: { uid: type, name: type, type_id: 2, type: 'Behavioral' },
    attacks: attacksOf(anomaly),
    created_time: detectedAt,
    modified_time: newestOf(anomaly),
    first_seen_time: detectedAt,
    last_seen_time: lastFound(anomaly),
  };
}

/** By ATT&CK id, e.g. T1046; a sub-technique names its technique, too. */
export function attacksOf({ technique }: Pick<Anomaly, 'technique'>): readonly JsonObject[] {
  if (technique === null) return [];
  const [parent = technique] = technique.split('.');
  return [
    {
      technique: { uid: parent },
      ...(parent === technique ? {} : { sub_technique: { uid: technique } }),
    },
  ];
}

function activityOf(before: Anomaly | null, { status }: Anomaly): Activity {
  if (status === 'closed' && before?.status !== 'closed') return 'Close';
  return before === null ? 'Create' : 'Update';
}

/** Somebody should look: it opened, opened again, became more severe, or names an act that it did not. */
function isAlert(before: Anomaly | null, anomaly: Anomaly): boolean {
  const { status, severity } = anomaly;
  if (status === 'closed') return false;
  if (before === null || before.status === 'closed') return true;
  return rank(SEVERITIES, severity) > rank(SEVERITIES, before.severity) || namesMore(before, anomaly);
}

const OPEN_STATUSES = {
  open: { status_id: 1, status: 'New' },
  acknowledged: { status_id: 2, status: 'In Progress' },
  contained: { status_id: 2, status: 'In Progress' },
} as const satisfies Record<Exclude<AnomalyStatus, 'closed'>, JsonObject>;

/** OCSF's word, and beside it Stance's own with the verdict. */
function statusOf({ status, verdict }: Anomaly): JsonObject {
  const detail = { status_detail: verdict === null ? status : `${status}: ${verdict}` };
  if (status !== 'closed') return { ...OPEN_STATUSES[status], ...detail };
  const wasBenign = verdict === 'false_positive' || verdict === 'expected';
  return wasBenign
    ? { status_id: 3, status: 'Suppressed', ...detail }
    : { status_id: 4, status: 'Resolved', ...detail };
}

/** The few numbers behind it, and the sensor's own ids that lead back to its logs. */
function evidenceOf({ summary, at, sensor, uid, communityId, count, subject }: Evidence): JsonObject {
  return {
    name: summary,
    ...(uid === null ? {} : { uid }),
    data: { time: at, sensor, community_id: communityId, count, subject },
  };
}

function analysisOf({ entity, type, expected, observed }: Anomaly): JsonObject {
  return {
    analysis_targets: [{ name: entity, type: entityTypeOf(entity) }],
    anomalies: [{ observation_parameter: type, observations: [{ value: observed }] }],
    baselines: [{ observation_parameter: type, observations: [{ value: expected }] }],
  };
}
