import type { EngineView, EntityGlance, EntityView } from '../engine/index.ts';
import {
  type Detail,
  type EntityId,
  type EntitySearch,
  isoOrNull,
  LIMITS,
  parseAddress,
  rank,
  RISK_LEVELS,
  type ToolInput,
  type ToolProblem,
} from '../model/index.ts';
import { bySealed } from './asked-entity.ts';
import { type ComponentAsked, componentAsked, isComponent } from './component-asked.ts';
import { type Clock, framing } from './framing.ts';
import { cut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { Page, type Place } from './paging.ts';
import type { Turn } from './turns.ts';
import { unknownWord } from './unknown-words.ts';

type Query = ToolInput<'search_entities'>;
type Group = NonNullable<Query['group_by']>;

/** Who asks for groups wants their counts; a page lists only so many entities beside them. */
const EXAMPLES_WITH_GROUPS = 5;
const GROUPS_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 20, standard: 50, full: 100 };

/** Conditions for which an entity is looked into. */
const LOOKED_INTO = [
  'tag',
  'firmware',
  'query',
  'factor',
  'cve',
  'component',
  'policy',
  'last_seen_before',
  'violated_since',
  'expires_before',
] as const satisfies readonly (keyof Query)[];

/** The same that `get_threat_context` calls approximate. */
const MORE_MET_IT = {
  what: `entities beyond the ${LIMITS.entitiesPerDestination} that are remembered of what was contacted, or forgotten since: total is of the others`,
  how_to_get: 'get_threat_context counts the contacts',
};

const AT_A_GLANCE: ReadonlySet<Group> = new Set(['risk_level', 'kind', 'site', 'type']);

function badWord(field: string, message: string): ToolProblem {
  return { code: 'invalid_input', message: `"${field}": ${message}`, nearest: [] };
}

/** What a search looks at that is not kept of the past. */
const OF_THE_PRESENT = [
  'contacted',
  'cve',
  'component',
  'violated_since',
  'expires_before',
  'last_seen_before',
] as const satisfies readonly (keyof Query)[];

/** A condition that cannot be told of the instant asked for: refused, not guessed. */
export function unanswerable({ asOf }: EngineView, query: Query): ToolProblem | null {
  const asked = asOf === null ? undefined : OF_THE_PRESENT.find((name) => query[name] !== undefined);
  if (asked === undefined) return null;
  const message = `"${asked}" and "as_of" do not go together: that is not kept of the past; allowed with it are all conditions but ${OF_THE_PRESENT.join(', ')}`;
  return { code: 'invalid_input', message, nearest: [] };
}

/**
 * Entities that meet every given condition, worst first; groups with counts where asked for. Others have their turn
 * while a large fleet is read: each entity counts once, as it stood when it was looked at, and those shown are looked
 * at again at the end.
 */
export async function entitySearch(
  view: EngineView,
  query: Query,
  clock: Clock,
  turn: Turn,
): Promise<EntitySearch | ToolProblem> {
  const met = query.contacted === undefined ? null : view.contacted(query.contacted);
  if (met !== null && 'refused' in met) return badWord('contacted', met.refused);
  const search = new Search(view, query, met && new Set(met.entities));
  for (const portion of view.glances()) {
    for (const glance of portion) search.look(glance);
    await turn();
  }
  const { shown, total, next } = search.found();
  const unknown = total === 0 ? await unknownWord(view, query, turn) : null;
  if (unknown !== null) return unknown;
  const groups = search.groups();
  const { detail = 'standard' } = query;
  return {
    entities: shown.map(searchAnswer),
    groups: groups.slice(0, GROUPS_PER_DETAIL[detail]),
    total,
    next_cursor: next,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'entities',
      next === null ? null : { what: 'entities', how_to_get: 'ask again with cursor: next_cursor' },
      met?.isApproximate === true ? MORE_MET_IT : null,
      cut('groups', groups.length > GROUPS_PER_DETAIL[detail], detail, 'ask again with a further condition'),
    ),
  };
}

/** The conditions, and what of them is read once. */
interface Asked {
  readonly query: Query;
  /** Whom the query names by what is kept of it only sealed: an account, a MAC. */
  readonly known: ReadonlySet<EntityId>;
  readonly component: ComponentAsked | null;
}

class Search {
  readonly #view: EngineView;
  readonly #query: Query;
  readonly #contacted: ReadonlySet<EntityId> | null;
  readonly #isGlanceEnough: boolean;
  readonly #asked: Asked;
  readonly #page: Page<EntityId>;
  readonly #counts = new Map<string, number>();

  constructor(view: EngineView, query: Query, contacted: ReadonlySet<EntityId> | null) {
    const { group_by: by, limit } = query;
    this.#view = view;
    this.#query = query;
    this.#contacted = contacted;
    this.#asked = {
      query,
      known: new Set(query.query === undefined ? [] : bySealed(view, query.query)),
      component: query.component === undefined ? null : componentAsked(query.component),
    };
    this.#isGlanceEnough =
      (by === undefined || AT_A_GLANCE.has(by)) &&
      LOOKED_INTO.every((condition) => query[condition] === undefined);
    this.#page = new Page(by === undefined ? limit : Math.min(limit, EXAMPLES_WITH_GROUPS), query.cursor);
  }

  look(glance: EntityGlance): void {
    if (!meetsAtAGlance(glance, this.#query, this.#contacted)) return;
    const entity = this.#isGlanceEnough ? null : this.#view.entity(glance.id);
    if (!this.#isGlanceEnough && (entity === null || !meets(entity, this.#asked))) return;
    this.#page.add(placeOf(glance), glance.id);
    const by = this.#query.group_by;
    if (by === undefined) return;
    for (const key of keysOf(glance, entity, by)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** What is shown is as it stands now; what no longer meets the conditions is not counted either. */
  found(): { readonly shown: readonly EntityView[]; readonly total: number; readonly next: string | null } {
    const { items: ids, total, next } = this.#page;
    const shown = ids.flatMap((id) => {
      const entity = this.#view.entity(id);
      return entity?.id === id && this.#stillMeets(entity) ? [entity] : [];
    });
    return { shown, total: total - (ids.length - shown.length), next };
  }

  groups(): EntitySearch['groups'] {
    return [...this.#counts]
      .map(([key, count]) => ({ key, count }))
      .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }

  #stillMeets(entity: EntityView): boolean {
    const { profile, id, riskLevel, scoreExact } = entity;
    const glance = {
      ...profile,
      isEnrolled: profile.enrolment.state === 'enrolled',
      id,
      riskLevel,
      scoreExact,
    };
    return meetsAtAGlance(glance, this.#query, this.#contacted) && meets(entity, this.#asked);
  }
}

function meetsAtAGlance(
  glance: EntityGlance,
  query: Query,
  contacted: ReadonlySet<EntityId> | null,
): boolean {
  if (query.risk_level !== undefined && glance.riskLevel !== query.risk_level) return false;
  if (query.type !== undefined && !typesOf(glance).includes(query.type)) return false;
  if (query.kind !== undefined && glance.kind !== query.kind) return false;
  if (query.site !== undefined && glance.site !== query.site) return false;
  if (query.enrolled !== undefined && glance.isEnrolled !== query.enrolled) return false;
  return contacted === null || contacted.has(glance.id);
}

/** The conditions that no glance answers. */
function meets(entity: EntityView, asked: Asked): boolean {
  return meetsProfile(entity, asked) && meetsPosture(entity, asked) && meetsTimes(entity, asked.query);
}

function meetsProfile(entity: EntityView, { query, known }: Asked): boolean {
  const { id, profile } = entity;
  if (query.tag !== undefined && !profile.tags.includes(query.tag)) return false;
  if (query.firmware !== undefined && profile.firmware !== query.firmware) return false;
  if (query.query === undefined || known.has(id)) return true;
  const { name, kind, manufacturer, model, owner, alias, tags } = profile;
  const address = parseAddress(query.query.trim().replaceAll('[.]', '.'));
  const wanted = address ?? query.query.toLowerCase();
  return [id, alias, name, ...entity.addresses(), kind, manufacturer, model, owner, ...tags].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

/** A server is a device and a workload at once. */
function typesOf({ type, alias }: EntityGlance): readonly string[] {
  return alias === null ? [type] : ['device', 'workload'];
}

function meetsPosture(entity: EntityView, { query, component }: Asked): boolean {
  if (query.factor !== undefined && !entity.factorNames.some((name) => name === query.factor)) return false;
  if (
    query.cve !== undefined &&
    !entity.vulnerabilities().some(({ cve }) => cve === query.cve?.toUpperCase())
  )
    return false;
  if (component !== null && !entity.components().some((each) => isComponent(component, each))) return false;
  return query.policy === undefined || entity.policies().some(({ id }) => id === query.policy);
}

function meetsTimes(entity: EntityView, query: Query): boolean {
  const { profile } = entity;
  if (query.last_seen_before !== undefined && (profile.lastSeen ?? 0) >= Date.parse(query.last_seen_before))
    return false;
  if (query.violated_since !== undefined) {
    const since = Date.parse(query.violated_since);
    if (!entity.violations().some(({ at }) => at >= since)) return false;
  }
  if (query.expires_before === undefined) return true;
  const before = Date.parse(query.expires_before);
  const ends = [
    ...entity.certificatesExpiring(),
    ...(profile.supportEnds === null ? [] : [profile.supportEnds]),
  ];
  return ends.some((end) => end < before);
}

/** Worst first. */
function placeOf({ id, riskLevel, scoreExact }: EntityGlance): Place {
  return { first: -rank(RISK_LEVELS, riskLevel), second: scoreExact, id };
}

function searchAnswer({
  id,
  profile,
  score,
  riskLevel,
  riskReason,
}: EntityView): EntitySearch['entities'][number] {
  return {
    id,
    type: profile.type,
    kind: profile.kind,
    name: profile.name,
    site: profile.site,
    enrolled: profile.enrolment.state === 'enrolled',
    posture_score: score,
    risk_level: riskLevel,
    risk_reason: riskReason,
    last_seen: isoOrNull(profile.lastSeen),
  };
}

/** @param entity looked into, for groups that no glance tells */
function keysOf(glance: EntityGlance, entity: EntityView | null, by: Group): readonly string[] {
  switch (by) {
    case 'risk_level':
      return [glance.riskLevel];
    case 'kind':
      return [glance.kind ?? 'unknown'];
    case 'site':
      return [glance.site];
    case 'type':
      return typesOf(glance);
    case 'manufacturer':
      return [entity?.profile.manufacturer ?? 'unknown'];
    case 'firmware':
      return [entity?.profile.firmware ?? 'unknown'];
    case 'factor':
      return entity?.factorNames ?? [];
  }
}
