import type { PolicyId } from './ids.ts';
import type { PolicyAction, PolicyMode, ThreatCategory } from './vocabulary.ts';

/**
 * A minimal identity-based rule. Of those that match a connection the highest `priority` decides;
 * at equal priority `deny` before `alert` before `allow`, then the id.
 */
export interface Policy {
  readonly id: PolicyId;
  readonly description: string | null;
  readonly priority: number;
  readonly action: PolicyAction;
  readonly mode: PolicyMode;
  /** Empty selector: every entity. All given keys must hold; each holds when any of its values does. */
  readonly subject: {
    readonly ids?: readonly string[];
    readonly kinds?: readonly string[];
    readonly tags?: readonly string[];
    readonly sites?: readonly string[];
  };
  readonly destination: DestinationSelector & {
    /** What the rule leaves alone: such traffic is covered by it, but decided by the next rule, or by none. */
    readonly except?: DestinationSelector;
  };
}

/**
 * Networks, domains, categories, kinds and `internal` are places: one of those given must hold.
 * Ports narrow the places. Empty: every destination.
 */
export interface DestinationSelector {
  readonly networks?: readonly string[];
  /** A domain matches itself and everything below it. */
  readonly domains?: readonly string[];
  readonly categories?: readonly ThreatCategory[];
  /** Destinations that are entities of the fleet, by kind. */
  readonly kinds?: readonly string[];
  /** `true`: any destination inside the fleet's own networks; `false`: any outside. */
  readonly internal?: boolean;
  readonly ports?: readonly number[];
}
