import type { Policy, PolicyAction } from '../model/index.ts';

const ACTION_ORDER: Readonly<Record<PolicyAction, number>> = { deny: 0, alert: 1, allow: 2 };

/** The order in which rules decide: priority, then deny before alert before allow, then the id. */
export function comparePrecedence(a: Policy, b: Policy): number {
  return b.priority - a.priority || ACTION_ORDER[a.action] - ACTION_ORDER[b.action] || (a.id < b.id ? -1 : 1);
}
