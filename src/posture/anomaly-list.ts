import type { EngineView } from '../engine/index.ts';
import {
  type Anomaly,
  type AnomalyList,
  type Detail,
  entityTypeOf,
  iso,
  rank,
  SEVERITIES,
  type ToolInput,
} from '../model/index.ts';
import { evidenceAnswer } from './factor-answers.ts';
import { type Clock, framing } from './framing.ts';
import { leftOut } from './not-kept.ts';
import { page } from './paging.ts';

type Filter = ToolInput<'list_anomalies'>;

/** Most severe first, then newest; an incident's timeline oldest first. */
export function anomalyList(view: EngineView, filter: Filter, detail: Detail, clock: Clock): AnomalyList {
  const entity = filter.entity_id === undefined ? null : view.entity(filter.entity_id);
  const candidates = filter.status === 'closed' ? view.anomalies() : view.openAnomalies();
  const matching = [...candidates]
    .filter((anomaly) => matches(anomaly, filter, entity?.id ?? filter.entity_id))
    .sort(filter.incident_id === undefined ? byUrgency : byTime);
  const { items, next } = page(matching, ({ id }) => id, filter.limit, filter.cursor);
  return {
    anomalies: items.map((each) => anomalyAnswer(each, detail)),
    total: matching.length,
    next_cursor: next,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'anomalies',
      next === null ? null : { what: 'anomalies', how_to_get: 'ask again with cursor: next_cursor' },
    ),
  };
}

function matches(anomaly: Anomaly, filter: Filter, entityId: string | undefined): boolean {
  if (filter.severity !== undefined && anomaly.severity !== filter.severity) return false;
  if (filter.entity_type !== undefined && entityTypeOf(anomaly.entity) !== filter.entity_type) return false;
  if (entityId !== undefined && anomaly.entity !== entityId) return false;
  if (filter.type !== undefined && anomaly.type !== filter.type) return false;
  if (filter.incident_id !== undefined && anomaly.incidentId !== filter.incident_id) return false;
  if (filter.status === undefined ? anomaly.status === 'closed' : anomaly.status !== filter.status)
    return false;
  if (filter.since !== undefined && anomaly.detectedAt < Date.parse(filter.since)) return false;
  return filter.until === undefined || anomaly.detectedAt < Date.parse(filter.until);
}

function byUrgency(a: Anomaly, b: Anomaly): number {
  return (
    rank(SEVERITIES, b.severity) - rank(SEVERITIES, a.severity) ||
    b.detectedAt - a.detectedAt ||
    (a.id < b.id ? -1 : 1)
  );
}

function byTime(a: Anomaly, b: Anomaly): number {
  return a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1);
}

function anomalyAnswer(anomaly: Anomaly, detail: Detail): AnomalyList['anomalies'][number] {
  return {
    id: anomaly.id,
    entity_type: entityTypeOf(anomaly.entity),
    entity_id: anomaly.entity,
    type: anomaly.type,
    severity: anomaly.severity,
    confidence: anomaly.confidence,
    detected_at: iso(anomaly.detectedAt),
    description: anomaly.description,
    recommended_action: anomaly.action,
    site: anomaly.site,
    incident_id: anomaly.incidentId,
    status: anomaly.status,
    verdict: anomaly.verdict,
    technique: anomaly.technique,
    expected: anomaly.expected,
    observed: anomaly.observed,
    updated_at: iso(anomaly.updatedAt),
    ...(detail === 'full' ? { evidence: anomaly.evidence.map(evidenceAnswer) } : {}),
  };
}
