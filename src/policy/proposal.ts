import {
  type DestinationSelector,
  type Policy,
  type PolicyId,
  parseNetwork,
  formatNetwork,
} from '../model/index.ts';

/** Where the members of a kind ordinarily go. */
export interface KindUses {
  readonly kind: string;
  readonly members: number;
  /** Of them those whose baseline is established. */
  readonly established: number;
  readonly destinations: readonly DestinationUse[];
}

export interface DestinationUse {
  /** An entity of the fleet, a registrable domain or an address. */
  readonly key: string;
  readonly entity: { readonly id: string; readonly kind: string | null } | null;
  /** Those whose established baseline knows it. */
  readonly members: readonly string[];
  /** How it is used, and by whom. */
  readonly services: readonly ServiceUse[];
}

interface ServiceUse {
  readonly service: string;
  readonly members: readonly string[];
}

/** A place that a proposal allows, or leaves out, and on what grounds. */
interface ProposedPlace {
  readonly place: string;
  /** Established members that know it. */
  readonly members: number;
  readonly services: readonly string[];
}

/** A least-privilege policy for one kind of device. */
export interface Proposal {
  readonly kind: string;
  readonly members: number;
  readonly established: number;
  readonly policies: readonly Policy[];
  readonly allowed: readonly ProposedPlace[];
  /** Known to too few members to be the kind's: the policy would deny them. */
  readonly leftOut: readonly ProposedPlace[];
  /** Why nothing is proposed; `null` where something is. */
  readonly refused: string | null;
}

/** What fewer members do says nothing of their kind. */
const LEAST_ESTABLISHED = 3;
/** What one member in ten does, and two at least, is the kind's. */
const COMMON_SHARE = 0.1;
/** From so many destinations of one kind on, the kind is allowed: a new printer needs no new policy. */
const LEAST_OF_KIND = 3;
/** More services than these are chosen by chance (passive FTP, RPC): the place is allowed as a whole. */
const MOST_SERVICES = 16;
const ALLOW_PRIORITY = 210;
const DENY_PRIORITY = 200;

/** What the baselines of several kinds suggest; kinds that are spelt alike in an id are numbered. */
export function proposeForAll(uses: readonly KindUses[]): readonly Proposal[] {
  const taken = new Set<string>();
  return uses.map((each) => {
    const plain = nameOf(each.kind);
    let name = plain;
    for (let number = 2; taken.has(name); number++) name = `${plain}-${number}`;
    taken.add(name);
    return proposeFor(each, name);
  });
}

/** A kind as ids spell it. */
function nameOf(kind: string): string {
  return kind
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]/g, '-')
    .slice(0, 60);
}

/** What the baselines of a kind suggest: what its members commonly do is allowed, all else denied; to be watched first. */
export function proposeFor(
  { kind, members, established, destinations }: KindUses,
  name: string = nameOf(kind),
): Proposal {
  const nothing = { kind, members, established, policies: [], allowed: [], leftOut: [] };
  if (established < LEAST_ESTABLISHED)
    return {
      ...nothing,
      refused: `only ${established} of ${members} have an established baseline; ${LEAST_ESTABLISHED} are needed`,
    };
  const least = Math.max(2, Math.ceil(COMMON_SHARE * established));
  const places = byKind(kind, destinations, least);
  const allowed = places.filter((each) => each.members >= least);
  const leftOut = places
    .filter((each) => each.members < least)
    .map(shown)
    .sort(mostKnownFirst);
  if (allowed.length === 0)
    return {
      ...nothing,
      leftOut,
      refused: `no destination is known to ${least} of its ${established} established members`,
    };
  return {
    kind,
    members,
    established,
    policies: policiesOf(kind, name, allowed),
    allowed: allowed.map(shown).sort(mostKnownFirst),
    leftOut,
    refused: null,
  };
}

interface Allowed {
  readonly selector: DestinationSelector;
  readonly place: string;
  readonly members: number;
  /** `null`: all. */
  readonly services: readonly string[] | null;
}

/** Entities of one kind that are destinations, taken together where there are several; all else by itself. */
function byKind(own: string, destinations: readonly DestinationUse[], least: number): Allowed[] {
  const groups = new Map<string, DestinationUse[]>();
  const single: DestinationUse[] = [];
  for (const use of destinations) {
    const kind = use.entity?.kind ?? null;
    // Its own kind is never allowed as a whole: that is how an attacker moves from one to the next.
    if (kind === null || kind === own) single.push(use);
    else pushTo(groups, kind, use);
  }
  const joined = [...groups].flatMap(([kind, uses]): Allowed[] => {
    const common = uses.filter(({ members }) => members.length >= least);
    const all = new Set(uses.flatMap(({ members }) => members));
    // Each member has its own printer: the kind is common though none of them is.
    const ways = uses.flatMap((use) => use.services);
    // What one of them did by itself is no reason to let all of them do it to every machine of the kind.
    const isUsedAlike = ways.length === 0 || commonServices(ways, least).length > 0;
    if (uses.length < LEAST_OF_KIND || common.length * 2 > uses.length || all.size < least || !isUsedAlike) {
      for (const use of uses) single.push(use);
      return [];
    }
    const services = servicesOf(ways, least);
    return [{ selector: { kinds: [kind] }, place: `any ${kind}`, members: all.size, services }];
  });
  return [...joined, ...single.map((use) => singly(use, least))];
}

function singly({ key, entity, members, services }: DestinationUse, least: number): Allowed {
  const network = entity === null ? parseNetwork(key) : null;
  const selector: DestinationSelector =
    entity !== null
      ? { ids: [entity.id] }
      : network !== null
        ? { networks: [formatNetwork(network)] }
        : { domains: [key] };
  return { selector, place: key, members: members.length, services: servicesOf(services, least) };
}

/** The services that are common; those that there are where none is; `null` where nothing is known, or too much. */
function servicesOf(services: readonly ServiceUse[], least: number): readonly string[] | null {
  const common = commonServices(services, least);
  const kept = (
    common.length > 0 ? [...common] : [...new Set(services.map(({ service }) => service))]
  ).sort();
  return kept.length === 0 || kept.length > MOST_SERVICES ? null : kept;
}

/** Those of several members: who uses several machines by one is one. */
function commonServices(services: readonly ServiceUse[], least: number): readonly string[] {
  const users = new Map<string, Set<string>>();
  for (const { service, members } of services) {
    const known = users.get(service) ?? new Set<string>();
    users.set(service, known);
    for (const member of members) known.add(member);
  }
  return [...users].filter(([, members]) => members.size >= least).map(([service]) => service);
}

/** One rule for the places of the same services, and one that denies what is left. */
function policiesOf(kind: string, name: string, allowed: readonly Allowed[]): readonly Policy[] {
  const byServices = new Map<string, Allowed[]>();
  for (const each of allowed) {
    const key = (each.services ?? []).join(' ');
    pushTo(byServices, key, each);
  }
  const common = { mode: 'monitor', subject: { kinds: [kind] } } as const;
  const rules = [...byServices]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([, places], index): Policy => ({
        id: `pol_proposed_${name}_${index + 1}` as PolicyId,
        description: `What ${kind} ordinarily does, by its baselines.`,
        priority: ALLOW_PRIORITY,
        action: 'allow',
        ...common,
        destination: {
          ...placesTogether(places.map(({ selector }) => selector)),
          ...(places[0]?.services === null || places[0] === undefined
            ? {}
            : { services: places[0].services }),
        },
      }),
    );
  const rest: Policy = {
    id: `pol_proposed_${name}_least_privilege` as PolicyId,
    description: `Whatever else ${kind} does.`,
    priority: DENY_PRIORITY,
    action: 'deny',
    ...common,
    destination: {},
  };
  return [...rules, rest];
}

function pushTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function placesTogether(selectors: readonly DestinationSelector[]): DestinationSelector {
  const all = (key: 'ids' | 'kinds' | 'networks' | 'domains') => {
    const values = selectors.flatMap((selector) => selector[key] ?? []).sort();
    return values.length === 0 ? {} : { [key]: values };
  };
  return { ...all('kinds'), ...all('ids'), ...all('networks'), ...all('domains') };
}

function shown({ place, members, services }: Allowed): ProposedPlace {
  return { place, members, services: services ?? [] };
}

function mostKnownFirst(a: ProposedPlace, b: ProposedPlace): number {
  return b.members - a.members || (a.place < b.place ? -1 : 1);
}
