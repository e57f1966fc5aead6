import type { FleetState } from '../data-directory/index.ts';
import { type EpochMs, iso, isoOrNull } from '../model/index.ts';
import type { FeedPlaces } from './feed-places.ts';
import type { Fetches } from './fetches.ts';
import type { IntelListing, IntelSourceReport } from './operations.ts';

/** When a source is looked at again, where a server does so by itself. */
export type NextLook = (id: string) => EpochMs | null;

/** What is active, by id, and how the fetching goes. */
export function listIntel(
  { engine }: FleetState,
  { fetches, places }: { readonly fetches: Fetches; readonly places: FeedPlaces },
  next: NextLook = () => null,
): IntelListing {
  const feeds = [...engine.feeds.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const warnings = engine.warnings.all().filter(({ entries }) => entries.length > 0);
  return {
    sources: [...fetches.all().keys()].sort().flatMap((id) => report(id, fetches, next)),
    actor_names: engine.actorNames.all().map(({ id, name, actors }) => ({
      id,
      place: places.of(id),
      name,
      actors: actors.length,
    })),
    warning_lists: warnings.map(({ id, name, effect, asOf, entries }) => ({
      id,
      place: places.of(id),
      name,
      effect,
      as_of: isoOrNull(asOf),
      entries: entries.length,
    })),
    feeds: feeds.map(({ id, format, lineage, asOf, listings }) => ({
      id,
      place: places.of(id),
      format,
      lineage,
      same_content_as: engine.indicators.same.get(id)?.as ?? null,
      as_of: iso(asOf),
      indicators: listings.length,
    })),
  };
}

function report(id: string, fetches: Fetches, next: NextLook): readonly IntelSourceReport[] {
  const fetch = fetches.of(id);
  if (fetch === null) return [];
  const { kind, tried, succeeded, failures, problem } = fetch;
  return [
    {
      id,
      kind,
      last_fetched: isoOrNull(succeeded),
      last_tried: iso(tried),
      next: isoOrNull(next(id)),
      failures,
      problem,
    },
  ];
}
