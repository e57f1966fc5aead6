import { z } from 'zod';
import {
  as_of,
  count,
  detail,
  EvidenceAnswer,
  factorName,
  framing,
  instant,
  opaque,
  points,
  score,
} from './answer-parts.ts';
import { DIMENSIONS, RECOMMENDED_ACTIONS, RISK_LEVELS } from './vocabulary.ts';

/** Whom a question is about: any id of an entity or a UPN; without it, the fleet. */
export const entityAsked = z
  .string()
  .min(1)
  .max(320)
  .optional()
  .describe('Any id or UPN. Default: the fleet');

const explainedFactor = z
  .strictObject({
    factor: factorName,
    kind: z.enum(['gap', 'finding']),
    dimension: z.enum(DIMENSIONS),
    severity: z.enum(RISK_LEVELS).nullable(),
    points,
    regained_if_fixed: points.nullable(),
    since: instant.nullable(),
    recommended_action: z.enum(RECOMMENDED_ACTIONS),
    /** How many entities have it: 1 for an entity. */
    entities: count,
    evidence: z.array(EvidenceAnswer),
  })
  .meta(opaque);

/**
 * The waterfall (contract §2, explain_posture): 100 = `score_exact` + the points of `factors` + `other_points`, exactly.
 * Of a fleet the points are means by weight; severity, instant and gain differ from entity to entity, so they are null.
 */
export const PostureExplanation = z.strictObject({
  entity_id: z.string().nullable(),
  sites: z.array(z.string()),
  score,
  score_exact: points,
  risk_level: z.enum(RISK_LEVELS).nullable(),
  risk_reason: z.string().nullable(),
  /** In a sentence, where two kinds of evidence make the risk level what it is. */
  corroboration: z.string().optional(),
  dimensions: z.array(
    z.strictObject({ dimension: z.enum(DIMENSIONS), weight: count, points_lost: points }).meta(opaque),
  ),
  factors: z.array(explainedFactor),
  other_factors: count,
  other_points: points,
  /** What time alone does next; `points` null where only the instant is known. */
  next_change: z
    .strictObject({ at: instant, factors: z.array(factorName), points: points.nullable() })
    .nullable(),
  offline_from: instant.nullable(),
  worst_contributors: z.array(
    z
      .strictObject({
        entity_id: z.string(),
        points,
        posture_score: score,
        risk_level: z.enum(RISK_LEVELS),
        risk_reason: z.string().nullable(),
      })
      .meta(opaque),
  ),
  ...framing,
});
export type PostureExplanation = z.infer<typeof PostureExplanation>;

export const ExplainInput = z.strictObject({ entity_id: entityAsked, detail, as_of });
