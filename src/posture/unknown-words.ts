import type { EngineView } from '../engine/index.ts';
import { nearestIds, type ToolInput, type ToolProblem } from '../model/index.ts';
import { asWritten } from './asked-entity.ts';
import { componentAsked, isComponent, isNamed } from './component-asked.ts';
import type { Turn } from './turns.ts';

type Query = ToolInput<'search_entities'>;

const NEAREST_OFFERED = 5;
/** Components by name and version that are looked at for what is written alike. */
const COMPONENTS_READ = 20_000;
const CVE = /^[a-z]{2,}[-:_][\w.:-]+$/i;

/**
 * Nothing was found: whether a word of the question is one that nobody has, in which case nothing was said about anybody.
 * Everybody is looked at once more for it, in portions.
 */
export async function unknownWord(view: EngineView, query: Query, turn: Turn): Promise<ToolProblem | null> {
  const { policy, cve, site, kind, tag } = query;
  if (cve !== undefined && !CVE.test(cve)) return wrong('cve', cve, 'an id such as CVE-2026-0001', []);
  if (policy !== undefined && !view.policies.some(({ id }) => id === policy))
    return unknown(
      'policy',
      policy,
      view.policies.map(({ id }) => id),
    );
  if (site !== undefined || kind !== undefined) {
    const sites = new Set<string>(view.sites.map(({ id }) => id));
    const kinds = new Set<string>();
    for (const portion of view.glances()) {
      for (const glance of portion) {
        sites.add(glance.site);
        if (glance.kind !== null) kinds.add(glance.kind);
      }
      await turn();
    }
    if (site !== undefined && !sites.has(site)) return unknown('site', site, sites);
    if (kind !== undefined && !kinds.has(kind)) return unknown('kind', kind, kinds);
  }
  return tag === undefined && query.firmware === undefined && query.component === undefined
    ? null
    : unknownOfSomebody(view, query, turn);
}

/** What no glance tells. */
async function unknownOfSomebody(
  view: EngineView,
  { tag, firmware, component }: Query,
  turn: Turn,
): Promise<ToolProblem | null> {
  const tags = new Set<string>();
  const firmwares = new Set<string>();
  const components = new Map<string, Component>();
  for (const portion of view.glances()) {
    for (const { id } of portion) {
      const entity = view.entity(id);
      for (const each of entity?.profile.tags ?? []) tags.add(each);
      if (firmware !== undefined && entity?.profile.firmware) firmwares.add(entity.profile.firmware);
      if (component === undefined) continue;
      for (const each of entity?.components() ?? []) {
        if (components.size < COMPONENTS_READ) components.set(written(each), each);
      }
    }
    await turn();
  }
  if (tag !== undefined && !tags.has(tag)) return unknown('tag', tag, tags);
  if (firmware !== undefined && !firmwares.has(firmware)) return unknown('firmware', firmware, firmwares);
  return component === undefined ? null : unknownComponent(component, [...components.values()]);
}

interface Component {
  readonly name: string;
  readonly version: string | null;
}

/** A name that nobody has, or none of this version: then those that there are are offered. */
function unknownComponent(word: string, all: readonly Component[]): ToolProblem | null {
  const asked = componentAsked(word);
  const named = all.filter((each) => isNamed(asked, each));
  if (named.length === 0) {
    return unknown('component', word, new Set(all.map(({ name }) => name)), asked.name);
  }
  if (asked.version === null || named.some((each) => isComponent(asked, each))) return null;
  const versions = named.map(written).sort().slice(0, NEAREST_OFFERED);
  return wrong('component', word, 'one that is known here', versions);
}

function written({ name, version }: Component): string {
  return version === null ? name : `${name}@${version}`;
}

function unknown(field: string, word: string, known: Iterable<string>, like = word): ToolProblem {
  const all = [...known];
  const near = nearestIds(
    like,
    all.map((id) => ({ id, name: null })),
    NEAREST_OFFERED,
  );
  return wrong(field, word, `one that is known here`, near.length > 0 ? near : all.slice(0, NEAREST_OFFERED));
}

function wrong(field: string, word: string, allowed: string, nearest: readonly string[]): ToolProblem {
  return {
    code: 'invalid_input',
    message: `"${field}" was "${asWritten(word)}"; allowed is ${allowed}`,
    nearest,
  };
}
