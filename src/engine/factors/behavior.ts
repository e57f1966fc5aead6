import type { Baseline, Oddities, SiteClock } from '../../behavior/index.ts';
import {
  type Anomaly,
  type EntityProfile,
  type EpochMs,
  type Evidence,
  type FactorName,
  isoOrNull,
} from '../../model/index.ts';
import { anomalyImpact, type ScoringProfile } from '../../scoring/index.ts';
import type { Scene } from '../known.ts';
import { type Measured, statement } from './measured.ts';

const SHARED_ADDRESS: Measured = {
  name: 'shared_address',
  measure: 1,
  evidence: ({ known: { profile }, now }) => {
    const summary = `Its address stands for many machines (${profile.shared}); it has no baseline of its own`;
    return [statement(summary, now)];
  },
};

const NOT_ASSESSED: Measured = {
  name: 'behavior_not_assessed',
  measure: 1,
  evidence: ({ now }) => [statement('No telemetry about its behaviour has been seen', now)],
};

/** Departure from what was learnt (30 %). */
export function measureBehavior(into: Measured[], scene: Scene): void {
  const { known, now } = scene;
  const { profile, history } = known;
  measureAnomalies(into, scene);
  if (profile.shared !== 'no') into.push(SHARED_ADDRESS);
  else if (history.baseline === null) into.push(NOT_ASSESSED);
  else measureBaseline(into, history.baseline, profile, now);
}

/** The open anomalies of whomever: those of people are about their sign-ins. */
export function measureAnomalies(into: Measured[], { known, grounds }: Scene): void {
  for (const anomaly of grounds.anomalies.open(known.profile.id)) {
    const factor = anomalyFactor(anomaly, grounds.scoring);
    if (factor !== null) into.push(factor);
  }
}

/** What a factor rests on that stands for an anomaly, now or then; `null` for one that does not. */
export function anomalyEvidence(name: FactorName, open: readonly Anomaly[]): readonly Evidence[] | null {
  return open.findLast(({ type }) => isBehaviorFactor(type) && type === name)?.evidence ?? null;
}

function measureBaseline(into: Measured[], baseline: Baseline, profile: EntityProfile, now: EpochMs): void {
  const enrolledAt = enrolledAtOf(profile);
  if (baseline.establishedAt(enrolledAt, now) === null) {
    const measure = Math.max(0.01, 1 - baseline.maturity(enrolledAt, now));
    into.push({ name: 'baseline_learning', measure, evidence: learningEvidence });
  }
  const { deviation } = baseline;
  if (deviation > 0)
    into.push({ name: 'behavior_deviation', measure: deviation, evidence: departureEvidence });
}

function enrolledAtOf({ enrolment }: EntityProfile): EpochMs | null {
  return enrolment.state === 'enrolled' ? enrolment.at : null;
}

function learningEvidence({ known: { profile, history }, now }: Scene): readonly Evidence[] {
  const { baseline } = history;
  return baseline === null ? [] : [statement(learningText(baseline, enrolledAtOf(profile)), now)];
}

function departureEvidence({ known: { profile, history }, grounds, now }: Scene): readonly Evidence[] {
  const { baseline } = history;
  return baseline === null ? [] : [departureOf(baseline, grounds.clockOf(profile.site), now)];
}

function learningText(baseline: Baseline, enrolledAt: EpochMs | null): string {
  const since = isoOrNull(baseline.begin(enrolledAt)) ?? 'now';
  return `Learning since ${since}; days with data: ${baseline.daysWithData}`;
}

/** What was seen, beside what is usual. */
function departureOf(baseline: Baseline, clock: SiteClock, now: EpochMs): Evidence {
  const { connections, usualConnections, newDestinations, oddities } = baseline.departure(clock);
  const ordinary = Math.round(usualConnections * 10) / 10;
  const score = Math.round(baseline.deviation * 100) / 100;
  const text = `${connections} connections in an hour where ${ordinary} are usual, ${newDestinations} new destinations; deviation ${score} of 1${said(oddities) || unsaid(connections > usualConnections || newDestinations > 0)}`;
  return { ...statement(text, now), count: connections };
}

/** What is judged and not kept of an hour: where the counts that are kept are no more than usual, it is one of these. */
function unsaid(isManifest: boolean): string {
  return isManifest
    ? ''
    : '; unusual is which of them it opened, how much it sent, whom it turned to or how many failed';
}

/** What is odd about the hour beside its counts. */
function said(odd: Oddities): string {
  const words = [
    ...(odd.isAwakeOddly ? ['active at an hour at which it never is'] : []),
    ...(odd.hasLongSession ? ['a session much longer than usual'] : []),
    ...(odd.hasFreshPort ? ['a port that is new to it and rare among its kind'] : []),
    ...(odd.sendsOddly ? ['sends much more than at that hour of its other days'] : []),
    ...(odd.fansOut ? ['turns to more machines inside than usual'] : []),
    ...(odd.isElsewhere ? ['used from a network that is new to it'] : []),
  ];
  return words.length === 0 ? '' : `; ${words.join('; ')}`;
}

function anomalyFactor(anomaly: Anomaly, scoring: ScoringProfile): Measured | null {
  const { type, status, severity, confidence } = anomaly;
  if (!isBehaviorFactor(type) || status === 'closed') return null;
  // Being offline is a state that is or is not; the others weigh by impact and by how sure we are.
  const measure = type === 'unexpected_offline' ? 1 : anomalyImpact(scoring, severity, confidence);
  return { name: type, measure, evidence: () => anomalyEvidence(type, [anomaly]) ?? [] };
}

function isBehaviorFactor(type: Anomaly['type']): type is Extract<FactorName, Anomaly['type']> {
  // A listed command and control is a factor of the threat dimension.
  return type !== 'c2_communication';
}
