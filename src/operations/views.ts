import { beginningOf, type HistoryKeeper } from '../data-directory/index.ts';
import { createEngineView, type Engine } from '../engine/index.ts';
import type { Fetches } from '../intel/index.ts';
import { type EpochMs, iso, type ToolProblem } from '../model/index.ts';
import { createPastView, type FeedFetching, type PostureViews, refused } from '../posture/index.ts';

interface Told {
  readonly engine: Engine;
  readonly past: HistoryKeeper;
}

/** What there is to answer from: the engine, and the history of what it told. */
export function viewsOf({ engine, past }: Told, fetches: Fetches | null = null): PostureViews {
  const now = createEngineView(engine);
  return {
    now,
    asOf: async (at, scope, turn) => {
      past.write();
      const { span } = past;
      if (span === null) return refused('as_of', at, 'nothing is kept of the past yet: ask without as_of');
      if (at < span.from) return tooEarly(at, span.from, beginningOf(past.history) !== null);
      if (past.isBehind && at >= span.until) return behind(at, span.until);
      const then = past.history.asOf(at);
      if (scope !== 'few') await then.stand(turn);
      if (scope === 'all') await then.gather(turn);
      return createPastView(then, now, past.imports);
    },
    changes: async (entity, from, until) => {
      past.write();
      return past.history.changes(entity, from, until);
    },
    ...(fetches === null ? {} : { fetching: () => fetchingOf(fetches) }),
  };
}

function fetchingOf(fetches: Fetches): FeedFetching {
  const all = [...fetches.all()].sort(([a], [b]) => (a < b ? -1 : 1));
  const times = all.flatMap(([, { succeeded }]) => succeeded ?? []);
  return {
    last: times.length === 0 ? null : Math.max(...times),
    failing: all.flatMap(([feed, { succeeded, problem }]) =>
      problem === null ? [] : [{ feed, last: succeeded, problem }],
    ),
  };
}

/** Forgotten, or lost with a history that was begun anew since. */
function tooEarly(at: EpochMs, oldest: EpochMs, isBegun: boolean): ToolProblem {
  const why = isBegun ? '; history was begun anew there, because what was kept before was lost' : '';
  return refused('as_of', at, `allowed is any instant from ${iso(oldest)}, the oldest that is kept${why}`);
}

/** What came since is not in the file: an older state must not pass for that of the instant asked for. */
function behind(at: EpochMs, until: EpochMs): ToolProblem {
  return refused(
    'as_of',
    at,
    `history is written up to ${iso(until)} (stance doctor says whether its disk refuses); allowed is any instant before, or ask without as_of`,
  );
}
