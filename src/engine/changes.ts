import type {
  Anomaly,
  AnomalyChange,
  AnomalyId,
  Cause,
  ChangeListener,
  EntityId,
  EpochMs,
  Evidence,
  FactorMove,
  FactorName,
  JournalRecord,
  PostureSummary,
} from '../model/index.ts';
import { dimensionsOf } from '../scoring/index.ts';
import type { Standing } from './standing.ts';

const BY_TIME: Cause = { kind: 'time', actor: null };

interface Circumstances {
  readonly at: EpochMs;
  /** The version of the scoring profile. */
  readonly profile: string;
  /** Of the factors after the change. */
  readonly evidence: (name: FactorName) => readonly Evidence[];
}

/** Tells who listens of every published change, in order, and by what it came. Without a listener it does nothing. */
export class Changes {
  /** Where no record is being applied. */
  readonly #otherwise: Cause;
  #listener: ChangeListener | null = null;
  #record: Pick<Cause, 'kind' | 'actor'> | null = null;
  #isByTime = false;
  /** Anomalies of this moment, as they stand; told once it is known whose story they are part of. */
  #waiting = new Map<AnomalyId, AnomalyChange>();

  constructor(otherwise: Cause = BY_TIME) {
    this.#otherwise = otherwise;
  }

  listen(listener: ChangeListener | null): void {
    this.#listener = listener;
  }

  /** What follows is done by this record. */
  applying(record: JournalRecord): void {
    // Not the record: one may be of a million indicators.
    this.#record = { kind: record.kind, actor: 'actor' in record ? (record.actor ?? null) : null };
  }

  /** What follows is done by time alone, until the record goes on. */
  passingTime(isPassing: boolean): void {
    this.#isByTime = isPassing;
  }

  posture(
    entity: EntityId,
    before: Standing | null,
    after: Standing | null,
    { at, profile, evidence }: Circumstances,
  ): void {
    if (this.#listener === null) return;
    this.#listener.postureChanged({
      entity,
      at,
      cause: this.#cause,
      before: before && summaryOf(before),
      after: after && summaryOf(after),
      factors: movesBetween(before, after, evidence),
      profile,
    });
  }

  anomaly(anomaly: Anomaly, at: EpochMs): void {
    const cause = this.#waiting.get(anomaly.id)?.cause ?? this.#cause;
    this.#waiting.set(anomaly.id, { at, cause, anomaly });
  }

  /** Whether anomalies changed that are not told yet. */
  get areAnomaliesWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  *anomaliesWaiting(): Iterable<Anomaly> {
    for (const { anomaly } of this.#waiting.values()) yield anomaly;
  }

  tellAnomalies(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    if (this.#listener === null) return;
    for (const change of waiting.values()) this.#listener.anomalyChanged(change);
  }

  atRisk(entity: EntityId, isAtRisk: boolean, at: EpochMs): void {
    this.#listener?.atRiskChanged({ entity, at, isAtRisk });
  }

  get #cause(): Cause {
    if (this.#isByTime) return BY_TIME;
    if (this.#record === null) return this.#otherwise;
    return this.#record;
  }
}

function summaryOf(standing: Standing): PostureSummary {
  const { scoreExact, level, reason, confidence, weight, type, isEnrolled, isDevice, factors } = standing;
  const { isRuled, isDenied, isConfinable } = standing;
  return {
    scoreExact,
    dimensions: dimensionsOf(factors),
    riskLevel: level,
    riskReason: reason,
    confidence,
    weight,
    type,
    isEnrolled,
    isDevice,
    isRuled,
    isDenied,
    isConfinable,
    shares: factors.map(({ name, milliPoints }) => ({ name, milliPoints })),
  };
}

/** By name. */
function movesBetween(
  before: Standing | null,
  after: Standing | null,
  evidence: Circumstances['evidence'],
): FactorMove[] {
  const was = new Map(before?.factors.map((each) => [each.name, each]));
  const moves: FactorMove[] = [];
  for (const { name, p, since } of after?.factors ?? []) {
    const previous = was.get(name)?.p ?? 0;
    was.delete(name);
    if (previous !== p) moves.push({ name, before: previous, p, since, evidence: evidence(name) });
  }
  for (const { name, p, since } of was.values()) moves.push({ name, before: p, p: 0, since, evidence: [] });
  return moves.sort((a, b) => (a.name < b.name ? -1 : 1));
}
