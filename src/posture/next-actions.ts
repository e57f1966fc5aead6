import type { EntityView, LiveView } from '../engine/index.ts';
import {
  type Detail,
  type EntityId,
  entityTypeOf,
  type HypotheticalChange,
  LIMITS,
  type PostureSimulation,
} from '../model/index.ts';
import { assess } from '../scoring/index.ts';
import { isProblem } from './asked-entity.ts';
import { inPoints } from './framing.ts';
import { cut, type LeftOut, spelt } from './left-out.ts';
import { pointsOf } from './regained.ts';
import { groupOf, remediesFor, takesEntities } from './remedies.ts';
import { suppositionsOf } from './suppositions.ts';
import { inTurns, type Turn } from './turns.ts';
import { worstFirst } from './worst-first.ts';

type NextAction = PostureSimulation['next_actions'][number];

/** Candidates that are tried, the most promising first, and on how many entities each: a fraction of a second. */
const CANDIDATES = 40;
const TRIED_ON = 200;
/** Entities looked at before others have their turn. */
const PORTION = 32;
const SHOWN: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 20 };
/** Of a change for many, so many are named; the rest is of the same kind. */
const NAMED: Readonly<Record<Detail, number>> = { concise: 3, standard: 5, full: 100 };

interface Candidate {
  readonly change: HypotheticalChange;
  readonly entities: Set<EntityId>;
  /** Σ of milli-points that each would regain without the factors that it is about: before any is tried. */
  promise: number;
}

/** What a candidate brought those on whom it was tried. */
interface Tried {
  readonly action: NextAction;
  readonly whom: readonly EntityId[];
  readonly triedOn: number;
  /** Whom it may concern, as far as they are counted. */
  readonly outOf: number;
}

export interface NextActions {
  readonly actions: readonly NextAction[];
  readonly leftOut: readonly (LeftOut | null)[];
}

/**
 * What to do next: each candidate is tried, and ranked by points regained per device touched. What helps a device and lowers
 * the fleet's mean comes last: a stranger that is enrolled counts in it from then on.
 */
export async function nextActions(
  view: LiveView,
  of: EntityView | null,
  detail: Detail,
  turn: Turn,
): Promise<NextActions> {
  const { ids, total } =
    of === null ? await worstFirst(view, LIMITS.entitiesCompared, turn) : { ids: [of.id], total: 1 };
  const candidates = mostPromising(await candidatesIn(view, ids, turn));
  const tried: Tried[] = [];
  for (const each of candidates.slice(0, CANDIDATES)) {
    tried.push(...(await outcomeOf(view, each, turn)));
    await turn();
  }
  const ranked = withoutNeedless(tried).sort(
    ({ action: a }, { action: b }) =>
      Number(a.fleet_points < 0) - Number(b.fleet_points < 0) ||
      b.points_per_device - a.points_per_device ||
      b.points - a.points,
  );
  const shown = ranked.slice(0, SHOWN[detail]);
  return {
    actions: shown.map(({ action }) => ({ ...action, change: shortened(action.change, NAMED[detail]) })),
    leftOut: [
      cut('next_actions', ranked.length > shown.length, detail),
      cut(
        'the entities of next_actions',
        shown.some((each) => isShortened(each, NAMED[detail])),
        detail,
      ),
      ...shown.map(triedOnFew),
      notTried(candidates.length - CANDIDATES),
      notLookedAt(total - ids.length),
    ],
  };
}

/** By points for each of its entities; the best of each kind goes before all others, so that no kind hides another. */
function mostPromising(candidates: readonly Candidate[]): readonly Candidate[] {
  const sorted = candidates.toSorted((a, b) => b.promise / b.entities.size - a.promise / a.entities.size);
  const first = new Map<string, Candidate>();
  for (const each of sorted) {
    const [one] = each.entities;
    const kind = `${each.change.kind} ${one === undefined ? '' : entityTypeOf(one)}`;
    if (!first.has(kind)) first.set(kind, each);
  }
  return [...new Set([...first.values(), ...sorted])];
}

async function outcomeOf(view: LiveView, { change, entities }: Candidate, turn: Turn): Promise<Tried[]> {
  const ids = [...entities].slice(0, TRIED_ON);
  const suppositions = suppositionsOf(view, [takesEntities(change) ? { ...change, entities: ids } : change]);
  if (isProblem(suppositions)) return [];
  const meant = await inTurns(view.concernedBy(suppositions), turn);
  const { entities: concerned, fleet, leftOut } = view.whatIf(suppositions, TRIED_ON, meant);
  // Whom it brings nothing has no part in it.
  const touched = concerned.filter((each) => pointsOf(each) !== 0);
  const points = touched.reduce((sum, each) => sum + pointsOf(each), 0);
  if (points <= 0) return [];
  const users = touched.filter(({ id }) => entityTypeOf(id) === 'user').length;
  const isTouched = new Set(touched.map(({ id }) => id));
  const whom = ids.filter((id) => isTouched.has(id));
  return [
    {
      action: {
        change: takesEntities(change) ? { ...change, entities: whom } : change,
        devices: touched.length - users,
        users,
        points: inPoints(points),
        points_per_device: inPoints(Math.round(points / touched.length)),
        fleet_points: inPoints(fleet.after.scoreExact - fleet.before.scoreExact),
      },
      whom,
      triedOn: concerned.length,
      outOf: takesEntities(change) ? entities.size : concerned.length + leftOut,
    },
  ];
}

/** Mending all that a machine has is for where no part of it brings anything by itself. */
function withoutNeedless(tried: readonly Tried[]): Tried[] {
  const helped = new Set(tried.filter(({ action }) => !mendsAll(action.change)).flatMap(mended));
  return tried.filter(({ action, whom }) => !mendsAll(action.change) || whom.some((id) => !helped.has(id)));
}

function mended({
  action: {
    change: { kind },
  },
  whom,
}: Tried): readonly EntityId[] {
  return kind === 'patch' || kind === 'update_firmware' ? whom : [];
}

function mendsAll({ kind, cve, component }: HypotheticalChange): boolean {
  return kind === 'patch' && cve === undefined && component === undefined;
}

async function candidatesIn(
  view: LiveView,
  ids: readonly EntityId[],
  turn: Turn,
): Promise<readonly Candidate[]> {
  const { confining } = view;
  const candidates = new Map<string, Candidate>();
  for (const [i, id] of ids.entries()) {
    if (i % PORTION === 0) await turn();
    const entity = view.entity(id);
    // Meanwhile it may be gone, or be another's.
    if (entity?.id !== id) continue;
    for (const { change, promise } of promisesOf(entity, view, confining)) {
      const key = JSON.stringify([change, groupOf(entity, change)]);
      const candidate = candidates.get(key) ?? { change, entities: new Set<EntityId>(), promise: 0 };
      candidate.entities.add(id);
      candidate.promise += promise;
      candidates.set(key, candidate);
    }
  }
  return [...candidates.values()];
}

function promisesOf(entity: EntityView, { scoring }: LiveView, confining: LiveView['confining']) {
  const remedies = entity.published
    .map(({ name }) => ({ name, changes: remediesFor(entity, name, confining) }))
    .filter(({ changes }) => changes.length > 0);
  if (remedies.length === 0) return [];
  const regained = new Map(
    assess(entity.published, scoring).factors.map((each) => [each.name, each.regainedMilliPoints]),
  );
  return remedies.flatMap(({ name, changes }) =>
    changes.map((change) => ({ change, promise: regained.get(name) ?? 0 })),
  );
}

function shortened(change: HypotheticalChange, named: number): HypotheticalChange {
  return change.entities === undefined ? change : { ...change, entities: change.entities.slice(0, named) };
}

function isShortened(
  {
    action: {
      change: { entities },
    },
  }: Tried,
  named: number,
): boolean {
  return entities !== undefined && entities.length > named;
}

function triedOnFew({ triedOn, outOf }: Tried, index: number): LeftOut | null {
  if (outOf <= triedOn) return null;
  const most = LIMITS.entitiesSupposed + 1;
  return {
    what: `next_actions.${index}: tried on ${spelt(triedOn)} of ${outOf >= most ? 'at least ' : ''}${spelt(outOf)} entities`,
    how_to_get: 'simulate the change itself, with more entities',
  };
}

function notTried(candidates: number): LeftOut | null {
  if (candidates <= 0) return null;
  return {
    what: `${spelt(candidates)} less promising candidates for next_actions: not tried`,
    how_to_get: ASK_ONE,
  };
}

function notLookedAt(entities: number): LeftOut | null {
  if (entities <= 0) return null;
  return {
    what: `next actions of ${spelt(entities)} entities, those not enrolled and those that score best: not looked for`,
    how_to_get: ASK_ONE,
  };
}

const ASK_ONE = 'ask with entity_id';
