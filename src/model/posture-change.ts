import type { Anomaly } from './anomaly.ts';
import type { Evidence, FactorName } from './factor.ts';
import type { EntityId } from './ids.ts';
import type { Millipoints } from './millipoints.ts';
import type { Actor } from './operator-word.ts';
import type { JournalRecord } from './record.ts';
import type { EpochMs } from './time.ts';
import type { Dimension, RiskLevel } from './vocabulary.ts';

/**
 * What was being applied when a posture changed; `clock` and `history_end`, or a deadline met by events: time alone.
 * `history_begun`: nothing changed; a history without what was before begins with it.
 */
export interface Cause {
  readonly kind: JournalRecord['kind'] | 'time' | 'history_begun';
  /** Who wrote the record, where it names somebody. */
  readonly actor: Actor | null;
}

/** A published posture, apart from its factors. */
export interface PostureSummary {
  readonly scoreExact: Millipoints;
  /** D of each dimension, in points 0 … 100. */
  readonly dimensions: Readonly<Record<Dimension, number>>;
  readonly riskLevel: RiskLevel;
  readonly riskReason: string | null;
  /** Per mille, in whole per cent. */
  readonly confidence: number;
  /** What it weighs in its fleet, and as what. */
  readonly weight: number;
  readonly type: string;
  readonly isEnrolled: boolean;
  readonly isDevice: boolean;
  /** Policies can be about it, some denying one is, and it is known well enough to be confined. */
  readonly isRuled: boolean;
  readonly isDenied: boolean;
  readonly isConfinable: boolean;
  /** Whole-score milli-points per factor, by name. */
  readonly shares: readonly { readonly name: FactorName; readonly milliPoints: number }[];
}

/** A published factor that appeared (`before` 0), moved, or left (`p` 0). */
export interface FactorMove {
  readonly name: FactorName;
  readonly before: number;
  readonly p: number;
  /** When it first appeared. */
  readonly since: EpochMs;
  /** As it stood at this moment; none for a factor that left. */
  readonly evidence: readonly Evidence[];
}

/** A published change of one entity's posture: what history is made of. */
export interface PostureChange {
  readonly entity: EntityId;
  /** The engine's time. */
  readonly at: EpochMs;
  readonly cause: Cause;
  /** `null`: it had no posture before. */
  readonly before: PostureSummary | null;
  /** `null`: it gave way to the identity that it turned out to be. */
  readonly after: PostureSummary | null;
  readonly factors: readonly FactorMove[];
  /** The version of the scoring profile that `after` follows. */
  readonly profile: string;
}

/** An anomaly as it stands after it opened, grew, closed, was judged, or came with its entity to another identity. */
export interface AnomalyChange {
  readonly at: EpochMs;
  readonly cause: Cause;
  readonly anomaly: Anomaly;
}

/** A device came among those at risk, or left them: by its posture, or as a stranger that nobody has seen for long. */
export interface AtRiskChange {
  readonly entity: EntityId;
  readonly at: EpochMs;
  readonly isAtRisk: boolean;
}

/** Told of every published change, in order, while a record is applied. */
export interface ChangeListener {
  postureChanged(change: PostureChange): void;
  anomalyChanged(change: AnomalyChange): void;
  /** Not told where the entity itself goes. */
  atRiskChanged(change: AtRiskChange): void;
}
