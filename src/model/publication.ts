import type { Anomaly } from './anomaly.ts';
import type { EntityId, IncidentId } from './ids.ts';
import type { Millipoints } from './millipoints.ts';
import type { EpochMs } from './time.ts';
import type { RiskLevel } from './vocabulary.ts';

/**
 * Where in the journal a change was told: by which record, and as which of the changes that the record brought about.
 * The same journal gives the same origins, so that they order changes and name them for good.
 */
export interface Origin {
  readonly record: number;
  /** From 1. */
  readonly ordinal: number;
}

/** Before every change. */
export const BEFORE_ALL: Origin = { record: 0, ordinal: 0 };

/** An incident's anomalies before and after a change of one of them. */
export interface IncidentChange {
  readonly id: IncidentId;
  readonly before: readonly Anomaly[];
  readonly after: readonly Anomaly[];
}

/** What a published posture says of an entity's risk. */
export interface Risk {
  readonly level: RiskLevel;
  readonly reason: string | null;
  readonly scoreExact: Millipoints;
  /** Per mille. */
  readonly confidence: number;
}

/** A change that leaves the house: of an anomaly, with the incidents that it belongs to, or of a risk level. */
export type Publication = AnomalyPublication | RiskPublication;

export interface AnomalyPublication {
  readonly kind: 'anomaly';
  readonly origin: Origin;
  readonly at: EpochMs;
  /** `null` for one that opened. */
  readonly before: Anomaly | null;
  readonly anomaly: Anomaly;
  readonly incidents: readonly IncidentChange[];
}

export interface RiskPublication {
  readonly kind: 'risk';
  readonly origin: Origin;
  readonly at: EpochMs;
  readonly entity: EntityId;
  /** `null`: it had no posture. */
  readonly before: Risk | null;
  /** `null`: it gave way to the identity that it turned out to be. */
  readonly after: Risk | null;
}

/** Whether `a` was told before `b`. */
export function isBefore(a: Origin, b: Origin): boolean {
  return a.record < b.record || (a.record === b.record && a.ordinal < b.ordinal);
}

/** `1234.5`: how an origin is written for people and receivers. */
export function originText({ record, ordinal }: Origin): string {
  return `${record}.${ordinal}`;
}

/** `null` for what is no origin; without an ordinal all of the record's changes are meant to follow. */
export function readOrigin(text: string): Origin | null {
  const match = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text);
  return match === null ? null : { record: Number(match[1]), ordinal: Number(match[2] ?? 0) };
}
