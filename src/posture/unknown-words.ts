import type { EngineView } from '../engine/index.ts';
import { nearestIds, type ToolInput, type ToolProblem } from '../model/index.ts';
import { asWritten } from './asked-entity.ts';
import type { Turn } from './turns.ts';

type Query = ToolInput<'search_entities'>;

const NEAREST_OFFERED = 5;
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
  return tag === undefined ? null : unknownTag(view, tag, turn);
}

async function unknownTag(view: EngineView, tag: string, turn: Turn): Promise<ToolProblem | null> {
  const tags = new Set<string>();
  for (const portion of view.glances()) {
    for (const { id } of portion) for (const each of view.entity(id)?.profile.tags ?? []) tags.add(each);
    await turn();
  }
  return tags.has(tag) ? null : unknown('tag', tag, tags);
}

function unknown(field: string, word: string, known: Iterable<string>): ToolProblem {
  const all = [...known];
  const near = nearestIds(
    word,
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
