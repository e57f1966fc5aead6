import type { EpochMs, Policy, PolicyId, Stateful, StateReader, StateWriter } from '../model/index.ts';
import type { PolicyDecider } from './decider.ts';
import type { PolicyDestination } from './destination-table.ts';
import { isAnybody } from './party.ts';

/** A block of a destination, and where it is known to be in force. */
export interface Block {
  readonly policy: PolicyId;
  readonly sites: readonly string[];
}

interface SiteEvidence {
  denied: EpochMs | null;
  passed: EpochMs | null;
}

/** What was seen of one policy, by site, as it is written down. */
type Written = readonly [PolicyId, readonly (readonly [string, SiteEvidence])[]];

/**
 * Whether a rule is really enforced at a site. That it exists proves nothing: a denial in the
 * telemetry does, until a forbidden connection that got through contradicts it.
 */
export class Enforcement implements Stateful {
  #decider: PolicyDecider;
  readonly #evidence = new Map<PolicyId, Map<string, SiteEvidence>>();

  constructor(decider: PolicyDecider) {
    this.#decider = decider;
  }

  /** Other policies are in force. What was seen of a rule speaks for that rule only, not for its new wording. */
  activate(decider: PolicyDecider): void {
    const before = new Map(this.#decider.policies.map((policy) => [policy.id, JSON.stringify(rule(policy))]));
    const same = new Set(
      decider.policies
        .filter((each) => before.get(each.id) === JSON.stringify(rule(each)))
        .map((each) => each.id),
    );
    for (const id of this.#evidence.keys()) if (!same.has(id)) this.#evidence.delete(id);
    this.#decider = decider;
  }

  observeDenial(policy: PolicyId, site: string, time: EpochMs): void {
    const seen = this.#at(policy, site);
    if (seen !== null) seen.denied = Math.max(seen.denied ?? time, time);
  }

  /** A connection that the policy forbids was established. */
  observePassed(policy: PolicyId, site: string, time: EpochMs): void {
    const seen = this.#at(policy, site);
    if (seen !== null) seen.passed = Math.max(seen.passed ?? time, time);
  }

  /** Sites where the policy, in mode enforce, was seen to deny, and not contradicted since; sorted. */
  enforcedSites(policy: PolicyId): readonly string[] {
    const inForce = this.#decider.policies.some((each) => each.id === policy && each.mode === 'enforce');
    if (!inForce) return [];
    const sites = [...(this.#evidence.get(policy) ?? [])];
    return sites
      .filter(([, { denied, passed }]) => denied !== null && (passed === null || passed <= denied))
      .map(([site]) => site)
      .sort();
  }

  /**
   * The highest-priority deny rule that covers the destination and is enforced at one of `sites` at
   * least; `null` where there is none, or where a rule before it, for everyone, does not deny.
   */
  blockFor(destination: PolicyDestination, sites: readonly string[]): Block | null {
    for (const policy of this.#decider.covering(destination)) {
      if (policy.mode !== 'enforce') continue;
      if (policy.action === 'deny') {
        const enforced = this.enforcedSites(policy.id).filter((site) => sites.includes(site));
        if (enforced.length > 0) return { policy: policy.id, sites: enforced };
      } else if (isAnybody(policy.subject)) {
        return null;
      }
    }
    return null;
  }

  snapshot(): unknown {
    return this.#written();
  }

  /** Without the policies: they are the decider's. */
  save(to: StateWriter): void {
    to.records('evidence', this.#written());
  }

  load(from: StateReader): void {
    for (const [policy, sites] of from.records('evidence') as Iterable<Written>) {
      this.#evidence.set(policy, new Map(sites.map(([site, seen]) => [site, { ...seen }])));
    }
  }

  #written(): Written[] {
    return byKey(this.#evidence).map(([policy, sites]) => [
      policy,
      byKey(sites).map(([site, seen]) => [site, { ...seen }]),
    ]);
  }

  /** `null` for a policy that is not ours: an enforcement point may name any. */
  #at(policy: PolicyId, site: string): SiteEvidence | null {
    if (!this.#decider.policies.some((each) => each.id === policy)) return null;
    const sites = this.#evidence.get(policy) ?? new Map<string, SiteEvidence>();
    this.#evidence.set(policy, sites);
    const seen = sites.get(site) ?? { denied: null, passed: null };
    sites.set(site, seen);
    return seen;
  }
}

/** What makes a rule this rule; its description and priority may change. */
function rule({ subject, destination, action, times }: Policy) {
  return { subject, destination, action, times };
}

function byKey<K extends string, T>(map: ReadonlyMap<K, T>): [K, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
