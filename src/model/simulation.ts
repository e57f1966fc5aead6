import { z } from 'zod';
import { as_of, count, detail, factorName, framing, opaque, points, score } from './answer-parts.ts';
import { entityAsked } from './explanation.ts';
import { RISK_LEVELS } from './vocabulary.ts';

const CHANGE_KINDS = [
  'update_firmware',
  'replace_device',
  'renew_certificate',
  'enrol',
  'patch',
  'enforce_policy',
  'close_anomaly',
] as const;

/** A hypothetical change. Which of the other keys it needs depends on its kind; a refusal says so. */
const changed = {
  kind: z.enum(CHANGE_KINDS),
  entities: z.array(z.string().min(1).max(320)).min(1).max(500).optional(),
  cve: z.string().min(1).max(64).optional(),
  component: z.string().min(1).max(320).optional(),
  policy: z.string().min(1).max(128).optional(),
  anomaly: z.string().min(1).max(64).optional(),
  verdict: z.enum(['false_positive', 'remediated']).optional(),
};
const change = z.strictObject(changed, {
  error: ({ code }) =>
    code === 'unrecognized_keys' ? `allowed are: ${Object.keys(changed).join(', ')}` : undefined,
});
export type HypotheticalChange = z.infer<typeof change>;

export const SimulateInput = z.strictObject({
  changes: z.array(change).min(1).max(10).optional(),
  entity_id: entityAsked.describe('Only its next actions'),
  detail,
  as_of,
});

const outcome = z
  .strictObject({
    score_before: score,
    score_after: score,
    score_exact_before: points,
    score_exact_after: points,
    points,
  })
  .meta(opaque);

const touched = z
  .strictObject({
    entity_id: z.string(),
    score_before: score,
    score_after: score,
    points,
    risk_before: z.enum(RISK_LEVELS),
    risk_after: z.enum(RISK_LEVELS),
  })
  .meta(opaque);

/** What would be (contract §2, simulate_change). The points of `factors` sum to those of all entities touched. */
export const PostureSimulation = z.strictObject({
  fleet: outcome,
  entities: z.array(touched),
  entities_total: count,
  factors: z.array(z.strictObject({ factor: factorName, points, entities: count }).meta(opaque)),
  /** Ranked by points regained per device touched, or per user where it is of users alone. */
  next_actions: z.array(
    z
      .strictObject({
        change,
        devices: count,
        users: count,
        points,
        points_per_device: points,
        fleet_points: points,
      })
      .meta(opaque),
  ),
  /** Vulnerabilities of `changes` that nobody meant has, and components that have none there. */
  unknown: z.array(z.string()),
  assumptions: z.array(z.string()),
  sites: z.array(z.string()),
  ...framing,
});
export type PostureSimulation = z.infer<typeof PostureSimulation>;
