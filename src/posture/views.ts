import type { EngineView, LiveView } from '../engine/index.ts';
import {
  type Cause,
  type EntityId,
  type EpochMs,
  type FactorName,
  iso,
  type ToolProblem,
} from '../model/index.ts';
import type { Clock } from './framing.ts';
import type { Turn } from './turns.ts';

/** How much of the fleet an answer looks at: few of its entities, its sums too, or every one. */
export type Scope = 'few' | 'sums' | 'all';

/** A published change of an entity: the factors that it moved, and by what it came. */
export interface CausedMove {
  readonly at: EpochMs;
  readonly cause: Cause;
  readonly factors: readonly FactorName[];
}

/** How the fetching of feeds goes, where they are fetched. */
export interface FeedFetching {
  /** When any of them was last found as its source has it. */
  readonly last: EpochMs | null;
  readonly failing: readonly {
    readonly feed: string;
    readonly last: EpochMs | null;
    readonly problem: string;
  }[];
}

/** What there is to answer from: the engine as it stands, and what was kept of earlier instants. */
export interface PostureViews {
  readonly now: LiveView;
  /** The fleet as it was at an instant before now, read in turns; a problem where that is not kept. */
  asOf(at: EpochMs, scope: Scope, turn?: Turn): Promise<EngineView | ToolProblem>;
  /** What was published of an entity after `from` and up to `until`, oldest first. */
  changes(entity: EntityId, from: EpochMs, until: EpochMs): Promise<readonly CausedMove[]>;
  /** As it goes now; of earlier instants it is not kept. */
  fetching?(): FeedFetching;
}

/** Views of an engine whose past nobody keeps. */
export function presentOnly(now: LiveView): PostureViews {
  return {
    now,
    asOf: async (at) => refused('as_of', at, 'no earlier instant is kept here: ask without as_of'),
    changes: async () => [],
  };
}

/** An instant as somebody gave it, and how much of the fleet is looked at. */
interface Asked {
  readonly field: 'as_of' | 'from' | 'to';
  readonly instant: string | undefined;
  readonly scope: Scope;
}

/** The view that a question is about. From the newest data on it is the present one: its answer says as of when. */
export async function viewAt(
  views: PostureViews,
  { field, instant, scope }: Asked,
  clock: Clock,
  turn?: Turn,
): Promise<EngineView | ToolProblem> {
  if (instant === undefined) return views.now;
  const at = Date.parse(instant);
  const newest = views.now.now ?? 0;
  const latest = Math.max(clock(), newest);
  if (at > latest)
    return refused(field, at, `it lies in the future; allowed is any instant up to ${iso(latest)}`);
  if (at >= newest) return views.now;
  const view = await views.asOf(at, scope, turn);
  return 'message' in view ? { ...view, message: view.message.replace('"as_of"', `"${field}"`) } : view;
}

/** An instant that cannot be answered of: the field, what came, what is allowed. */
export function refused(field: string, at: EpochMs, why: string): ToolProblem {
  return { code: 'invalid_input', message: `"${field}" was ${iso(at)}; ${why}`, nearest: [] };
}
