import type { EngineView, EntityView, FleetView } from '../engine/index.ts';
import { type EntityId, FACTOR_NAMES, type FactorName, LIMITS } from '../model/index.ts';
import { assess, FleetAggregate, type FleetValue, type ScoringProfile } from '../scoring/index.ts';
import { plainTerm, type Term } from './comparison-terms.ts';
import { type Mover, Movers, REWEIGHED } from './movers.ts';
import type { Turn } from './turns.ts';

/** Entities looked at before others have their turn: a millisecond or two. */
const PORTION = 256;

/** Two views of the fleet; the present one is as it was when the question was asked. */
export interface FleetEnds {
  readonly before: FleetEnd;
  readonly after: FleetEnd;
}

/** A fleet at an instant, with those over whom its mean is taken; `null` where they are too many to be compared one by one. */
export interface FleetEnd {
  readonly view: FleetView;
  readonly scoring: ScoringProfile;
  /** How many of those have each factor: counted at once, as the present goes on. */
  readonly having: ReadonlyMap<FactorName, number>;
  readonly members: ReadonlyMap<EntityId, EntityView> | null;
}

/** Of the present, which moves on between two slices: all at once. */
export function endNow(view: EngineView): FleetEnd {
  const fleet = view.fleet();
  const found = new Map<EntityId, EntityView>();
  if (areFew(fleet)) for (const each of view.entities()) addMember(found, each, fleet);
  return { ...endOf(view, fleet), members: areFew(fleet) ? found : null };
}

/** Of an earlier instant, which stands still: in slices. */
export async function endThen(view: EngineView, turn: Turn): Promise<FleetEnd> {
  const fleet = view.fleet();
  const end = endOf(view, fleet);
  if (!areFew(fleet)) return { ...end, members: null };
  const found = new Map<EntityId, EntityView>();
  await inSlices(view.entities(), (each) => addMember(found, each, fleet), turn);
  return { ...end, members: found };
}

function endOf({ scoring }: EngineView, fleet: FleetView): Omit<FleetEnd, 'members'> {
  return { view: fleet, scoring, having: new Map(FACTOR_NAMES.map((name) => [name, fleet.having(name)])) };
}

/**
 * The difference of two fleets in steps, each an exact sum: who left takes its part with it, the others count for more or
 * less than before, another profile weighs their factors anew, these change, and who came brings its part. Of a fleet too large to be compared
 * entity by entity, the factors alone: theirs is the whole difference then.
 */
export async function fleetTerms({ before, after }: FleetEnds, turn: Turn): Promise<FleetTerms> {
  const [was, is] = [before.view, after.view];
  // An empty fleet scores 0 and has no factors: there is nothing to tell but that it came, or went.
  if (was.value.weight === 0 || is.value.weight === 0)
    return { terms: presence(was.value, is.value), moversOf: nobody };
  const steps = await wholeSteps(before, after, turn);
  if (steps === null) return { terms: factorTerms(was.value, is.value, before, after), moversOf: nobody };
  const { stayedBefore, counted, reweighed, stayedAfter, left, joined, movers } = steps;
  const terms = factorTerms(reweighed, stayedAfter, before, after);
  if (left > 0)
    terms.push({
      ...plainTerm('entities_left', stayedBefore.scoreExact - was.value.scoreExact),
      change: 'left',
      entities_before: left,
    });
  if (counted.scoreExact !== stayedBefore.scoreExact)
    terms.push({
      ...plainTerm(REWEIGHED, counted.scoreExact - stayedBefore.scoreExact),
      entities_before: movers.reweighed,
      entities_after: movers.reweighed,
    });
  if (before.scoring.version !== after.scoring.version)
    terms.push({
      ...plainTerm('scoring_profile', reweighed.scoreExact - counted.scoreExact),
      entities_before: stayedBefore.entities,
      entities_after: stayedBefore.entities,
    });
  if (joined > 0)
    terms.push({
      ...plainTerm('entities_joined', is.value.scoreExact - stayedAfter.scoreExact),
      change: 'appeared',
      entities_after: joined,
    });
  return { terms, moversOf: (term) => movers.of(term) };
}

export interface FleetTerms {
  readonly terms: readonly Term[];
  /** Who moved a factor's term, the most first: some of many. */
  readonly moversOf: (term: Term) => readonly Mover[];
}

const nobody = (): readonly Mover[] => [];

export interface Turnover {
  readonly came: number;
  readonly left: number;
}

/** How many came to the fleet, and left it; of the present about so many, since it goes on meanwhile. */
export async function turnover(before: EngineView, after: EngineView, turn: Turn): Promise<Turnover> {
  const then = await membersOf(before, turn);
  const now = before === after ? then : await membersOf(after, turn);
  const stayed = then.intersection(now).size;
  return { came: now.size - stayed, left: then.size - stayed };
}

async function membersOf(view: EngineView, turn: Turn): Promise<ReadonlySet<EntityId>> {
  const isEnrolledCounted = view.fleet().basis === 'enrolled';
  const members = new Set<EntityId>();
  for (const portion of view.presences()) {
    for (const { id, isEnrolled } of portion) if (isEnrolled === isEnrolledCounted) members.add(id);
    await turn();
  }
  return members;
}

interface Steps {
  readonly stayedBefore: FleetValue;
  /** Each as what it counts for at the end. */
  readonly counted: FleetValue;
  readonly reweighed: FleetValue;
  readonly stayedAfter: FleetValue;
  readonly left: number;
  readonly joined: number;
  readonly movers: Movers;
}

/** `null` where there is no step by step: too many entities, or a fleet of nobody at either end, or all of it anew. */
async function wholeSteps(before: FleetEnd, after: FleetEnd, turn: Turn): Promise<Steps | null> {
  const [then, now] = [before.members, after.members];
  if (then === null || now === null) return null;
  const stayed = [...then.keys()].filter((id) => now.has(id));
  type Members = typeof then;
  const value = (of: Members, scoring: ScoringProfile, weights: Members = now) =>
    aggregate(
      stayed.flatMap((id) => {
        const [entity, weighing] = [of.get(id), weights.get(id)];
        return entity === undefined || weighing === undefined ? [] : [{ entity, weight: weighing.weight }];
      }),
      scoring,
      turn,
    );
  const stayedBefore = await value(then, before.scoring, then);
  const stayedAfter = await value(now, after.scoring);
  if (stayedBefore.weight === 0 || stayedAfter.weight === 0) return null;
  const movers = new Movers();
  await inSlices(stayed, (id) => movers.compare(then.get(id), now.get(id)), turn);
  return {
    stayedBefore,
    counted: await value(then, before.scoring),
    reweighed: await value(then, after.scoring),
    stayedAfter,
    left: then.size - stayed.length,
    joined: now.size - stayed.length,
    movers,
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

function areFew({ value }: FleetView): boolean {
  return value.entities <= LIMITS.entitiesCompared;
}

/** Of those over whom the fleet's mean is taken. */
function addMember(members: Map<EntityId, EntityView>, entity: EntityView, { basis }: FleetView): void {
  if (entity.profile.enrolment.state === basis) members.set(entity.id, entity);
}

interface Weighed {
  readonly entity: EntityView;
  readonly weight: number;
}

async function aggregate(
  entities: readonly Weighed[],
  scoring: ScoringProfile,
  turn: Turn,
): Promise<FleetValue> {
  const fleet = new FleetAggregate();
  const add = ({ entity: { published, riskLevel }, weight }: Weighed): void => {
    const { scoreExact, factors } = assess(published, scoring);
    fleet.add({ weight, scoreExact, level: riskLevel, type: 'any', factors });
  };
  await inSlices(entities, add, turn);
  return fleet.read();
}

async function inSlices<T>(all: Iterable<T>, look: (each: T) => void, turn: Turn): Promise<void> {
  let looked = 0;
  for (const each of all) {
    look(each);
    if (++looked % PORTION === 0) await turn();
  }
}

function factorTerms(from: FleetValue, to: FleetValue, was: FleetEnd, is: FleetEnd): Term[] {
  const [lost, loses] = [from, to].map(
    ({ factorContributions }) => new Map(factorContributions.map((each) => [each.name, each.milliPoints])),
  );
  const names = new Set<FactorName>([...(lost?.keys() ?? []), ...(loses?.keys() ?? [])]);
  return [...names].sort().flatMap((name): Term[] => {
    const milliPoints = (lost?.get(name) ?? 0) - (loses?.get(name) ?? 0);
    if (milliPoints === 0) return [];
    const [before, after] = [was.having.get(name) ?? 0, is.having.get(name) ?? 0];
    const change = before === 0 ? 'appeared' : after === 0 ? 'left' : 'changed';
    return [{ ...plainTerm(name, milliPoints), change, entities_before: before, entities_after: after }];
  });
}
