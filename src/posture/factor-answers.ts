import type { z } from 'zod';
import type { EntityView } from '../engine/index.ts';
import {
  type AttributedFactor,
  type Detail,
  type Evidence,
  type EvidenceAnswer,
  type FactorAnswer,
  iso,
} from '../model/index.ts';
import { inPoints, rounded } from './framing.ts';

type FactorOut = z.infer<typeof FactorAnswer>;
type EvidenceOut = z.infer<typeof EvidenceAnswer>;

/** How much evidence per factor an answer carries; an assistant asks for more with `detail`. */
const EVIDENCE_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 0, standard: 1, full: 5 };

/** Factors of medium severity or worse, and the minor rest: together they sum to the loss. */
function factorAnswers(
  entity: EntityView,
  detail: Detail,
): { readonly risk_factors: FactorOut[]; readonly minor_factors: FactorOut[] } {
  const factors = entity.factors();
  const answer = (factor: AttributedFactor) => factorAnswer(factor, EVIDENCE_PER_DETAIL[detail]);
  return {
    risk_factors: factors.filter((each) => !isMinor(each)).map(answer),
    minor_factors: factors.filter(isMinor).map(answer),
  };
}

/** The keys that every entity's answer has beside the page's. */
export function assessmentAnswer(entity: EntityView, detail: Detail) {
  return {
    posture_score: entity.score,
    risk_score: entity.riskScore,
    risk_level: entity.riskLevel,
    risk_reason: entity.riskReason,
    ...factorAnswers(entity, detail),
    dimensions: {
      identity: rounded(entity.dimensions.identity, 2),
      behavior: rounded(entity.dimensions.behavior, 2),
      policy: rounded(entity.dimensions.policy, 2),
      threat: rounded(entity.dimensions.threat, 2),
    },
    site: entity.profile.site,
    criticality: entity.profile.criticality,
  };
}

function isMinor({ severity }: AttributedFactor): boolean {
  return severity === 'low';
}

export function evidenceAnswer(evidence: Evidence): EvidenceOut {
  const { summary, at, sensor, uid, communityId, count, subject } = evidence;
  return { summary, at: iso(at), sensor, uid, community_id: communityId, count, subject };
}

/** @param evidence how much of it at most */
export function factorAnswer(factor: AttributedFactor, evidence: number): FactorOut {
  return {
    factor: factor.name,
    kind: factor.kind,
    dimension: factor.dimension,
    severity: factor.severity,
    points: inPoints(factor.milliPoints),
    regained_if_fixed: inPoints(factor.regainedMilliPoints),
    since: iso(factor.since),
    evidence: factor.evidence.slice(0, evidence).map(evidenceAnswer),
  };
}
