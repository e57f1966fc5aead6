import { ANOMALY_NATURE, type Anomaly } from './anomaly.ts';
import type { AnomalyId } from './ids.ts';
import { ANOMALY_FAMILY } from './story-family.ts';
import { HOUR_MS } from './time.ts';
import { type AnomalyType, rank, SEVERITIES, type Severity, worst } from './vocabulary.ts';

/** Two families that speak up within so long tell of one thing. */
const TOGETHER_MS = HOUR_MS;
/** An act at high or critical with at least this confidence is an incident by itself (contract §3). */
const INCIDENT_CONFIDENCE = 0.9;

/** An act that is an incident by itself: grave and sure. */
export function isIncidentByItself({
  type,
  severity,
  confidence,
}: Pick<Anomaly, 'type' | 'severity' | 'confidence'>): boolean {
  const isGrave = rank(SEVERITIES, severity) >= rank(SEVERITIES, 'high');
  return ANOMALY_NATURE[type] === 'act' && isGrave && confidence >= INCIDENT_CONFIDENCE;
}

/**
 * Of one entity's anomalies those that another one corroborates: both open, of different families, detected within an hour,
 * an act among the two, and neither an incident by itself. Having gone silent is no witness.
 */
export function corroborated(anomalies: readonly Anomaly[]): ReadonlySet<AnomalyId> {
  const witnesses = anomalies.filter(isWitness);
  const found = new Set<AnomalyId>();
  if (witnesses.length < 2) return found;
  for (const a of witnesses) if (witnesses.some((b) => corroborates(a, b))) found.add(a.id);
  return found;
}

/** The types that corroborate one of an entity's anomalies, in order. */
export function witnessesOf(anomaly: Anomaly, anomalies: readonly Anomaly[]): readonly AnomalyType[] {
  if (!isWitness(anomaly)) return [];
  const others = anomalies.filter((other) => isWitness(other) && corroborates(anomaly, other));
  return [...new Set(others.map(({ type }) => type))].sort();
}

/** The severity that counts for the entity and for its incident: a step up where another witness says so too. */
export function effectiveSeverity({ id, severity }: Anomaly, raised: ReadonlySet<AnomalyId>): Severity {
  if (!raised.has(id)) return severity;
  return SEVERITIES[rank(SEVERITIES, severity) + 1] ?? severity;
}

/** An incident is as severe as the worst of its open members; of a closed one, as the worst ever was. */
export function incidentSeverity(members: readonly Anomaly[]): Severity {
  const open = members.filter(({ status }) => status !== 'closed');
  const byEntity = Map.groupBy(open, ({ entity }) => entity);
  const severities = [...byEntity.values()].flatMap((own) => {
    const raised = corroborated(own);
    return own.map((each) => effectiveSeverity(each, raised));
  });
  if (severities.length > 0) return worst(SEVERITIES, 'low', ...severities);
  return worst(SEVERITIES, 'low', ...members.map(({ severity }) => severity));
}

function isWitness(anomaly: Anomaly): boolean {
  const { status, type } = anomaly;
  return status !== 'closed' && ANOMALY_FAMILY[type] !== 'absence' && !isIncidentByItself(anomaly);
}

function corroborates(a: Anomaly, b: Anomaly): boolean {
  return (
    ANOMALY_FAMILY[a.type] !== ANOMALY_FAMILY[b.type] &&
    Math.abs(a.detectedAt - b.detectedAt) <= TOGETHER_MS &&
    (ANOMALY_NATURE[a.type] === 'act' || ANOMALY_NATURE[b.type] === 'act')
  );
}
