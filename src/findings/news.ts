import {
  type Anomaly,
  type EpochMs,
  HOUR_MS,
  type IncidentChange,
  incidentSeverity,
  namesMore,
} from '../model/index.ts';
import { confidenceBand } from './finding.ts';

/**
 * What of a published change is news to a receiver. An anomaly that goes on grows by the minute: what a receiver acts
 * upon leaves at once, growth alone with the first evidence of each hour of the data. Both are read from two states
 * that follow each other, so that nothing has to be remembered of what was sent, and a repetition says the same.
 */
export function isNews(before: Anomaly | null, anomaly: Anomaly): boolean {
  if (before === null || standing(before) !== standing(anomaly)) return true;
  return namesMore(before, anomaly) || hasGrown(before, anomaly);
}

/** An incident's members leave themselves, and name it; of the whole only what it amounts to is news. */
export function isIncidentNews({ before, after }: IncidentChange): boolean {
  return before.length === 0 || amountsTo(before) !== amountsTo(after);
}

/** When it was last found; a word about it is no growth. */
export function lastFound({ detectedAt, evidence }: Anomaly): EpochMs {
  return evidence.reduce((last, { at }) => Math.max(last, at), detectedAt);
}

/** What a receiver acts upon. */
function standing({ entity, incidentId, severity, confidence, status, verdict, ...more }: Anomaly): string {
  const { remediated, assignee = null } = more;
  const band = confidenceBand(confidence);
  return JSON.stringify([entity, incidentId, severity, band, status, verdict, remediated, assignee]);
}

/** What lists amount to: what stood after one change stands before the next, and may be thousands. */
const AMOUNTS = new WeakMap<readonly Anomaly[], string>();

function amountsTo(members: readonly Anomaly[]): string {
  const known = AMOUNTS.get(members) ?? amountOf(members);
  AMOUNTS.set(members, known);
  return known;
}

/** How grave and how sure it is, how far the work on it is, and how many tell of it, as powers of two. */
function amountOf(members: readonly Anomaly[]): string {
  const statuses = new Set(members.map(({ status }) => status));
  const band = confidenceBand(Math.max(...members.map(({ confidence }) => confidence), 0));
  return JSON.stringify([
    incidentSeverity(members),
    band,
    [...statuses].sort(),
    [...new Set(members.map(({ verdict }) => verdict ?? ''))].sort(),
    Math.floor(Math.log2(Math.max(1, members.length))),
  ]);
}

/** Evidence of an hour of which there was none: one record whose clock is ahead mutes nothing that comes after it. */
function hasGrown(before: Anomaly, { evidence }: Anomaly): boolean {
  const known = new Set([before.detectedAt, ...before.evidence.map(({ at }) => at)].map(hour));
  return evidence.some(({ at }) => !known.has(hour(at)));
}

function hour(time: EpochMs): number {
  return Math.floor(time / HOUR_MS);
}
