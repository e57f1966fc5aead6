import type { EpochMs, FactorName, Millipoints, RiskLevel } from '../model/index.ts';
import type { RiskReason } from '../scoring/index.ts';

/** A factor as it was published, without its evidence: that is measured again when somebody asks. */
export interface StandingFactor {
  readonly name: FactorName;
  readonly p: number;
  /** When it first appeared. */
  readonly since: EpochMs;
  /** Its share of the whole score's loss. */
  readonly milliPoints: number;
}

/** An entity's posture as it was last settled: what follows from its history and its surroundings. Also its share of the fleet. */
export interface Standing {
  readonly scoreExact: Millipoints;
  readonly level: RiskLevel;
  readonly reason: RiskReason | null;
  readonly bandLevel: RiskLevel;
  /** Per mille in whole per cent, for sums that stay integers. */
  readonly confidence: number;
  readonly weight: number;
  readonly type: string;
  readonly isEnrolled: boolean;
  readonly isDevice: boolean;
  /** Policies can be about it, some denying one is, and it is known well enough to be confined (`Weighing`). */
  readonly isRuled: boolean;
  readonly isDenied: boolean;
  readonly isConfinable: boolean;
  /** By name. */
  readonly factors: readonly StandingFactor[];
  /** When it was settled. */
  readonly at: EpochMs;
}

/** Whether both publish the same: since when is no part of it. */
export function publishesSame(a: Standing | null, b: Standing | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.scoreExact === b.scoreExact &&
    a.level === b.level &&
    a.reason === b.reason &&
    a.confidence === b.confidence &&
    a.weight === b.weight &&
    a.type === b.type &&
    a.isEnrolled === b.isEnrolled &&
    a.isDevice === b.isDevice &&
    a.isRuled === b.isRuled &&
    a.isDenied === b.isDenied &&
    a.isConfinable === b.isConfinable &&
    a.factors.length === b.factors.length &&
    a.factors.every((factor, i) => isSameFactor(factor, b.factors[i]))
  );
}

function isSameFactor(a: StandingFactor, b: StandingFactor | undefined): boolean {
  return b?.name === a.name && b.p === a.p && b.milliPoints === a.milliPoints;
}
