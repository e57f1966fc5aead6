import type { EpochMs, Policy } from '../../model/index.ts';
import { type Measured, statement } from './measured.ts';

/** What the policy room knows of one entity. */
export interface PolicyStanding {
  readonly hasPolicies: boolean;
  readonly applicable: readonly Policy[];
  /** Distinct violations within 24 h, and those of which nothing was ever blocked. */
  readonly violations: number;
  readonly neverBlocked: number;
  readonly last: { readonly policy: string; readonly at: EpochMs } | null;
  /** Share of its connections about which some policy speaks; `null` without connections. */
  readonly covered: number | null;
}

/** What is forbidden, what is not ruled, what is only watched (25 %). */
export function policyFactors(standing: PolicyStanding, now: EpochMs): Measured[] {
  if (!standing.hasPolicies) {
    return [{ name: 'policy_not_assessed', measure: 1, evidence: [statement('No policy is loaded', now)] }];
  }
  const factors: Measured[] = [];
  if (standing.violations > 0) {
    const { violations, neverBlocked, last } = standing;
    const noun = violations === 1 ? 'distinct policy violation' : 'distinct policy violations';
    const summary = `${violations} ${noun} within 24 hours, ${neverBlocked} of them never blocked`;
    const evidence = [{ ...statement(summary, last?.at ?? now, last?.policy ?? null), count: violations }];
    factors.push({ name: 'policy_violation', measure: violations, evidence });
  }
  if (standing.covered !== null && standing.covered < 1) {
    const percent = Math.round((1 - standing.covered) * 100);
    const evidence = [statement(`No policy speaks about ${percent} % of its connections`, now)];
    factors.push({ name: 'traffic_not_covered', measure: 1 - standing.covered, evidence });
  }
  const denying = standing.applicable.filter((policy) => policy.action === 'deny');
  if (denying.length > 0 && denying.every((policy) => policy.mode === 'monitor')) {
    const summary = 'Every denying policy that applies to it is in monitor mode';
    factors.push({
      name: 'policy_monitor_only',
      measure: denying.length,
      evidence: [statement(summary, now)],
    });
  }
  return factors;
}
