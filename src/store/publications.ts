import type {
  Anomaly,
  AnomalyPublication,
  EntityId,
  IncidentChange,
  IncidentId,
  Origin,
  Publication,
  Risk,
  RiskPublication,
} from '../model/index.ts';
import { pictureIn } from './past.ts';
import { type Picture, pictureOf } from './picture.ts';
import type { AnomalyRow, PublishedRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** Anomalies of one incident that are looked at: the latest. */
const INCIDENT_ANOMALIES = 100;

/** What left the house under a row, with what was before it; `null` where its own row was forgotten or nothing came of it. */
export function publicationOf(row: PublishedRow, tables: Tables, words: Words): Publication | null {
  return row.kind === 'anomaly' ? anomalyPublication(row, tables) : riskPublication(row, tables, words);
}

function anomalyPublication(row: PublishedRow, tables: Tables): AnomalyPublication | null {
  const { number, first, at } = row;
  const now = tables.anomaly(number);
  if (now === null) return null;
  const anomaly = anomalyOf(now);
  const earlier = tables.anomalyBefore(now.anomaly, first);
  const before = earlier === null ? null : anomalyOf(earlier);
  const ids = new Set([before, anomaly].flatMap((each) => each?.incidentId ?? []));
  const incidents = [...ids].map((id) => incidentChange(id, number, tables));
  return { kind: 'anomaly', origin: originOf(row), at, before, anomaly, incidents };
}

/** Since it was told of last: several anomalies of an incident may change with one record. */
function incidentChange(id: IncidentId, number: number, tables: Tables): IncidentChange {
  const told = tables.incidentToldBefore(id, number);
  return {
    id,
    before: told === null ? [] : membersOf(id, told, tables),
    after: membersOf(id, number, tables),
  };
}

/** The oldest first. */
function membersOf(id: IncidentId, upTo: number, tables: Tables): readonly Anomaly[] {
  return tables
    .anomaliesOfIncident(id, upTo, INCIDENT_ANOMALIES)
    .map(anomalyOf)
    .filter(({ incidentId }) => incidentId === id)
    .sort((a, b) => a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1));
}

function riskPublication(row: PublishedRow, tables: Tables, words: Words): RiskPublication | null {
  const { number, first, at } = row;
  const picture = tables.picture(number);
  if (picture === null) return null;
  const entity = tables.idOf(picture.entity) as EntityId;
  const before = riskOf(pictureIn(tables, words, picture.entity, first - 1));
  const after = riskOf(pictureOf(picture, words));
  // The record moved it, and moved it back.
  if ((before?.level ?? 'low') === (after?.level ?? 'low')) return null;
  return { kind: 'risk', origin: originOf(row), at, entity, before, after };
}

function riskOf(picture: Picture | null): Risk | null {
  if (picture === null) return null;
  const { riskLevel: level, riskReason: reason, scoreExact, confidence } = picture;
  return { level, reason, scoreExact, confidence };
}

function anomalyOf({ body }: AnomalyRow): Anomaly {
  return JSON.parse(body) as Anomaly;
}

function originOf({ record, ordinal }: PublishedRow): Origin {
  return { record, ordinal };
}
