import {
  type Anomaly,
  corroborated,
  effectiveSeverity,
  type EpochMs,
  type FactorName,
} from '../model/index.ts';
import { publish, riskLevel, type ScoringProfile } from '../scoring/index.ts';
import { assessed } from './assessments.ts';
import type { MeasuringGrounds } from './grounds.ts';
import type { Known } from './known.ts';
import type { Measurement } from './measuring.ts';
import type { Standing } from './standing.ts';
import type { Standings } from './standings.ts';
import type { Remembered } from './stood.ts';
import type { Weighing } from './weighing.ts';

export interface Published {
  readonly name: FactorName;
  readonly p: number;
  readonly since: EpochMs;
}

/** All that a standing is judged by. */
export interface Judged {
  readonly known: Known;
  readonly measurement: Measurement;
  readonly factors: readonly Published[];
  readonly weighing: Weighing;
}

/** Factors keep the instant at which they first appeared; a step within one does not restart it. */
export function publishedOf(
  row: number,
  { factors }: Measurement,
  remembered: Remembered,
  scoring: ScoringProfile,
  now: EpochMs,
): readonly Published[] {
  const published: Published[] = [];
  for (const { name, measure: value } of factors) {
    const p = publish(scoring, name, value, remembered.published(row, name));
    if (p === 0) continue;
    const factor = { name, p, since: Math.min(remembered.since(row, name) ?? now, now) };
    const twice = published.findIndex((each) => each.name === name);
    if (twice === -1) published.push(factor);
    else published[twice] = factor;
  }
  return published;
}

/** Whether just these would be published that stand already, since when they stand. */
export function publishesAgain(
  row: number,
  { factors }: Measurement,
  standings: Standings,
  scoring: ScoringProfile,
  now: EpochMs,
): boolean {
  let published = 0;
  for (const { name, measure: value } of factors) {
    const before = standings.published(row, name);
    if (publish(scoring, name, value, before) !== before) return false;
    if (before === 0) continue;
    if ((standings.since(row, name) ?? now) > now) return false;
    published++;
  }
  return published === standings.factorCount(row);
}

/** The score of what was published, and the risk beside it. */
export function judged(
  row: number,
  { known: { profile, history }, measurement, factors, weighing }: Judged,
  remembered: Remembered,
  { anomalies, scoring }: MeasuringGrounds,
  now: EpochMs,
): Standing {
  const assessment = assessed(factors, scoring);
  const confidenceIn = (factor: FactorName) =>
    measurement.sightings.find(({ name }) => name === factor)?.confidence ?? 0;
  const risk = riskLevel(
    {
      assessment,
      previousBandLevel: remembered.band(row),
      anomalies: asSevereAsTheyCount(anomalies.of(profile.id)),
      c2Confidence: { reached: confidenceIn('c2_reached'), blocked: confidenceIn('c2_blocked') },
      exploitedServiceReachable: history.servesOthers,
    },
    scoring,
  );
  const since = new Map(factors.map((each) => [each.name, each.since]));
  return {
    ...weighing,
    scoreExact: assessment.scoreExact,
    ...risk,
    isEnrolled: profile.enrolment.state === 'enrolled',
    isDevice: profile.type === 'device',
    factors: assessment.factors.map(({ name, p, milliPoints }) => {
      return { name, p, milliPoints, since: since.get(name) ?? now };
    }),
    at: now,
  };
}

/** Two weaker ones that corroborate each other weigh a step more (docs/adr/0012). */
function asSevereAsTheyCount(anomalies: readonly Anomaly[]): readonly Anomaly[] {
  const raised = corroborated(anomalies);
  if (raised.size === 0) return anomalies;
  return anomalies.map((each) => ({ ...each, severity: effectiveSeverity(each, raised) }));
}
