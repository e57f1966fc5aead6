import type { EngineView, EntityView } from '../engine/index.ts';
import {
  type Detail,
  type EntityId,
  type Evidence,
  FACTOR_NAMES,
  iso,
  type PostureComparison,
  type ToolInput,
  type ToolProblem,
} from '../model/index.ts';
import { assess, compare, type FactorTerm } from '../scoring/index.ts';
import { asWritten, entityAsked, isProblem } from './asked-entity.ts';
import { evidenceAnswer } from './factor-answers.ts';
import { plainTerm, type Term } from './comparison-terms.ts';
import { withCauses } from './fleet-causes.ts';
import { endNow, endThen, fleetTerms, type Turnover, turnover } from './fleet-comparison.ts';
import { assessedAt, type Clock, framing, inPoints } from './framing.ts';
import { cut, joined, type LeftOut, spelt } from './left-out.ts';
import { sitesShown } from './sites-shown.ts';
import type { Turn } from './turns.ts';
import { type CausedMove, type PostureViews, viewAt } from './views.ts';

const TERMS: Readonly<Record<Detail, number>> = { concise: 5, standard: 8, full: 64 };
const EVIDENCE: Readonly<Record<Detail, number>> = { concise: 0, standard: 1, full: 3 };

interface Ends {
  readonly before: EngineView;
  readonly after: EngineView;
}

/** Why a score changed between two instants. */
export async function comparison(
  view: EngineView,
  input: ToolInput<'compare_posture'>,
  clock: Clock,
  views: PostureViews,
  turn: Turn,
): Promise<PostureComparison | ToolProblem> {
  const { entity_id: asked, from, to, detail = 'standard' } = input;
  const scope = asked === undefined ? 'all' : 'few';
  const refused = later(to, input.as_of);
  if (refused !== null) return refused;
  const after =
    to === undefined ? view : await viewAt(views, { field: 'to', instant: to, scope }, clock, turn);
  if (isProblem(after)) return after;
  const before = await viewAt(views, { field: 'from', instant: from, scope }, clock, turn);
  if (isProblem(before)) return before;
  if ((before.now ?? 0) > (after.now ?? 0)) return backwards(before, after);
  if (asked === undefined) return compareFleet({ before, after }, { detail, clock, views, turn });
  return await compareEntity(views, { before, after }, asked, detail, clock);
}

/** Why an entity's score changed between two instants: each factor's exact part of the difference, and its cause. */
async function compareEntity(
  views: PostureViews,
  { before, after }: Ends,
  asked: string,
  detail: Detail,
  clock: Clock,
): Promise<PostureComparison | ToolProblem> {
  const is = entityAsked(after, asked);
  if (isProblem(is)) return is;
  // Who was another then is compared with what it was. A name that nobody had yet is the present one's.
  const was = before.entity(asked) ?? before.userByAccount(asked) ?? before.entity(is.id);
  if (was === null) return notYet(asked, before);
  const moves = await movesOf(views, { was: was.id, is: is.id }, { before, after });
  const terms = termsOf(was, is, { before, after }, moves, EVIDENCE[detail]);
  return {
    entity_id: asked,
    sites: [is.profile.site],
    before: end(before, was),
    after: end(after, is),
    points: inPoints(is.scoreExact - was.scoreExact),
    ...shownTerms(terms, detail),
    ...framing(after, clock, is.confidence),
  };
}

/** What was published between the two. Where they are two identities, one became the other meanwhile, with all its factors. */
async function movesOf(
  views: PostureViews,
  { was, is }: { readonly was: EntityId; readonly is: EntityId },
  { before, after }: Ends,
): Promise<readonly CausedMove[]> {
  const [from, until] = [before.now ?? 0, after.now ?? 0];
  const own = await views.changes(is, from, until);
  if (was === is) return own;
  const others = await views.changes(was, from, until);
  const became = others.at(-1);
  if (became === undefined) return own;
  const since = own.filter(({ at }) => at > became.at);
  return [...others.slice(0, -1), { ...became, factors: FACTOR_NAMES }, ...since];
}

interface Asking {
  readonly detail: Detail;
  readonly clock: Clock;
  readonly views: PostureViews;
  readonly turn: Turn;
}

/** The same for the fleet, from what each factor costs its mean, and who came to it or left it. */
async function compareFleet(
  { before, after }: Ends,
  { detail, clock, views, turn }: Asking,
): Promise<PostureComparison> {
  const now = after === views.now ? endNow(after) : await endThen(after, turn);
  const { value, confidence } = now.view;
  // The present goes on while the rest is looked at.
  const { sites, cutSites } = sitesShown(after, detail);
  const told = {
    sites,
    after: end(after, value),
    framing: framing(after, clock, confidence),
  };
  const [from, until] = [before.now ?? 0, after.now ?? 0];
  const then = before === views.now ? now : await endThen(before, turn);
  const { terms, moversOf } = await fleetTerms({ before: then, after: now }, turn);
  const isTooLarge = then.members === null || now.members === null;
  const isAsOne = isTooLarge && then.view.value.weight > 0 && value.weight > 0;
  const asOne = isAsOne ? comparedAsOne(await turnover(before, after, turn)) : null;
  const shown = shownTerms(terms, detail, cutSites, asOne);
  return {
    entity_id: null,
    sites: told.sites,
    before: end(before, then.view.value),
    after: told.after,
    points: inPoints(value.scoreExact - then.view.value.scoreExact),
    ...shown,
    terms: await withCauses(shown.terms, moversOf, views, { from, until, detail }, turn),
    ...told.framing,
  };
}

/** Another scoring profile counts first, as its own cause: the same factors under other weights. */
function termsOf(
  was: EntityView,
  is: EntityView,
  { before, after }: Ends,
  moves: readonly CausedMove[],
  evidence: number,
): Term[] {
  const reweighed = assess(was.published, after.scoring).scoreExact - was.scoreExact;
  const terms = compare(was.published, is.published, after.scoring).terms.map((each) =>
    termOf(each, causeOf(each, moves), evidenceFor(each, was, is).slice(0, evidence)),
  );
  if (before.scoring.version !== after.scoring.version)
    terms.push({ ...plainTerm('scoring_profile', reweighed), entities_before: 1, entities_after: 1 });
  return terms;
}

function termOf(
  { name, before, after, milliPoints }: FactorTerm,
  move: CausedMove | undefined,
  evidence: readonly Evidence[],
): Term {
  return {
    ...plainTerm(name, milliPoints),
    change: before === 0 ? 'appeared' : after === 0 ? 'left' : 'changed',
    p_before: before,
    p_after: after,
    entities_before: before === 0 ? 0 : 1,
    entities_after: after === 0 ? 0 : 1,
    cause: move === undefined ? null : { ...move.cause, at: iso(move.at) },
    evidence: evidence.map(evidenceAnswer),
  };
}

/** The last change within the two instants that moved the factor. */
function causeOf({ name }: FactorTerm, moves: readonly CausedMove[]): CausedMove | undefined {
  return moves.findLast(({ factors }) => factors.includes(name));
}

/** What there is to see at the end where the factor weighs more. */
function evidenceFor({ name, before, after }: FactorTerm, was: EntityView, is: EntityView) {
  const of = (view: EntityView) => view.factors().find((each) => each.name === name)?.evidence ?? [];
  return after >= before ? of(is) : of(was);
}

function end(
  view: EngineView,
  { scoreExact, score }: Pick<EntityView, 'scoreExact' | 'score'>,
): PostureComparison['before'] {
  return {
    at: assessedAt(view),
    score,
    score_exact: inPoints(scoreExact),
    scoring_profile: view.scoring.version,
  };
}

/** The most moving first; what the others did is summed. */
function shownTerms(terms: readonly Term[], detail: Detail, ...others: readonly (LeftOut | null)[]) {
  const sorted = terms.toSorted(
    (a, b) => Math.abs(b.points) - Math.abs(a.points) || (a.term < b.term ? -1 : 1),
  );
  const rest = sorted.slice(TERMS[detail]);
  const truncated = joined(cut('terms', rest.length > 0, detail), ...others);
  return {
    terms: sorted.slice(0, TERMS[detail]),
    other_terms: rest.length,
    other_points: inPoints(rest.reduce((sum, { points }) => sum + Math.round(points * 1_000), 0)),
    ...(truncated === null ? {} : { truncated }),
  };
}

/** Who came or left shows in the factors then, as if those of others had changed. */
function comparedAsOne({ came, left }: Turnover): LeftOut {
  return {
    what: `entities_joined (${spelt(came)}) and entities_left (${spelt(left)}): the fleet is too large to tell what they brought or took from what changed, and by what`,
    how_to_get: 'ask with entity_id',
  };
}

/** Of what came after `as_of` nothing is told. */
function later(to: string | undefined, asOf: string | undefined): ToolProblem | null {
  if (to === undefined || asOf === undefined || Date.parse(to) <= Date.parse(asOf)) return null;
  const message = `"to" was ${iso(Date.parse(to))}; allowed with "as_of" is any instant up to it, ${iso(Date.parse(asOf))}`;
  return { code: 'invalid_input', message, nearest: [] };
}

function backwards(before: EngineView, after: EngineView): ToolProblem {
  const message = `"from" was ${assessedAt(before)}; allowed is any instant up to "to", ${assessedAt(after)}`;
  return { code: 'invalid_input', message, nearest: [] };
}

function notYet(asked: string, before: EngineView): ToolProblem {
  const message = `"from" was ${assessedAt(before)}; "${asWritten(asked)}" had no posture then: ask with a later one`;
  return { code: 'invalid_input', message, nearest: [] };
}
