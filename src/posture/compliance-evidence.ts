import {
  type AssessedControl,
  type AssessedFramework,
  CATALOGUES,
  controlOf,
  controlsOf,
  gapsOf,
} from '../compliance/index.ts';
import type { EngineView } from '../engine/index.ts';
import {
  type ComplianceEvidence,
  type ComplianceReport,
  type ControlState,
  type Detail,
  type FactorName,
  type Framework,
  nearestIds,
  type ToolInput,
  type ToolProblem,
} from '../model/index.ts';
import { assessor } from './compliance-facts.ts';
import { controlAnswer, failingFactors, failsBySomebody, wholeControl } from './control-answers.ts';
import { FailingEntities } from './failing-entities.ts';
import { type Clock, framing } from './framing.ts';
import { cut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { sitesShown } from './sites-shown.ts';
import { Page, unreadable } from './paging.ts';
import type { Turn } from './turns.ts';

type Query = ToolInput<'get_compliance_evidence'>;

/** What needs somebody first. */
const URGENCY: Readonly<Record<ControlState, number>> = {
  non_compliant: 0,
  partial: 1,
  not_assessed: 2,
  compliant: 3,
  not_applicable: 4,
};
const GAPS_IN_LIST: Readonly<Record<Detail, number>> = { concise: 0, standard: 2, full: 16 };
const EVIDENCE: Readonly<Record<Detail, number>> = { concise: 0, standard: 1, full: 5 };
const WORDS: Readonly<Record<Detail, number>> = { concise: 2, standard: 5, full: 100 };
/** Of a report: entities of each control, and pieces of evidence of each factor. */
const REPORTED = { entities: 100, evidence: 3 };

/** One control with its evidence, or a list of controls, those first that need somebody. */
export async function complianceEvidence(
  view: EngineView,
  query: Query,
  clock: Clock,
  turn: Turn,
): Promise<ComplianceEvidence | ToolProblem> {
  const one = query.control === undefined ? null : controlOf(query.framework, query.control);
  // Of one control the pages are those of the entities that fail.
  const refused = unreadable(query.cursor, one === null ? 'controls' : 'entities') ?? unknownControl(query);
  if (refused !== null) return refused;
  const assessed = assessor(view)(query.framework);
  const of = assessed.controls.find(({ control }) => control === one);
  return of === undefined
    ? listed(view, assessed, query, clock, turn)
    : evidenceOf(view, assessed, of, query, clock, turn);
}

/** Every control of a framework with all of its evidence, in the framework's order. */
export async function complianceReport(
  view: EngineView,
  framework: Framework,
  clock: Clock,
  turn: Turn,
): Promise<ComplianceReport> {
  const assessed = assessor(view)(framework);
  const failing = new FailingEntities();
  for (const each of assessed.controls) failing.ask(failingFactors(each), REPORTED.entities);
  await failing.read(view, turn);
  const { title, source } = assessed.catalogue;
  return {
    title,
    source,
    ...whole(assessed),
    sites: view.sites.map(({ id }) => id),
    controls: assessed.controls.map((each) => wholeControl(view, each, failing, REPORTED.evidence)),
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(view, 'compliance', null),
  };
}

async function evidenceOf(
  view: EngineView,
  assessed: AssessedFramework,
  of: AssessedControl,
  { limit, cursor, detail = 'standard', state }: Query,
  clock: Clock,
  turn: Turn,
): Promise<ComplianceEvidence> {
  const factors = failingFactors(of);
  const failing = new FailingEntities();
  failing.ask(factors, limit, cursor);
  await failing.read(view, turn);
  const { next } = failing.of(factors);
  const { sites, cutSites } = sitesShown(view, detail);
  const control = wholeControl(view, of, failing, EVIDENCE[detail]);
  const words = control.words ?? [];
  const isAsked = state === undefined || of.state === state;
  return {
    ...whole(assessed),
    sites,
    ...(detail === 'full' ? {} : { by_group: {} }),
    controls: isAsked ? [{ ...control, words: words.slice(0, WORDS[detail]) }] : [],
    total: isAsked ? 1 : 0,
    next_cursor: next,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'compliance',
      next === null ? null : furtherOf('entities'),
      cut('words', words.length > WORDS[detail], detail, 'stance compliance words'),
      cutSites,
    ),
  };
}

async function listed(
  view: EngineView,
  assessed: AssessedFramework,
  { framework, control, state, limit, cursor, detail = 'standard' }: Query,
  clock: Clock,
  turn: Turn,
): Promise<ComplianceEvidence> {
  const wanted = control === undefined ? null : new Set(controlsOf(framework, control));
  const page = new Page<AssessedControl>(limit, cursor);
  for (const [index, each] of assessed.controls.entries()) {
    if (wanted !== null && !wanted.has(each.control)) continue;
    if (state !== undefined && each.state !== state) continue;
    page.add({ first: URGENCY[each.state], second: index, id: each.control.id }, each);
  }
  const { items, total, next } = page;
  const { sites, cutSites } = sitesShown(view, detail);
  const gaps = GAPS_IN_LIST[detail];
  const since = detail === 'full' ? await sinceWhen(view, items, turn) : null;
  return {
    ...whole(assessed),
    sites,
    controls: items.map((each) => controlAnswer(each, gaps, since)),
    total,
    next_cursor: next,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'compliance',
      next === null ? null : furtherOf('controls'),
      cut(
        'gaps',
        items.some((each) => gapsOf(each).length > gaps),
        detail,
        'ask for one control',
      ),
      cut('since', since === null && items.some(failsBySomebody), detail),
      cutSites,
    ),
  };
}

/** Read of everybody once, for all controls of a page. */
async function sinceWhen(view: EngineView, controls: readonly AssessedControl[], turn: Turn) {
  const failing = new FailingEntities();
  for (const each of controls.filter(failsBySomebody)) failing.ask(failingFactors(each), 1);
  await failing.read(view, turn);
  return (factor: FactorName) => failing.since(factor);
}

function furtherOf(what: string) {
  return { what, how_to_get: 'ask again with cursor: next_cursor' };
}

function whole({ catalogue, state, counts, sight, groups }: AssessedFramework) {
  return { framework: catalogue.framework, state, counts, sight, by_group: groups };
}

const NEAREST_SHOWN = 5;

function unknownControl({ framework, control }: Query): ToolProblem | null {
  if (control === undefined || controlsOf(framework, control).length > 0) return null;
  const { controls } = CATALOGUES[framework];
  const groups = [...new Set(controls.flatMap((each) => each.groups))];
  const nearest = nearestControls(
    control.trim(),
    controls.map(({ id }) => id),
    groups,
  );
  const message = `"control" is none of ${framework}; allowed is an id such as ${controls[0]?.id ?? ''}, or one of the groups ${groups.join(', ')}`;
  return { code: 'invalid_input', message, nearest };
}

/** The same in other writing; what begins so, groups first; then what is written like it. */
function nearestControls(wanted: string, ids: readonly string[], groups: readonly string[]): string[] {
  const begun = [...groups, ...ids].filter((id) => id.toLowerCase().startsWith(wanted.toLowerCase()));
  const alike = [ids, groups].flatMap((some) =>
    nearestIds(
      wanted,
      some.map((id) => ({ id, name: null })),
      NEAREST_SHOWN,
    ),
  );
  const same = ids.filter((id) => plain(id) === plain(wanted));
  return [...new Set([...same, ...begun, ...alike])].slice(0, NEAREST_SHOWN);
}

/** Letters and numbers alone: `A8.08` is `A.8.8`. */
function plain(id: string): string {
  const parts = id.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
  return parts.map((part) => part.replace(/^0+(?=\d)/, '')).join(' ');
}
