import type { FactorName, Severity } from '../model/index.ts';
import type { FactorRule, ScoringProfile } from './profile.ts';

/**
 * The published severity for a measurement, in the factor's own unit (`measure` in the profile).
 * It rises as soon as the measurement reaches a step, and falls below a step only when the measurement is
 * under it by the factor's hysteresis, so that a value trembling around a boundary publishes nothing.
 * @param previous what was published last; 0 where the factor does not exist.
 * @returns 0 where the factor does not exist; never falls when `raw` rises.
 * @throws RangeError where `raw` is negative, infinite or not a number.
 */
export function publish(profile: ScoringProfile, factor: FactorName, raw: number, previous: number): number {
  if (!(raw >= 0 && raw < Infinity))
    throw new RangeError(`${factor}: a measurement is a number from 0, got ${raw}`);
  const rule = profile.factors[factor];
  const reached = severityAt(rule, raw, 0);
  if (reached >= previous) return reached;
  return severityAt(rule, raw, rule.hysteresis, previous);
}

/** The severity of the highest step, of those not above `limit`, that `raw` reaches with this much allowance. */
function severityAt({ steps }: FactorRule, raw: number, allowance: number, limit = 1): number {
  let severity = 0;
  for (const { from, p } of steps) {
    if (p <= limit && raw >= from * (1 - allowance)) severity = p;
  }
  return severity;
}

/** The measurement behind a factor that stands for an open anomaly: severity × confidence. */
export function anomalyImpact(profile: ScoringProfile, severity: Severity, confidence: number): number {
  return profile.anomalySeverity[severity] * confidence;
}
