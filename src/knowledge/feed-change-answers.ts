import {
  type CompactForm,
  CompactListings,
  FeedListings,
  IndicatorTable,
  type ListedFeed,
  unsealedTable,
} from '../exposure/index.ts';
import { payloadOf } from '../journal/index.ts';
import type { Feed, FeedId } from '../model/index.ts';
import type { FeedChangeWork, FromKnowledgeReader, GivenSayings } from './knowledge-messages.ts';
import { SAYINGS_PER_PORTION, slices } from './portions.ts';

/** So long it works before whoever waits hears of it, and other work of the thread has its turn. */
const TURN_MS = 50;

type Answers<T> = Generator<FromKnowledgeReader, T>;

/**
 * In the thread: what a change of feeds leads to, as far as it needs no key. A million listings are gone through here, where no
 * question waits, and no garbage of theirs stops the loop.
 * @param given all of it, before the first answer is asked for
 */
export function* feedChangeAnswers(
  { change, before }: FeedChangeWork,
  given: readonly GivenSayings[],
): Answers<void> {
  const feeds = new Map<FeedId, ListedFeed>(feedsBefore(before, given));
  if (change.kind === 'feed') {
    const { record, head, form } = change;
    const listings = new CompactListings({ ...form, sayings: sayingsOf('feed', given) });
    const feed: Feed = { ...head, listings };
    feeds.set(feed.id, feed);
    const payload = yield* underway(payloadOf({ ...record, feed }));
    yield { kind: 'payload', payload };
  } else feeds.delete(change.feed);
  const { memory, same } = yield* underway(unsealedTable([...feeds.values()]));
  for (const sayings of slices(memory.sayings, SAYINGS_PER_PORTION)) yield { kind: 'sayings', sayings };
  yield { kind: 'table', arrays: memory.arrays, same };
}

/** Told from the table that counts. */
function feedsBefore(
  { feeds, memory }: FeedChangeWork['before'],
  given: readonly GivenSayings[],
): Iterable<readonly [FeedId, ListedFeed]> {
  const table = new IndicatorTable({ ...memory, sayings: sayingsOf('before', given) });
  return FeedListings.in(
    table,
    feeds.map(({ head, length }) => ({ ...head, listings: { length } })),
  );
}

function sayingsOf(asked: GivenSayings['whose'], given: readonly GivenSayings[]): CompactForm['sayings'] {
  return given.flatMap(({ whose, sayings }) => (whose === asked ? sayings : []));
}

function* underway<T>(steps: Generator<void, T>): Answers<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < TURN_MS) continue;
    yield { kind: 'underway' };
    since = performance.now();
  }
}
