import type { Baseline, WorkCalendar } from '../../behavior/index.ts';
import {
  type Anomaly,
  type EntityProfile,
  type EpochMs,
  type Evidence,
  type FactorName,
  isoOrNull,
} from '../../model/index.ts';
import { anomalyImpact, type ScoringProfile } from '../../scoring/index.ts';
import type { MeasuringGrounds } from '../grounds.ts';
import { type Measured, statement } from './measured.ts';

/** Departure from what was learnt (30 %). */
export function behaviorFactors(
  profile: EntityProfile,
  baseline: Baseline | null,
  grounds: MeasuringGrounds,
  now: EpochMs,
): Measured[] {
  const factors: Measured[] = [];
  for (const anomaly of grounds.anomalies.open(profile.id)) {
    factors.push(...anomalyFactor(anomaly, grounds.scoring));
  }
  if (profile.shared !== 'no') {
    const summary = `Its address stands for many machines (${profile.shared}); it has no baseline of its own`;
    factors.push({ name: 'shared_address', measure: 1, evidence: () => [statement(summary, now)] });
    return factors;
  }
  if (baseline === null) {
    const summary = 'No telemetry about its behaviour has been seen';
    factors.push({ name: 'behavior_not_assessed', measure: 1, evidence: () => [statement(summary, now)] });
    return factors;
  }
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  if (baseline.establishedAt(enrolledAt, now) === null) {
    factors.push({
      name: 'baseline_learning',
      measure: Math.max(0.01, 1 - baseline.maturity(enrolledAt, now)),
      evidence: () => [statement(learningText(baseline, enrolledAt), now)],
    });
  }
  const { deviation } = baseline;
  if (deviation > 0) {
    const evidence = () => [departureOf(baseline, grounds.calendarOf(profile.site), now)];
    factors.push({ name: 'behavior_deviation', measure: deviation, evidence });
  }
  return factors;
}

function learningText(baseline: Baseline, enrolledAt: EpochMs | null): string {
  const since = isoOrNull(baseline.begin(enrolledAt)) ?? 'now';
  return `Learning since ${since}; days with data: ${baseline.daysWithData}`;
}

/** What was seen, beside what is usual. */
function departureOf(baseline: Baseline, isWorkHour: WorkCalendar, now: EpochMs): Evidence {
  const { connections, usualConnections, newDestinations } = baseline.departure(isWorkHour);
  const ordinary = Math.round(usualConnections * 10) / 10;
  const score = Math.round(baseline.deviation * 100) / 100;
  const text = `${connections} connections in an hour where ${ordinary} are usual, ${newDestinations} new destinations; deviation ${score} of 1`;
  return { ...statement(text, now), count: connections };
}

function anomalyFactor(anomaly: Anomaly, scoring: ScoringProfile): Measured[] {
  const { type, status, severity, confidence, evidence } = anomaly;
  if (!isBehaviorFactor(type) || status === 'closed') return [];
  // Being offline is a state that is or is not; the others weigh by impact and by how sure we are.
  const measure = type === 'unexpected_offline' ? 1 : anomalyImpact(scoring, severity, confidence);
  return [{ name: type, measure, evidence: () => evidence }];
}

function isBehaviorFactor(type: Anomaly['type']): type is Extract<FactorName, Anomaly['type']> {
  return type === 'lateral_movement_attempt' || type === 'port_scan' || type === 'unexpected_offline';
}
