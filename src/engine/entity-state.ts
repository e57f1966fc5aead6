import { BehaviorOf, type WorkCalendar } from '../behavior/index.ts';
import type { Sighting, Sightings } from '../exposure/index.ts';
import type { Anomaly, EntityId, Factor, FactorName } from '../model/index.ts';
import type { Violation, Violations } from '../policy/index.ts';
import type { Assessment, FleetShare, RiskAssessment } from '../scoring/index.ts';
import { SignIns } from '../trust/index.ts';
import { SoftwareOf } from './software.ts';
import type { SensorState } from './sensors.ts';

/** What was learnt of an entity, allocated by need: what moves when two identities turn out to be one. */
export interface History {
  behavior: BehaviorOf | null;
  signIns: SignIns | null;
  software: SoftwareOf | null;
  /** The sensor that last gave a sign of its life: its silence excuses the entity's. */
  heardBy: SensorState | null;
  /** Somebody was answered by it. */
  servesOthers: boolean;
}

/** All that moves when two identities turn out to be one, kept for a split. */
export interface Belongings {
  readonly history: History;
  readonly standing: Standing | null;
  readonly anomalies: readonly Anomaly[];
  readonly sightings: readonly Sighting[];
  readonly violations: readonly Violation[];
}

/** What adopting somebody's belongings changed, so that it can be taken back. */
export interface Adoption {
  readonly belongings: Belongings;
  readonly sightings: ReturnType<Sightings['adopt']>;
  readonly violations: ReturnType<Violations['adopt']>;
  readonly servedBefore: boolean;
}

/** What follows from its history and its surroundings at the moment of the last settling. */
export interface Standing {
  readonly factors: ReadonlyMap<FactorName, Factor>;
  readonly assessment: Assessment;
  readonly risk: RiskAssessment;
  readonly share: FleetShare;
  readonly isEnrolled: boolean;
  readonly isDevice: boolean;
  /** Per mille, for sums that stay integers. */
  readonly confidence: number;
}

export interface EntityState extends History {
  readonly id: EntityId;
  standing: Standing | null;
}

export function newEntityState(id: EntityId): EntityState {
  return {
    id,
    behavior: null,
    signIns: null,
    software: null,
    heardBy: null,
    servesOthers: false,
    standing: null,
  };
}

export function behaviorOf(state: History, isWorkHour: WorkCalendar): BehaviorOf {
  state.behavior ??= new BehaviorOf(isWorkHour);
  return state.behavior;
}

export function signInsOf(state: History): SignIns {
  state.signIns ??= new SignIns();
  return state.signIns;
}

export function softwareOf(state: History): SoftwareOf {
  state.software ??= new SoftwareOf();
  return state.software;
}

/** Takes over what it lacks; what it has of its own stays. */
export function adoptHistory(state: EntityState, history: History): void {
  state.behavior ??= history.behavior;
  state.signIns ??= history.signIns;
  state.heardBy ??= history.heardBy;
  state.servesOthers ||= history.servesOthers;
  if (state.software === null) state.software = history.software;
  else if (history.software !== null) state.software.adopt(history.software);
}

/** Gives back what was another's: what both had of their own, both keep. */
export function disownHistory(state: EntityState, history: History): void {
  if (state.behavior === history.behavior) state.behavior = null;
  if (state.signIns === history.signIns) state.signIns = null;
  if (state.software === history.software) state.software = null;
  else if (history.software !== null) state.software?.disown(history.software);
}

export function stateSnapshot(state: EntityState): unknown {
  const { id, behavior, signIns, software, heardBy, servesOthers, standing } = state;
  return {
    id,
    behavior: behavior?.snapshot() ?? null,
    signIns: signIns?.snapshot() ?? null,
    software: software?.snapshot() ?? null,
    heardBy: heardBy?.sensor ?? null,
    servesOthers,
    factors: standing === null ? null : [...standing.factors.values()],
    score: standing?.assessment.scoreExact ?? null,
    level: standing?.risk ?? null,
  };
}
