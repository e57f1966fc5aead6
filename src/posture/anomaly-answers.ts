import type { z } from 'zod';
import type { EngineView } from '../engine/index.ts';
import {
  type Anomaly,
  type AnomalyAnswer,
  type AnomalyWord,
  corroborated,
  type Detail,
  entityTypeOf,
  type IncidentAnswer,
  type IncidentId,
  incidentSeverity,
  iso,
  isoOrNull,
  witnessesOf,
} from '../model/index.ts';
import { evidenceAnswer } from './factor-answers.ts';

export function anomalyAnswer(anomaly: Anomaly, detail: Detail): z.infer<typeof AnomalyAnswer> {
  return {
    id: anomaly.id,
    entity_type: entityTypeOf(anomaly.entity),
    entity_id: anomaly.entity,
    type: anomaly.type,
    severity: anomaly.severity,
    confidence: anomaly.confidence,
    confidence_basis: anomaly.basis ?? 'estimated',
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
    ...(anomaly.assignee === undefined ? {} : { assignee: anomaly.assignee }),
    ...(detail === 'full' ? { evidence: anomaly.evidence.map(evidenceAnswer) } : {}),
  };
}

/** An incident of these anomalies; `null` where none of them is part of it. */
export function incidentAnswer(
  anomalies: readonly Anomaly[],
  incident: string,
): z.infer<typeof IncidentAnswer> | null {
  const members = anomalies.filter(({ incidentId }) => incidentId === incident);
  if (members.length === 0) return null;
  const open = members.filter(({ status }) => status !== 'closed');
  return {
    incident_id: incident,
    severity: incidentSeverity(members),
    active: open.length > 0,
    open_anomalies: open.length,
    entities: new Set(members.map(({ entity }) => entity)).size,
    began_at: iso(Math.min(...members.map(({ detectedAt }) => detectedAt))),
    updated_at: iso(Math.max(...members.map(({ updatedAt }) => updatedAt))),
  };
}

/** The whole of an anomaly, for a person who works on it. */
export function anomalyDetail(view: EngineView, anomaly: Anomaly) {
  const { id, entity, incidentId, remediated, closedAt, assignee = null, words = [] } = anomaly;
  const own = view.entity(entity)?.openAnomalies() ?? [];
  return {
    ...anomalyAnswer(anomaly, 'full'),
    assignee,
    remediated,
    closed_at: isoOrNull(closedAt),
    /** Another family of evidence on the same entity says so too: it counts a step more. */
    corroborated: corroborated(own).has(id),
    corroborated_by: witnessesOf(anomaly, own),
    incident: incidentId === null ? null : incidentOf(view, incidentId),
    words: words.map(wordAnswer),
  };
}

export type AnomalyDetail = ReturnType<typeof anomalyDetail>;

function incidentOf(view: EngineView, incident: IncidentId) {
  const members = [...view.anomalies()].filter(({ incidentId }) => incidentId === incident);
  const answer = incidentAnswer(members, incident);
  const ids = members.toSorted((a, b) => a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1));
  return answer === null ? null : { ...answer, anomalies: ids.map(({ id }) => id) };
}

function wordAnswer(word: AnomalyWord) {
  const { at, saidAt = null, actor, reason, said } = word;
  const who = { at: iso(at), said_at: isoOrNull(saidAt), actor, said, reason };
  if (word.said === 'assign') return { ...who, to: word.to };
  const { status, verdict, remediated } = word;
  return { ...who, status, verdict, remediated };
}
