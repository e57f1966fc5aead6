import type {
  AnomalyPublication,
  EntityId,
  IncidentChange,
  IncidentId,
  Origin,
  Publication,
  Risk,
  RiskPublication,
} from '../model/index.ts';
import { anomalyOf, type IncidentMembers } from './incident-members.ts';
import { pictureIn } from './past.ts';
import { type Picture, pictureOf } from './picture.ts';
import type { PublishedRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** What left the house under a row, with what was before it; `null` where its own row was forgotten or nothing came of it. */
export function publicationOf(
  row: PublishedRow,
  tables: Tables,
  words: Words,
  incidents: IncidentMembers,
): Publication | null {
  if (row.kind === 'picture') return riskPublication(row, tables, words);
  return anomalyPublication(row, tables, incidents);
}

function anomalyPublication(
  row: PublishedRow,
  tables: Tables,
  members: IncidentMembers,
): AnomalyPublication | null {
  const { number, first, at } = row;
  const now = tables.anomaly(number);
  if (now === null) return null;
  const anomaly = anomalyOf(now);
  const earlier = tables.anomalyBefore(now.anomaly, first);
  const before = earlier === null ? null : anomalyOf(earlier);
  const ids = new Set([before, anomaly].flatMap((each) => each?.incidentId ?? []));
  const incidents = [...ids].map((id) => incidentChange(id, number, tables, members));
  return { kind: 'anomaly', origin: originOf(row), at, before, anomaly, incidents };
}

/** Since it was told of last: several anomalies of an incident may change with one record. */
function incidentChange(
  id: IncidentId,
  number: number,
  tables: Tables,
  members: IncidentMembers,
): IncidentChange {
  const told = tables.incidentToldBefore(id, number);
  const before = told === null ? [] : members.at(id, told);
  return { id, before, after: members.at(id, number) };
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

function originOf({ record, ordinal }: PublishedRow): Origin {
  return { record, ordinal };
}
