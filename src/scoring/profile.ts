import { z } from 'zod';
import {
  DIMENSIONS,
  FACTOR_NAMES,
  type FactorName,
  RECOMMENDED_ACTIONS,
  RISK_LEVELS,
} from '../model/index.ts';
import data from './profile.json' with { type: 'json' };
import { isSeverity } from './severity.ts';

const step = z.strictObject({
  /** In the factor's own unit. */
  from: z.number().positive(),
  p: z.number().refine(isSeverity, 'must be a whole number of thousandths from 0.001 to 0.99'),
});

const rule = z.strictObject({
  summary: z.string().min(1).max(120),
  /** What is measured, in which unit. */
  measure: z.string().min(1).max(120),
  steps: z
    .array(step)
    .min(1)
    .max(16)
    .refine(
      (steps) => steps.every(({ from, p }, i) => i === 0 || isAbove({ from, p }, steps[i - 1])),
      'must rise strictly, both in from and in p',
    ),
  /** A published step is left when the measurement is under it by this share of it, 0 … 0.9. */
  hysteresis: z.number().min(0).max(0.9),
  /** Where the risk level is not to follow from p. */
  severity: z.enum(RISK_LEVELS).optional(),
  /** How fast a sighting fades, where it does. */
  halfLifeDays: z.number().positive().max(365).optional(),
  action: z.enum(RECOMMENDED_ACTIONS),
});

const share = z.number().min(0).max(0.99);

const profile = z.strictObject({
  version: z.string().regex(/^\d{4}\.\d{1,3}$/, 'must be a year and a number, such as 2026.1'),
  /** Per cent. */
  dimensions: z
    .record(z.enum(DIMENSIONS), z.int().min(1).max(97))
    .refine(
      (weights) => DIMENSIONS.reduce((sum, dimension) => sum + weights[dimension], 0) === 100,
      'must sum to 100',
    ),
  /** What an open anomaly of each severity measures at full confidence. */
  anomalySeverity: z.strictObject({ low: share, medium: share, high: share, critical: share }),
  factors: z.record(z.enum(FACTOR_NAMES as [FactorName, ...FactorName[]]), rule),
});

/** The judgement behind the scores, as data: weights, severities, steps, half-lives (docs/adr/0003-scoring-profile.md). */
export type ScoringProfile = z.infer<typeof profile>;
export type FactorRule = z.infer<typeof rule>;

/** A scoring profile that cannot be used; the message names every wrong field and what is allowed there. */
export class ScoringProfileError extends Error {
  readonly code = 'scoring_profile_invalid';
}

/** @throws ScoringProfileError */
export function parseProfile(input: unknown): ScoringProfile {
  const parsed = profile.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length > 0 ? path.join('.') : 'the profile'}: ${message}`,
  );
  throw new ScoringProfileError(`This scoring profile is refused whole. ${problems.join('; ')}`);
}

/** A profile that was kept, maybe by an older release: of what that did not know, this release's own rules hold. */
export function keptProfile(input: unknown): ScoringProfile {
  const kept = input as Partial<ScoringProfile>;
  return parseProfile({ ...kept, factors: { ...DEFAULT_PROFILE.factors, ...kept.factors } });
}

export const DEFAULT_PROFILE: ScoringProfile = parseProfile(data);

type Step = z.infer<typeof step>;

function isAbove(upper: Step, lower: Step | undefined): boolean {
  return lower !== undefined && upper.from > lower.from && upper.p > lower.p;
}
