import { type Finding, findingsOf, type Producer } from '../findings/index.ts';
import { BEFORE_ALL, type Origin, originText, rank, readOrigin, SEVERITIES } from '../model/index.ts';
import type { Message, Outbox } from '../outputs/index.ts';
import type { FleetState } from './fleet-state.ts';
import type { FindingsArgs, FindingsPage } from './operations.ts';
import { instant, instantIn, invalid } from './said.ts';
import { VERSION } from './version.ts';

/** The published changes as receivers read them: straight from the history, which keeps them. */
export function outboxOf(state: FleetState): Outbox {
  return {
    after: (cursor, limit) =>
      state.past.history.published(cursor, limit).map((publication) => ({
        origin: publication.origin,
        messages: findingsOf(publication, producerOf(state)).map(messageOf),
      })),
    waiting: (cursor, limit) => state.past.history.publishedCount(cursor, limit),
  };
}

/** Findings after a place, as far as they are read at once. @throws OperationError `invalid_arguments` */
export function findingsPage(state: FleetState, asked: FindingsArgs): FindingsPage {
  const { since, notBefore, minLevel, limit } = asked;
  state.past.write();
  const { history } = state.past;
  const from = placeOf(state, since);
  const publications = history.published(from, limit);
  const least = rank(SEVERITIES, minLevel);
  const producer = producerOf(state);
  const earliest = notBefore === null ? Number.NEGATIVE_INFINITY : instant('not_before', notBefore);
  const findings = publications
    // The time of the data does not always go on with the records: after one that is ahead come earlier ones.
    .filter(({ at }) => at >= earliest)
    .flatMap((publication) => findingsOf(publication, producer))
    .filter(({ level }) => rank(SEVERITIES, level) >= least);
  const last = publications.at(-1)?.origin ?? from;
  return { findings, next: originText(last), more: publications.length === limit };
}

function producerOf({ fleet }: FleetState): Producer {
  return { version: VERSION, tenant: fleet?.tenant ?? 'default' };
}

function messageOf({ uid, level, at, kind, event }: Finding): Message {
  return { uid, level, at, kind, body: JSON.stringify(event) };
}

/** Everything, what was told at an instant or later, or what was told after a sequence. */
function placeOf({ journal, past: { history } }: FleetState, since: string | null): Origin {
  if (since === null) return BEFORE_ALL;
  const newest = history.newestPublished ?? BEFORE_ALL;
  const origin = readOrigin(since);
  if (origin === null) {
    const at = instantIn(since);
    if (at !== null) return history.publishedSince(at) ?? newest;
    throw invalid(
      'since',
      since,
      'an instant such as 2026-05-21T09:00:00Z, or the sequence of a finding such as 1234.5',
    );
  }
  if (origin.record <= journal.length) return origin;
  // Of another directory, or from before an older backup was restored: all up to there would be missed unnoticed.
  throw invalid('since', since, `a sequence up to ${originText(newest)}, the newest in this data directory`);
}
