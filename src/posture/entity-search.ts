import type { EngineView, EntityView } from '../engine/index.ts';
import {
  type EntityId,
  type EntitySearch,
  isoOrNull,
  rank,
  RISK_LEVELS,
  type ToolInput,
  type ToolProblem,
} from '../model/index.ts';
import { type Clock, framing } from './framing.ts';
import { leftOut } from './not-kept.ts';
import { page } from './paging.ts';

type Query = ToolInput<'search_entities'>;
type Group = NonNullable<Query['group_by']>;

/** Who asks for groups wants their counts; a page lists only so many entities beside them. */
const EXAMPLES_WITH_GROUPS = 5;

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

/** Entities that meet every given condition, worst first; groups with counts where asked for. */
export function entitySearch(view: EngineView, query: Query, clock: Clock): EntitySearch {
  const contacted = query.contacted === undefined ? null : new Set(view.contacted(query.contacted) ?? []);
  const matching = [...view.entities()].filter((entity) => meets(entity, query, contacted)).sort(byRisk);
  const limit = query.group_by === undefined ? query.limit : Math.min(query.limit, EXAMPLES_WITH_GROUPS);
  const { items, next } = page(matching, ({ id }) => id, limit, query.cursor);
  return {
    entities: items.map(searchAnswer),
    groups: query.group_by === undefined ? [] : groups(matching, query.group_by),
    total: matching.length,
    next_cursor: next,
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'entities',
      next === null ? null : { what: 'entities', how_to_get: 'ask again with cursor: next_cursor' },
    ),
  };
}

function meets(entity: EntityView, query: Query, contacted: ReadonlySet<EntityId> | null): boolean {
  return (
    meetsProfile(entity, query) &&
    meetsPosture(entity, query) &&
    (contacted === null || contacted.has(entity.id)) &&
    meetsTimes(entity, query)
  );
}

function meetsProfile(entity: EntityView, query: Query): boolean {
  const { id, profile } = entity;
  if (query.type !== undefined && !typesOf(profile).includes(query.type)) return false;
  if (query.kind !== undefined && profile.kind !== query.kind) return false;
  if (query.site !== undefined && profile.site !== query.site) return false;
  if (query.tag !== undefined && !profile.tags.includes(query.tag)) return false;
  if (query.firmware !== undefined && profile.firmware !== query.firmware) return false;
  if (query.enrolled !== undefined && (profile.enrolment.state === 'enrolled') !== query.enrolled)
    return false;
  if (query.query === undefined) return true;
  const { name, kind, manufacturer, model, owner, alias, tags } = profile;
  const wanted = query.query.toLowerCase();
  return [id, alias, name, ...entity.addresses(), kind, manufacturer, model, owner, ...tags].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}

/** A server is a device and a workload at once. */
function typesOf({ type, alias }: EntityView['profile']): readonly string[] {
  return alias === null ? [type] : ['device', 'workload'];
}

function meetsPosture(entity: EntityView, query: Query): boolean {
  if (query.risk_level !== undefined && entity.riskLevel !== query.risk_level) return false;
  if (query.factor !== undefined && !entity.factorNames.some((name) => name === query.factor)) return false;
  if (
    query.cve !== undefined &&
    !entity.vulnerabilities().some(({ cve }) => cve === query.cve?.toUpperCase())
  )
    return false;
  const component = query.component?.toLowerCase();
  if (
    component !== undefined &&
    !entity.components().some(({ name }) => name.toLowerCase().includes(component))
  )
    return false;
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

function byRisk(a: EntityView, b: EntityView): number {
  return (
    rank(RISK_LEVELS, b.riskLevel) - rank(RISK_LEVELS, a.riskLevel) ||
    a.scoreExact - b.scoreExact ||
    (a.id < b.id ? -1 : 1)
  );
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

function groups(entities: readonly EntityView[], by: Group): EntitySearch['groups'] {
  const counts = new Map<string, number>();
  for (const entity of entities) {
    for (const key of keysOf(entity, by)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
    .slice(0, 100);
}

function keysOf({ profile, riskLevel, factorNames }: EntityView, by: Group): readonly string[] {
  if (by === 'factor') return factorNames;
  if (by === 'risk_level') return [riskLevel];
  return [profile[by] ?? 'unknown'];
}
