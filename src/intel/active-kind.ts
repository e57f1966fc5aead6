import type { FleetState } from '../data-directory/index.ts';
import type { FeedId } from '../model/index.ts';

/** What may be active under an id. */
export type ActiveKind = 'feed' | 'warning_list' | 'actor_names';

/** `null` where nothing is. Of a warning list that was taken back its name stays, without an entry. */
export function activeKind({ engine }: Pick<FleetState, 'engine'>, id: string): ActiveKind | null {
  if (engine.feeds.has(id as FeedId)) return 'feed';
  if ((engine.warnings.get(id)?.entries.length ?? 0) > 0) return 'warning_list';
  return engine.actorNames.get(id) === undefined ? null : 'actor_names';
}
