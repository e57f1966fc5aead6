import { z } from 'zod';
import {
  as_of,
  count,
  detail,
  EvidenceAnswer,
  framing,
  instant,
  opaque,
  points,
  score,
  time,
} from './answer-parts.ts';
import { entityAsked } from './explanation.ts';

const side = z
  .strictObject({ at: instant, score, score_exact: points, scoring_profile: z.string() })
  .meta(opaque);

const term = z
  .strictObject({
    /** A factor's name, or `scoring_profile`, `entities_joined`, `entities_left`, `entities_reweighed`. */
    term: z.string(),
    change: z.enum(['appeared', 'left', 'changed']),
    points,
    /** Published severities; null for a fleet, where they differ from entity to entity. */
    p_before: z.number().nullable(),
    p_after: z.number().nullable(),
    /** Entities that have the factor, came, left, or count for more or for less, at either end. */
    entities_before: count,
    entities_after: count,
    /**
     * The record, or time alone, by which it last moved within the two instants; null where that is not kept. Of a fleet, the
     * commonest among those who moved it most.
     */
    cause: z.strictObject({ kind: z.string(), actor: z.string().nullable(), at: instant }).nullable(),
    /** Of a fleet, each begins with the id of whose it is. */
    evidence: z.array(EvidenceAnswer),
    /** Of a fleet, those who moved it most, the most first; otherwise none. */
    entities: z.array(z.string()),
  })
  .meta(opaque);

/** Why a score changed (contract §2, compare_posture): `points` = the points of `terms` + `other_points`, exactly. */
export const PostureComparison = z.strictObject({
  entity_id: z.string().nullable(),
  sites: z.array(z.string()),
  before: side,
  after: side,
  points,
  terms: z.array(term),
  other_terms: count,
  other_points: points,
  ...framing,
});
export type PostureComparison = z.infer<typeof PostureComparison>;

export const CompareInput = z.strictObject({
  entity_id: entityAsked,
  from: time,
  to: time.optional(),
  detail,
  as_of,
});
