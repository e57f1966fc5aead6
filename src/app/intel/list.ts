import { iso, isoOrNull } from '../../model/index.ts';
import type { FleetState } from '../fleet-state.ts';
import type { IntelListing } from './operations.ts';

/** What is active, by id. */
export function listIntel({ engine }: FleetState): IntelListing {
  const feeds = [...engine.feeds.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const warnings = engine.warnings.all();
  return {
    actor_names: engine.actorNames.all().map(({ id, name, actors }) => ({ id, name, actors: actors.length })),
    warning_lists: warnings.map(({ id, name, effect, asOf, entries }) => ({
      id,
      name,
      effect,
      as_of: isoOrNull(asOf),
      entries: entries.length,
    })),
    feeds: feeds.map(({ id, format, lineage, asOf, listings }) => ({
      id,
      format,
      lineage,
      as_of: iso(asOf),
      indicators: listings.length,
    })),
  };
}
