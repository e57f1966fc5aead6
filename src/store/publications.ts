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

/** What left the house under a row, with what was before it; `null` where its own row was forgotten. */
export function publicationOf(row: PublishedRow, tables: Tables, words: Words): Publication | null {
  return row.kind === 'anomaly' ? anomalyPublication(row, tables) : riskPublication(row, tables, words);
}

function anomalyPublication(row: PublishedRow, tables: Tables): AnomalyPublication | null {
  const { number, at } = row;
  const now = tables.anomaly(number);
  if (now === null) return null;
  const anomaly = anomalyOf(now);
  const earlier = tables.anomalyBefore(now.anomaly, number);
  const before = earlier === null ? null : anomalyOf(earlier);
  const ids = new Set([before?.incidentId, anomaly.incidentId].filter((id) => id != null));
  const incidents = [...ids].map((id) => incidentChange(id, number, tables));
  return { kind: 'anomaly', origin: originOf(row), at, before, anomaly, incidents };
}

function incidentChange(id: IncidentId, number: number, tables: Tables): IncidentChange {
  return { id, before: membersOf(id, number - 1, tables), after: membersOf(id, number, tables) };
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
  const { number, at } = row;
  const picture = tables.picture(number);
  if (picture === null) return null;
  const entity = tables.idOf(picture.entity) as EntityId;
  const before = riskOf(pictureIn(tables, words, picture.entity, number - 1));
  return { kind: 'risk', origin: originOf(row), at, entity, before, after: riskOf(pictureOf(picture, words)) };
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
