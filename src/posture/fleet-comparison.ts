import type { EngineView, EntityView, FleetView } from '../engine/index.ts';
import { type EntityId, type FactorName, LIMITS } from '../model/index.ts';
import { assess, FleetAggregate, type FleetValue, type ScoringProfile } from '../scoring/index.ts';
import { plainTerm, type Term } from './comparison-terms.ts';

/**
 * The difference of two fleets in steps, each an exact sum: who left takes its part with it, the others are weighed
 * anew by another profile, their factors change, and who came brings its part. Of a fleet too large to be compared
 * entity by entity, the factors alone: theirs is the whole difference then.
 */
export function fleetTerms(before: EngineView, after: EngineView): Term[] {
  const [was, is] = [before.fleet(), after.fleet()];
  // An empty fleet scores 0 and has no factors: there is nothing to tell but that it came, or went.
  if (was.value.weight === 0 || is.value.weight === 0) return presence(was.value, is.value);
  const steps = wholeSteps(before, after, was, is);
  if (steps === null) return factorTerms(was.value, is.value, was, is);
  const { stayedBefore, reweighed, stayedAfter, left, joined } = steps;
  const terms = factorTerms(reweighed, stayedAfter, was, is);
  if (left > 0)
    terms.push({
      ...plainTerm('entities_left', stayedBefore.scoreExact - was.value.scoreExact),
      change: 'left',
      entities_before: left,
    });
  if (before.scoring.version !== after.scoring.version)
    terms.push({
      ...plainTerm('scoring_profile', reweighed.scoreExact - stayedBefore.scoreExact),
      entities_before: stayedBefore.entities,
      entities_after: stayedBefore.entities,
    });
  if (joined > 0)
    terms.push({
      ...plainTerm('entities_joined', is.value.scoreExact - stayedAfter.scoreExact),
      change: 'appeared',
      entities_after: joined,
    });
  return terms;
}

interface Steps {
  readonly stayedBefore: FleetValue;
  readonly reweighed: FleetValue;
  readonly stayedAfter: FleetValue;
  readonly left: number;
  readonly joined: number;
}

/** `null` where there is no step by step: too many entities, or a fleet of nobody at either end, or all of it anew. */
function wholeSteps(before: EngineView, after: EngineView, was: FleetView, is: FleetView): Steps | null {
  const sizes = [was.value.entities, is.value.entities];
  if (Math.max(...sizes) > LIMITS.entitiesCompared) return null;
  const then = members(before, was);
  const now = members(after, is);
  const stayed = [...then.keys()].filter((id) => now.has(id));
  const value = (of: ReadonlyMap<EntityId, EntityView>, scoring: ScoringProfile) =>
    aggregate(
      stayed.flatMap((id) => of.get(id) ?? []),
      scoring,
    );
  const stayedBefore = value(then, before.scoring);
  const stayedAfter = value(now, after.scoring);
  if (stayedBefore.weight === 0 || stayedAfter.weight === 0) return null;
  return {
    stayedBefore,
    reweighed: value(then, after.scoring),
    stayedAfter,
    left: then.size - stayed.length,
    joined: now.size - stayed.length,
  };
}

function presence(was: FleetValue, is: FleetValue): Term[] {
  const milliPoints = is.scoreExact - was.scoreExact;
  if (was.weight === is.weight) return [];
  const term = was.weight === 0 ? 'entities_joined' : 'entities_left';
  const change = was.weight === 0 ? 'appeared' : 'left';
  const { entities: entities_before } = was;
  return [{ ...plainTerm(term, milliPoints), change, entities_before, entities_after: is.entities }];
}

/** The entities that the fleet's mean is taken over. */
function members(view: EngineView, { basis }: FleetView): ReadonlyMap<EntityId, EntityView> {
  const found = new Map<EntityId, EntityView>();
  for (const entity of view.entities())
    if (entity.profile.enrolment.state === basis) found.set(entity.id, entity);
  return found;
}

function aggregate(entities: readonly EntityView[], scoring: ScoringProfile): FleetValue {
  const fleet = new FleetAggregate();
  for (const { published, weight, riskLevel } of entities) {
    const { scoreExact, factors } = assess(published, scoring);
    fleet.add({ weight, scoreExact, level: riskLevel, type: 'any', factors });
  }
  return fleet.read();
}

function factorTerms(from: FleetValue, to: FleetValue, was: FleetView, is: FleetView): Term[] {
  const [lost, loses] = [from, to].map(
    ({ factorContributions }) => new Map(factorContributions.map((each) => [each.name, each.milliPoints])),
  );
  const names = new Set<FactorName>([...(lost?.keys() ?? []), ...(loses?.keys() ?? [])]);
  return [...names].sort().flatMap((name): Term[] => {
    const milliPoints = (lost?.get(name) ?? 0) - (loses?.get(name) ?? 0);
    if (milliPoints === 0) return [];
    const [before, after] = [having(was, name), having(is, name)];
    const change = before === 0 ? 'appeared' : after === 0 ? 'left' : 'changed';
    return [{ ...plainTerm(name, milliPoints), change, entities_before: before, entities_after: after }];
  });
}

function having({ today }: FleetView, name: FactorName): number {
  return today?.contributions.get(name)?.entities ?? 0;
}
