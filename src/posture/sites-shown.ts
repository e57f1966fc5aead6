import type { EngineView } from '../engine/index.ts';
import type { Detail } from '../model/index.ts';
import { cut, type LeftOut } from './left-out.ts';

const SITES_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 20, full: 200 };

/** The sites that an answer is about, as the configuration has them. */
export function sitesShown(
  { sites }: EngineView,
  detail: Detail,
): { readonly sites: string[]; readonly cutSites: LeftOut | null } {
  const shown = SITES_PER_DETAIL[detail];
  return {
    sites: sites.slice(0, shown).map(({ id }) => id),
    cutSites: cut('sites', sites.length > shown, detail, 'search_entities with group_by: site'),
  };
}
