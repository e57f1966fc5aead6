import type { DestinationSelector, EntityId, EntityType, PartyGroup, PartySelector } from '../model/index.ts';

/** An entity as rules see it. */
export interface PolicyParty {
  readonly id: EntityId;
  /** Another id of the same entity: a server has two. */
  readonly alias?: EntityId | null;
  readonly type: EntityType;
  readonly kind: string | null;
  readonly tags: readonly string[];
  readonly site: string;
}

/** Whether an entity is one of those that a selector means: all that it names must hold. */
export function isAmong(selector: PartySelector, party: PolicyParty): boolean {
  const { ids, kinds, types, tags, labels, sites, groups } = selector;
  return (
    (ids === undefined || isNamed(ids, party)) &&
    (kinds === undefined || (party.kind !== null && kinds.includes(party.kind))) &&
    (types === undefined || types.includes(party.type)) &&
    (tags === undefined || hasOneOf(tags, party)) &&
    (labels === undefined || hasAllOf(labels, party)) &&
    (sites === undefined || sites.includes(party.site)) &&
    (groups === undefined || groups.some((group) => isAmong(group, party)))
  );
}

/** The places of a destination that are entities. */
export type PlacesOfParties = Pick<
  DestinationSelector,
  'ids' | 'kinds' | 'types' | 'tags' | 'labels' | 'groups'
>;

/** Whether an entity is one of the places of a destination: one that it names must hold. */
export function isPlace(selector: PlacesOfParties, party: PolicyParty): boolean {
  const { ids, kinds, types, tags, labels, groups } = selector;
  return (
    (ids !== undefined && isNamed(ids, party)) ||
    (kinds !== undefined && party.kind !== null && kinds.includes(party.kind)) ||
    types?.includes(party.type) === true ||
    (tags !== undefined && hasOneOf(tags, party)) ||
    (labels !== undefined && hasAllOf(labels, party)) ||
    groups?.some((group) => isAmong(group, party)) === true
  );
}

export function namesParties({ ids, kinds, types, tags, labels, groups }: PlacesOfParties): boolean {
  return [ids, kinds, types, tags, labels, groups].some((each) => each !== undefined);
}

/** Nothing is said of whom it is about. */
export function isAnybody(selector: PartySelector): boolean {
  return Object.values(selector).every((each) => each === undefined);
}

/** The ids that a selector names, itself or by a group. */
export function idsIn({
  ids = [],
  groups = [],
}: {
  readonly ids?: readonly string[];
  readonly groups?: readonly PartyGroup[];
}): readonly string[] {
  return [...ids, ...groups.flatMap((group) => group.ids ?? [])];
}

function isNamed(ids: readonly string[], { id, alias }: PolicyParty): boolean {
  return includes(ids, id) || (alias !== undefined && alias !== null && includes(ids, alias));
}

/** Longer lists are looked up as a set. */
const SHORT = 16;
/** Of longer lists, by the list: a group's stands in every rule that names it. */
const SETS = new WeakMap<readonly string[], ReadonlySet<string>>();

function includes(list: readonly string[], value: string): boolean {
  if (list.length <= SHORT) return list.includes(value);
  const set = SETS.get(list) ?? new Set(list);
  SETS.set(list, set);
  return set.has(value);
}

function hasOneOf(tags: readonly string[], party: PolicyParty): boolean {
  return party.tags.some((tag) => tags.includes(tag));
}

function hasAllOf(labels: readonly string[], party: PolicyParty): boolean {
  return labels.every((label) => party.tags.includes(label));
}
