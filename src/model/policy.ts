import type { PolicyId } from './ids.ts';
import type { EntityType, PolicyAction, PolicyMode, ThreatCategory } from './vocabulary.ts';

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
  readonly subject: PartySelector;
  readonly destination: DestinationSelector & {
    /** What the rule leaves alone: such traffic is covered by it, but decided by the next rule, or by none. */
    readonly except?: DestinationSelector;
  };
  /** When it holds, by the clock of the site: within any of them; always where there are none. */
  readonly times?: readonly WeeklyTime[];
}

/** Whom a rule is about, by what the inventory says of them. */
export interface PartySelector extends PartyNames {
  /** Sets of entities that the policy file names. */
  readonly groups?: readonly PartyGroup[];
}

interface PartyNames {
  /** Any id of the entity. */
  readonly ids?: readonly string[];
  readonly kinds?: readonly string[];
  readonly types?: readonly EntityType[];
  /** One of them. */
  readonly tags?: readonly string[];
  /** Tags of which none may lack, as a label selector of Kubernetes means them. */
  readonly labels?: readonly string[];
  readonly sites?: readonly string[];
}

/** A named set of entities; it stands in each rule that names it, so that a rule says all that it means. */
export interface PartyGroup extends PartyNames {
  readonly name: string;
}

/**
 * Networks, domains, categories, `internal` and what the fleet's entities are known by are places: one of those given
 * must hold. Ports and services narrow the places. Empty: every destination.
 */
export interface DestinationSelector {
  readonly networks?: readonly string[];
  /** A domain matches itself and everything below it. */
  readonly domains?: readonly string[];
  readonly categories?: readonly ThreatCategory[];
  /** Destinations that are entities of the fleet, by id, kind, type, tag or group. */
  readonly ids?: readonly string[];
  readonly kinds?: readonly string[];
  readonly types?: readonly EntityType[];
  readonly tags?: readonly string[];
  /** Tags of which none may lack: together one place. */
  readonly labels?: readonly string[];
  readonly groups?: readonly PartyGroup[];
  /** `true`: any destination inside the fleet's own networks; `false`: any outside. */
  readonly internal?: boolean;
  /** Ports of any protocol. */
  readonly ports?: readonly number[];
  /** `tcp`, `udp`, `icmp` or `other`, with a port or a range of ports where there are any: `tcp/443`, `udp/5000-5010`. */
  readonly services?: readonly string[];
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A stretch of the day, on some days of the week; one that ends no later than it begins ends on the next day. */
export interface WeeklyTime {
  readonly days: readonly Weekday[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`, up to `24:00`. */
  readonly to: string;
}
