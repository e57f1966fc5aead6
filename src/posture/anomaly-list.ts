import type { EngineView } from '../engine/index.ts';
import {
  type Anomaly,
  type AnomalyList,
  type Detail,
  type EntityType,
  entityTypeOf,
  iso,
  rank,
  SEVERITIES,
  type ToolInput,
  type ToolProblem,
} from '../model/index.ts';
import { anomalyAnswer, incidentAnswer } from './anomaly-answers.ts';
import { entityAsked, isProblem, unknownIncident } from './asked-entity.ts';
import { type Clock, framing } from './framing.ts';
import { leftOut } from './not-kept.ts';
import { Page, type Place, unreadable } from './paging.ts';
import type { Turn } from './turns.ts';

type Filter = ToolInput<'list_anomalies'>;

/** Anomalies looked at before others may have their turn: a fraction of a millisecond. */
const PORTION = 1_024;

/**
 * Most severe first, then newest; an incident's timeline oldest first. All of them as they were when it was asked:
 * an anomaly that changes is another object, so that the list stands still while others have their turn.
 */
export async function anomalyList(
  view: EngineView,
  filter: Filter,
  detail: Detail,
  clock: Clock,
  turn: Turn,
): Promise<AnomalyList | ToolProblem> {
  const refused = unreadable(filter.cursor, 'anomalies') ?? backwards(filter);
  if (refused !== null) return refused;
  const entity = filter.entity_id === undefined ? null : entityAsked(view, filter.entity_id);
  if (entity !== null && isProblem(entity)) return entity;
  const isPartlyClosed = filter.status === 'closed' || filter.incident_id !== undefined;
  const candidates = [...(isPartlyClosed ? view.anomalies() : view.openAnomalies())];
  const frame = framing(view, clock, view.fleet().confidence);
  const page = new Page<Anomaly>(filter.limit, filter.cursor);
  const placeOf = filter.incident_id === undefined ? byUrgency : byTime;
  for (let from = 0; from < candidates.length; from += PORTION) {
    for (const anomaly of candidates.slice(from, from + PORTION)) {
      if (matches(view, anomaly, filter, entity?.id)) page.add(placeOf(anomaly), anomaly);
    }
    await turn();
  }
  const { items, total, next } = page;
  const { incident_id: id } = filter;
  const incident = id === undefined ? undefined : incidentAnswer(candidates, id);
  if (id !== undefined && incident === null) return unknownIncident(view, id);
  return {
    anomalies: items.map((each) => anomalyAnswer(each, detail)),
    total,
    ...(incident === undefined ? {} : { incident }),
    suppressed: view.suppressedCount(),
    next_cursor: next,
    ...frame,
    ...leftOut(
      view,
      'anomalies',
      next === null ? null : { what: 'anomalies', how_to_get: 'ask again with cursor: next_cursor' },
    ),
  };
}

function matches(view: EngineView, anomaly: Anomaly, filter: Filter, entityId: string | undefined): boolean {
  if (filter.severity !== undefined && anomaly.severity !== filter.severity) return false;
  if (filter.entity_type !== undefined && !isOfType(view, anomaly, filter.entity_type)) return false;
  if (entityId !== undefined && anomaly.entity !== entityId) return false;
  if (filter.type !== undefined && anomaly.type !== filter.type) return false;
  if (filter.incident_id !== undefined && anomaly.incidentId !== filter.incident_id) return false;
  if (filter.status !== undefined && anomaly.status !== filter.status) return false;
  const isClosedMeant = filter.status !== undefined || filter.incident_id !== undefined;
  if (anomaly.status === 'closed' && !isClosedMeant) return false;
  // What is new since then may be news of one that was there before: it got worse, or somebody said something of it.
  if (filter.since !== undefined && anomaly.updatedAt < Date.parse(filter.since)) return false;
  return filter.until === undefined || anomaly.detectedAt < Date.parse(filter.until);
}

function backwards({ since, until }: Filter): ToolProblem | null {
  if (since === undefined || until === undefined || Date.parse(since) < Date.parse(until)) return null;
  const message = `"since" was ${iso(Date.parse(since))}; allowed is any instant before "until", ${iso(Date.parse(until))}`;
  return { code: 'invalid_input', message, nearest: [] };
}

/** A server is a device and a workload at once. */
function isOfType(view: EngineView, { entity }: Anomaly, type: EntityType): boolean {
  const own = entityTypeOf(entity);
  if (own === type || own !== 'device' || type !== 'workload') return own === type;
  return (view.entity(entity)?.profile.alias ?? null) !== null;
}

function byUrgency({ id, severity, detectedAt }: Anomaly): Place {
  return { first: -rank(SEVERITIES, severity), second: -detectedAt, id };
}

function byTime({ id, detectedAt }: Anomaly): Place {
  return { first: 0, second: detectedAt, id };
}
