import type {
  Anomaly,
  Cause,
  ChangeListener,
  EntityId,
  EpochMs,
  Factor,
  FactorMove,
  FactorName,
  JournalRecord,
  PostureSummary,
} from '../model/index.ts';
import type { Standing } from './entity-state.ts';

const BY_TIME: Cause = { kind: 'time', actor: null };

/** Tells who listens of every published change, in order, and by what it came. Without a listener it does nothing. */
export class Changes {
  #listener: ChangeListener | null = null;
  #record: JournalRecord | null = null;
  #isByTime = false;

  listen(listener: ChangeListener | null): void {
    this.#listener = listener;
  }

  /** What follows is done by this record. */
  applying(record: JournalRecord): void {
    this.#record = record;
  }

  /** What follows is done by time alone, until the record goes on. */
  passingTime(isPassing: boolean): void {
    this.#isByTime = isPassing;
  }

  posture(
    entity: EntityId,
    before: Standing | null,
    after: Standing | null,
    at: EpochMs,
    profile: string,
  ): void {
    if (this.#listener === null || isSame(before, after)) return;
    this.#listener.postureChanged({
      entity,
      at,
      cause: this.#cause,
      before: before && summaryOf(before),
      after: after && summaryOf(after),
      factors: movesBetween(before, after),
      profile,
    });
  }

  anomaly(anomaly: Anomaly, at: EpochMs): void {
    this.#listener?.anomalyChanged({ at, cause: this.#cause, anomaly });
  }

  get #cause(): Cause {
    if (this.#isByTime || this.#record === null) return BY_TIME;
    const { kind } = this.#record;
    return { kind, actor: 'actor' in this.#record ? (this.#record.actor ?? null) : null };
  }
}

function summaryOf({ assessment, risk, share, confidence, isEnrolled, isDevice }: Standing): PostureSummary {
  return {
    scoreExact: assessment.scoreExact,
    dimensions: assessment.dimensions,
    riskLevel: risk.level,
    riskReason: risk.reason,
    confidence,
    weight: share.weight,
    type: share.type,
    isEnrolled,
    isDevice,
    shares: assessment.factors.map(({ name, milliPoints }) => ({ name, milliPoints })),
  };
}

function isSame(a: Standing | null, b: Standing | null): boolean {
  if (a === null || b === null) return a === b;
  const { dimensions, scoreExact, factors } = a.assessment;
  const other = b.assessment;
  return (
    scoreExact === other.scoreExact &&
    dimensions.identity === other.dimensions.identity &&
    dimensions.behavior === other.dimensions.behavior &&
    dimensions.policy === other.dimensions.policy &&
    dimensions.threat === other.dimensions.threat &&
    a.risk.level === b.risk.level &&
    a.risk.reason === b.risk.reason &&
    a.confidence === b.confidence &&
    a.share.weight === b.share.weight &&
    a.share.type === b.share.type &&
    a.isEnrolled === b.isEnrolled &&
    factors.length === other.factors.length &&
    factors.every(({ name, p, milliPoints }, i) => {
      const same = other.factors[i];
      return same?.name === name && same.p === p && same.milliPoints === milliPoints;
    })
  );
}

/** By name. */
function movesBetween(before: Standing | null, after: Standing | null): FactorMove[] {
  const was: ReadonlyMap<FactorName, Factor> = before?.factors ?? new Map();
  const is: ReadonlyMap<FactorName, Factor> = after?.factors ?? new Map();
  const moves: FactorMove[] = [];
  for (const { name, p, since, evidence } of is.values()) {
    const previous = was.get(name)?.p ?? 0;
    if (previous !== p) moves.push({ name, before: previous, p, since, evidence });
  }
  for (const { name, p, since } of was.values()) {
    if (!is.has(name)) moves.push({ name, before: p, p: 0, since, evidence: [] });
  }
  return moves.sort((a, b) => (a.name < b.name ? -1 : 1));
}
