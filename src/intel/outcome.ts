import type { FleetState } from '../data-directory/index.ts';
import type { FeedReading } from '../exposure/index.ts';
import { type AllListings, type FeedId, iso } from '../model/index.ts';
import { activeKind } from './active-kind.ts';
import type { IntelFile, IntelImport } from './operations.ts';
import type { IntelSource } from './source.ts';

const REFUSALS_SHOWN = 10;

/** What became of one file, before its time is measured. */
export type Outcome = Omit<IntelFile, 'seconds'>;

export function untaken({ path, id }: Pick<IntelSource, 'path' | 'id'>): Outcome {
  return {
    path,
    id,
    kind: null,
    state: 'not_intel',
    format: null,
    as_of: null,
    records: 0,
    indicators: 0,
    refused: 0,
    reasons: {},
    refusals: [],
    skipped: 0,
    skips: {},
    message: null,
  };
}

export function isTaken({ state }: Pick<IntelFile, 'state'>): boolean {
  return state !== 'broken' && state !== 'not_intel';
}

/** Of what its server did not send again: it says what it said. */
export function unchanged(source: IntelSource, state: FleetState): Outcome {
  const none = { ...untaken(source), state: 'unchanged', kind: activeKind(state, source.id) } as const;
  const feed = state.engine.feeds.get(source.id as FeedId);
  if (feed === undefined)
    return { ...none, format: none.kind === 'actor_names' ? 'actor_catalogue' : 'misp_warninglist' };
  const { format, asOf, listings } = feed;
  return { ...none, format, as_of: iso(asOf), indicators: listings.length };
}

export function counts({
  feed,
  records,
  refused,
  refusedTotal,
  reasons,
  skipped,
}: Extract<FeedReading<AllListings>, { ok: true }>): Partial<Outcome> {
  return {
    format: feed.format,
    as_of: iso(feed.asOf),
    records,
    indicators: feed.listings.length,
    refused: refusedTotal,
    reasons,
    refusals: shownRefusals(refused),
    skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
    skips: skipped,
  };
}

export function shownRefusals<T>(refused: readonly T[]): readonly T[] {
  return refused.slice(0, REFUSALS_SHOWN);
}

export function summary(files: readonly IntelFile[], seconds: number): IntelImport {
  const sum = (of: (file: IntelFile) => number) => files.reduce((total, file) => total + of(file), 0);
  return {
    files,
    records: sum(({ records }) => records),
    indicators: sum(({ indicators }) => indicators),
    refused: sum(({ refused }) => refused),
    broken: sum(({ state }) => (state === 'broken' ? 1 : 0)),
    seconds,
  };
}
