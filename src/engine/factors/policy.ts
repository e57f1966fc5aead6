import type { EpochMs, Evidence } from '../../model/index.ts';
import { type Measured, statement } from './measured.ts';

/** What the policy room knows of one entity. */
export interface PolicyStanding {
  readonly hasPolicies: boolean;
  /** Denying policies that apply to it, where all of them are in monitor mode; else 0. */
  readonly onlyWatched: number;
  /** Distinct violations within 24 h. */
  readonly violations: number;
  /** Those of which nothing was ever blocked, and the newest. */
  readonly details: () => {
    readonly neverBlocked: number;
    readonly last: { readonly policy: string; readonly at: EpochMs } | null;
  };
  /** Share of its connections about which some policy speaks; `null` without connections. */
  readonly covered: number | null;
}

/** What is forbidden, what is not ruled, what is only watched (25 %). */
export function policyFactors(standing: PolicyStanding, now: EpochMs): Measured[] {
  if (!standing.hasPolicies) {
    const evidence = () => [statement('No policy is loaded', now)];
    return [{ name: 'policy_not_assessed', measure: 1, evidence }];
  }
  const factors: Measured[] = [];
  if (standing.violations > 0) {
    const evidence = () => [violationEvidence(standing, now)];
    factors.push({ name: 'policy_violation', measure: standing.violations, evidence });
  }
  if (standing.covered !== null && standing.covered < 1) {
    const percent = Math.round((1 - standing.covered) * 100);
    const evidence = () => [statement(`No policy speaks about ${percent} % of its connections`, now)];
    factors.push({ name: 'traffic_not_covered', measure: 1 - standing.covered, evidence });
  }
  if (standing.onlyWatched > 0) {
    const summary = 'Every denying policy that applies to it is in monitor mode';
    factors.push({
      name: 'policy_monitor_only',
      measure: standing.onlyWatched,
      evidence: () => [statement(summary, now)],
    });
  }
  return factors;
}

function violationEvidence({ violations, details }: PolicyStanding, now: EpochMs): Evidence {
  const { neverBlocked, last } = details();
  const noun = violations === 1 ? 'distinct policy violation' : 'distinct policy violations';
  const summary = `${violations} ${noun} within 24 hours, ${neverBlocked} of them never blocked`;
  return { ...statement(summary, last?.at ?? now, last?.policy ?? null), count: violations };
}
