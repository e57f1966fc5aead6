import { beginningOf, type FleetState } from '../../data-directory/index.ts';
import { inTurns, VERSION } from '../../effects/index.ts';
import { type Finding, findingsOf, type Producer } from '../../findings/index.ts';
import {
  BEFORE_ALL,
  type EpochMs,
  isBefore,
  isoOrNull,
  type Origin,
  originText,
  type Publication,
  rank,
  readOrigin,
  SEVERITIES,
} from '../../model/index.ts';
import type { Message, Outbox, OutboxEntry } from '../../outputs/index.ts';
import { instant, instantIn, invalid } from '../../refusals/index.ts';
import type { FindingsArgs, FindingsPage } from '../operations.ts';

/** The published changes as receivers read them: straight from the history, which keeps them. */
export function outboxOf(state: FleetState): Outbox {
  return {
    after: (cursor, limit) => inTurns(entriesAfter(state, cursor, limit)),
    waiting: (cursor, limit) => state.past.history.publishedCount(cursor, limit),
  };
}

/** One published change a step: one may be of an incident of thousands. */
function* entriesAfter(state: FleetState, after: Origin, limit: number): Generator<void, OutboxEntry[]> {
  const producer = producerOf(state);
  const entries: OutboxEntry[] = [];
  for (const publication of published(state, after, limit)) {
    const messages = findingsOf(publication, producer).map(messageOf);
    entries.push({ origin: publication.origin, messages });
    yield;
  }
  return entries;
}

function* published(state: FleetState, after: Origin, limit: number): Generator<Publication, void> {
  let last = after;
  for (let read = 0; read < limit; read++) {
    const [next] = state.past.history.published(last, 1);
    if (next === undefined) return;
    yield next;
    last = next.origin;
  }
}

/** Findings after a place, as far as they are read at once. @throws OperationError `invalid_arguments` */
export function findingsPage(state: FleetState, asked: FindingsArgs): Promise<FindingsPage> {
  return inTurns(pageOf(state, asked));
}

function* pageOf(state: FleetState, asked: FindingsArgs): Generator<void, FindingsPage> {
  const { since, notBefore, minLevel, limit } = asked;
  state.past.write();
  const from = placeOf(state, since);
  const least = rank(SEVERITIES, minLevel);
  const producer = producerOf(state);
  const earliest = notBefore === null ? Number.NEGATIVE_INFINITY : instant('not_before', notBefore);
  const findings: Finding[] = [];
  let [last, read] = [from, 0];
  for (const publication of published(state, from, limit)) {
    last = publication.origin;
    read++;
    // The time of the data does not always go on with the records: after one that is ahead come earlier ones.
    const said = publication.at < earliest ? [] : findingsOf(publication, producer);
    findings.push(...said.filter(({ level }) => rank(SEVERITIES, level) >= least));
    yield;
  }
  const forgottenBefore = since === null ? null : isoOrNull(forgottenAfter(state, since, from));
  return { findings, next: originText(last), more: read === limit, forgottenBefore };
}

/** What was told after a place and is forgotten, or was never kept: what all of it is older than. */
function forgottenAfter({ past: { history } }: FleetState, since: string, from: Origin): EpochMs | null {
  const at = instantIn(since);
  const forgotten = history.forgotten(null);
  if (forgotten !== null && (at === null ? isBefore(from, forgotten.last) : at < forgotten.before))
    return forgotten.before;
  const begun = beginningOf(history);
  if (begun === null) return null;
  return (at === null ? from.record + 1 < begun.records : at < begun.at) ? begun.at : null;
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
