import { DAY_MS, type EpochMs, type FactorName, HOUR_MS } from '../model/index.ts';
import type { GraveAnomalies, Waiting } from './grave-anomalies.ts';
import { type Need, type Signal, SIGNALS, SIGNAL_NAMES, type SignalName } from './signals.ts';

/** After a week a feed says little of today. */
const FEED_AGE_MS = 7 * DAY_MS;

/** What of the posture controls are tested by: sums, so that reading them costs the same for every fleet. */
export interface FleetFacts {
  readonly now: EpochMs | null;
  /** With a posture, enrolled or discovered. */
  readonly entities: number;
  readonly isInventoried: boolean;
  /** Advisories, lifecycles or makers' words are known. */
  readonly isAdvised: boolean;
  /** Entities that have a factor. */
  having(factor: FactorName): number;
  readonly sensors: number;
  readonly silentSensors: number;
  /** As of when each feed is. */
  readonly feeds: readonly EpochMs[];
  readonly policies: number;
  /** Entities that policies can be about, that a denying one is about, and that are known well enough to be confined. */
  readonly reach: { readonly ruled: number; readonly denied: number; readonly confinable: number };
  readonly graveAnomalies: GraveAnomalies;
  /** The posture of a day ago is kept. */
  readonly hasYesterday: boolean;
}

/** What a signal says of the fleet. */
export interface Reading {
  readonly subjects: number;
  readonly covered: number;
  /** Those who fail, where they are counted otherwise than by factors. */
  readonly failing: number;
  /** Those who have each factor; they may be the same ones. */
  readonly byFactor: ReadonlyMap<FactorName, number>;
  readonly isFresh: boolean;
  readonly at: EpochMs | null;
  /** Since when something fails, where the signal itself can tell. */
  readonly failingSince: EpochMs | null;
}

export type Readings = Readonly<Record<SignalName, Reading>>;

/** What is not counted by entities that have a factor. */
const COUNTED: Partial<Record<SignalName, (facts: FleetFacts) => Reading>> = {
  sensors_heard: (facts) => counted(facts, { subjects: facts.sensors, failing: facts.silentSensors }),
  feeds_current: feedsRead,
  enforcing_policies: enforcementRead,
  history_kept: (facts) => ({
    ...counted(facts, { subjects: 1, failing: 0 }),
    covered: facts.hasYesterday ? 1 : 0,
  }),
  incidents_acknowledged: (facts) => handled(facts, DAY_MS, facts.graveAnomalies.unacknowledged),
  incidents_contained: (facts) => handled(facts, 72 * HOUR_MS, facts.graveAnomalies.uncontained),
};

export function readSignals(facts: FleetFacts): Readings {
  const readings = SIGNAL_NAMES.map((name) => {
    return [name, COUNTED[name]?.(facts) ?? entitiesRead(SIGNALS[name], facts)] as const;
  });
  return Object.fromEntries(readings) as Record<SignalName, Reading>;
}

function counted(
  { now }: FleetFacts,
  { subjects, failing }: { readonly subjects: number; readonly failing: number },
): Reading {
  return {
    subjects,
    covered: subjects,
    failing,
    byFactor: new Map(),
    isFresh: true,
    at: now,
    failingSince: null,
  };
}

function feedsRead(facts: FleetFacts): Reading {
  const { feeds, now } = facts;
  const old = feeds.filter((asOf) => (now ?? asOf) - asOf > FEED_AGE_MS);
  return {
    ...counted(facts, { subjects: feeds.length, failing: old.length }),
    at: feeds.length === 0 ? null : Math.max(...feeds),
    failingSince: old.length === 0 ? null : Math.min(...old) + FEED_AGE_MS,
  };
}

/**
 * A policy that allows everything, or is about nobody, enforces nothing: some enforced one must deny something to somebody
 * that is known. Those whom denying policies only watch have a factor.
 */
function enforcementRead(facts: FleetFacts): Reading {
  const { reach, policies } = facts;
  const isSomebodyHeld = reach.denied > facts.having('policy_monitor_only');
  return {
    ...counted(facts, { subjects: 1, failing: isSomebodyHeld ? 0 : 1 }),
    covered: policies === 0 || reach.ruled === 0 ? 0 : 1,
  };
}

function handled(facts: FleetFacts, withinMs: number, waiting: Waiting): Reading {
  const { graveAnomalies, now } = facts;
  const late = now === null ? 0 : waiting.before(now - withinMs);
  const figures = { subjects: graveAnomalies.open, failing: late };
  const failingSince = late === 0 || waiting.first === null ? null : waiting.first + withinMs;
  return { ...counted(facts, figures), failingSince };
}

function entitiesRead(signal: Signal, facts: FleetFacts): Reading {
  const { factors, needs } = signal;
  const { now } = facts;
  const byFactor = new Map(factors.map((factor) => [factor, facts.having(factor)]));
  const failing = Math.max(0, ...byFactor.values());
  const { subjects, spokenOf } = reachOf(signal, facts, failing);
  const isHeard = facts.sensors > facts.silentSensors;
  const isFresh = needs !== 'telemetry' || isHeard;
  return {
    subjects,
    covered: isThere(needs, facts) ? spokenOf : 0,
    failing,
    byFactor,
    isFresh,
    at: isFresh ? now : null,
    failingSince: null,
  };
}

/** How many there are to speak of, and of how many it speaks. */
function reachOf({ gap, reach: way }: Signal, facts: FleetFacts, failing: number) {
  const { entities, reach } = facts;
  const uncovered = gap === null ? 0 : facts.having(gap);
  if (way === null) return { subjects: entities, spokenOf: entities - uncovered };
  const told = way === 'ruled' ? reach.ruled - uncovered : reach[way];
  // Of whoever fails something is known, however little of it was seen.
  const spokenOf = Math.max(told, failing);
  return { subjects: Math.max(reach.ruled, spokenOf), spokenOf };
}

function isThere(need: Need, { isInventoried, isAdvised, sensors }: FleetFacts): boolean {
  switch (need) {
    case 'inventory':
      return isInventoried;
    case 'telemetry':
      return sensors > 0;
    case 'advisories':
      return isAdvised;
    case 'firmware':
      return isAdvised || isInventoried;
    case 'records':
      return true;
  }
}
