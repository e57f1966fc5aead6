import type { LiveView, Supposed, Supposition } from '../engine/index.ts';
import {
  type Detail,
  type HypotheticalChange,
  LIMITS,
  type PostureSimulation,
  type ToolInput,
  type ToolProblem,
  wholePoints,
} from '../model/index.ts';
import { entityAsked, isProblem } from './asked-entity.ts';
import { type Clock, framing, inPoints } from './framing.ts';
import { cut, joined, type LeftOut } from './left-out.ts';
import { type NextActions, nextActions } from './next-actions.ts';
import { pointsOf, regainedPerFactor, type Touched } from './regained.ts';
import { sitesShown } from './sites-shown.ts';
import { suppositionsOf } from './suppositions.ts';
import { inTurns, type Turn } from './turns.ts';

const TOUCHED: Readonly<Record<Detail, number>> = { concise: 5, standard: 10, full: 200 };

/** What is taken for granted of each kind of change. */
const ASSUMPTIONS: Readonly<Record<HypotheticalChange['kind'], string>> = {
  update_firmware:
    'The new firmware is supported; on a machine without workloads it mends every reported vulnerability.',
  replace_device:
    'The new device is supported and clean, has no reported vulnerability, and behaves as the old one.',
  renew_certificate:
    'Every certificate presented is replaced by one that is fresh and strong, and that is known at once. One that is only seen in passing counts on until a day after it was last shown, once its port shows the new one.',
  enrol: 'The entities are adopted by the operator; they count in the fleet from then on.',
  patch: 'What is patched has the vulnerabilities meant no longer, and brings no others.',
  enforce_policy: 'The policy denies what it only watches; violations of the last 24 hours still count.',
  close_anomaly: 'The anomaly is closed and does not come back.',
};

const EITHER: ToolProblem = {
  code: 'invalid_input',
  message:
    '"entity_id" asks for the next actions of one entity, and "changes" says what to try; allowed is one of the two. Whom a change concerns is said in its "entities"',
  nearest: [],
};

const NO_ACTIONS: NextActions = { actions: [], leftOut: [] };

/** How the fleet would stand after changes; without any, the changes that would help most. */
export async function simulation(
  view: LiveView,
  { changes, entity_id: asked, detail = 'standard' }: ToolInput<'simulate_change'>,
  clock: Clock,
  turn: Turn,
): Promise<PostureSimulation | ToolProblem> {
  if (asked !== undefined && changes !== undefined) return EITHER;
  const entity = asked === undefined ? null : entityAsked(view, asked);
  if (entity !== null && isProblem(entity)) return entity;
  const suppositions = suppositionsOf(view, changes ?? []);
  if (isProblem(suppositions)) return suppositions;
  const unknown = await inTurns(view.unknownIn(suppositions), turn);
  const known = withoutNobodys(suppositions, unknown);
  const concerned = await inTurns(view.concernedBy(known), turn);
  const supposed = view.whatIf(known, LIMITS.entitiesSupposed, concerned);
  const { actions, leftOut: notTold } =
    changes === undefined ? await nextActions(view, entity, detail, turn) : NO_ACTIONS;
  const kinds = new Set((changes ?? actions.map(({ change }) => change)).map(({ kind }) => kind));
  const { sites, cutSites } = sitesShown(view, detail);
  const touched = supposed.entities.toSorted((a, b) => pointsOf(b) - pointsOf(a) || (a.id < b.id ? -1 : 1));
  return {
    fleet: fleetOutcome(supposed),
    entities: touched.slice(0, TOUCHED[detail]).map(outcomeOf),
    entities_total: supposed.entities.length,
    factors: regainedPerFactor(supposed.entities, view.scoring),
    next_actions: [...actions],
    unknown: [...unknown],
    assumptions: [...kinds].map((kind) => ASSUMPTIONS[kind]),
    sites,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(supposed, detail, cutSites, ...notTold),
  };
}

/** Who has what nobody has needs not be looked for again. */
function withoutNobodys(suppositions: readonly Supposition[], unknown: readonly string[]) {
  const patched = suppositions.flatMap((each) => (each.kind === 'patch' ? [nameOf(each)] : []));
  return suppositions.filter((each) => {
    const name = each.kind === 'patch' && each.entities === null ? nameOf(each) : null;
    if (name === null || !unknown.includes(name)) return true;
    // Said of these and of everybody, it may be these alone who do not have it.
    return patched.filter((other) => other === name).length > 1;
  });
}

/** What a patch mends; `null` for all that is known of some. */
function nameOf({ cve, component }: Extract<Supposition, { readonly kind: 'patch' }>): string | null {
  return cve ?? component;
}

function fleetOutcome({ fleet: { before, after } }: Supposed): PostureSimulation['fleet'] {
  return {
    score_before: before.score,
    score_after: after.score,
    score_exact_before: inPoints(before.scoreExact),
    score_exact_after: inPoints(after.scoreExact),
    points: inPoints(after.scoreExact - before.scoreExact),
  };
}

function outcomeOf(touched: Touched): PostureSimulation['entities'][number] {
  const { id, before, after } = touched;
  return {
    entity_id: id,
    score_before: wholePoints(before.scoreExact),
    score_after: wholePoints(after.scoreExact),
    points: inPoints(pointsOf(touched)),
    risk_before: before.level,
    risk_after: after.level,
  };
}

function leftOut(
  { leftOut: beyond, entities }: Supposed,
  detail: Detail,
  ...others: readonly (LeftOut | null)[]
) {
  const untried = {
    what: `entities beyond the first ${LIMITS.entitiesSupposed}: not simulated`,
    how_to_get: 'simulate with fewer entities',
  };
  const truncated = joined(
    beyond > 0 ? untried : cut('entities', entities.length > TOUCHED[detail], detail),
    ...others,
  );
  return truncated === null ? {} : { truncated };
}
