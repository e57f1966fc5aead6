import {
  type Anomaly,
  type AnomalyPublication,
  type IncidentChange,
  incidentSeverity,
  originText,
  rank,
  SEVERITIES,
  type Verdict,
  worst,
} from '../model/index.ts';
import { attacksOf, findingInfo, newestOf } from './detection-finding.ts';
import {
  type Activity,
  confidenceOf,
  type Finding,
  frame,
  type JsonObject,
  LEVEL_IDS,
  LEVEL_NAMES,
  type Producer,
} from './finding.ts';

/**
 * OCSF asks for an assignee or a group of an incident; Stance hands nobody an incident, and says so.
 */
const NOBODY = { name: 'unassigned' } as const;

/** Anomalies that a finding lists one by one; what it says of all is of all. */
const MOST_SHOWN = 100;

const VERDICTS = {
  false_positive: { verdict_id: 1, verdict: 'False Positive' },
  true_positive: { verdict_id: 2, verdict: 'True Positive' },
  expected: { verdict_id: 5, verdict: 'Benign' },
  undetermined: { verdict_id: 7, verdict: 'Insufficient Data' },
} as const satisfies Record<Verdict, JsonObject>;
const NO_VERDICT = { verdict_id: 0, verdict: 'Unknown' } as const;

/** Which verdict an incident has whose anomalies have several: the one that asks for most. */
const GRAVEST: readonly Verdict[] = ['expected', 'false_positive', 'undetermined', 'true_positive'];

/** An incident as its anomalies tell of it; `metadata.correlation_uid` is the incident's id. */
export function incidentFinding(
  { origin, at: told, anomaly }: AnomalyPublication,
  { id, before, after }: IncidentChange,
  producer: Producer,
): Finding {
  const uid = `${id}.${originText(origin)}`;
  // The last anomaly may have left for another incident.
  const members = after.length > 0 ? after : before;
  const shown = shownOf(members);
  const severity = incidentSeverity(members.length > 0 ? members : [anomaly]);
  const message = describe(members, anomaly);
  const at = Math.max(told, ...members.map(newestOf));
  const isOpen = after.some(({ status }) => status !== 'closed');
  const event = {
    ...frame(
      {
        className: 'Incident Finding',
        activity: activityOf(before, isOpen),
        severity,
        at,
        uid,
        correlation: id,
        profiles: ['incident'],
        sequence: originText(origin),
      },
      producer,
    ),
    message,
    desc: message,
    ...statusOf(after, isOpen),
    ...verdictOf(members),
    ...confidenceOf(Math.max(...members.map(({ confidence }) => confidence), 0)),
    impact_id: LEVEL_IDS[severity],
    impact: LEVEL_NAMES[severity],
    priority_id: LEVEL_IDS[severity],
    priority: LEVEL_NAMES[severity],
    assignee_group: NOBODY,
    attacks: [...new Map(members.map((each) => [each.technique, each])).values()].flatMap(attacksOf),
    observables: entitiesOf(shown),
    finding_info_list: shown.map(findingInfo),
    start_time: Math.min(...members.map(({ detectedAt }) => detectedAt), at),
    end_time: Math.max(...members.map(newestOf), 0) || at,
  };
  return { uid, level: severity, at, kind: 'incident_finding', entity: anomaly.entity, message, event };
}

/** All, the oldest first; of more than there is room for those that ask for most: open, severe, found last. */
function shownOf(members: readonly Anomaly[]): readonly Anomaly[] {
  if (members.length <= MOST_SHOWN) return members;
  const grave = members.toSorted(
    (a, b) =>
      Number(a.status === 'closed') - Number(b.status === 'closed') ||
      rank(SEVERITIES, b.severity) - rank(SEVERITIES, a.severity) ||
      newestOf(b) - newestOf(a),
  );
  return grave.slice(0, MOST_SHOWN);
}

/** An Incident Finding has no resources. */
function entitiesOf(members: readonly Anomaly[]): readonly JsonObject[] {
  const ids = [...new Set(members.map(({ entity }) => entity))].sort();
  return ids.map((value) => ({ type_id: 10, type: 'Resource UID', value }));
}

function activityOf(before: readonly Anomaly[], isOpen: boolean): Activity {
  if (before.length === 0) return isOpen ? 'Create' : 'Close';
  const wasOpen = before.some(({ status }) => status !== 'closed');
  return wasOpen && !isOpen ? 'Close' : 'Update';
}

/** One anomaly's own words, or how many there are of what. */
function describe(members: readonly Anomaly[], changed: Anomaly): string {
  if (members.length <= 1) return (members[0] ?? changed).description;
  const types = [...new Set(members.map(({ type }) => type))].sort();
  return `${members.length} anomalies tell one story: ${types.join(', ')}`;
}

function statusOf(members: readonly Anomaly[], isOpen: boolean): JsonObject {
  if (!isOpen) return { status_id: 5, status: 'Closed' };
  const isHandled = members.some(({ status }) => status === 'acknowledged' || status === 'contained');
  return isHandled ? { status_id: 2, status: 'In Progress' } : { status_id: 1, status: 'New' };
}

function verdictOf(members: readonly Anomaly[]): JsonObject {
  const given = members.flatMap(({ verdict }) => verdict ?? []);
  const [first, ...others] = given;
  return first === undefined ? NO_VERDICT : VERDICTS[worst(GRAVEST, first, ...others)];
}
