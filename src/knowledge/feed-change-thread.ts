import { inTurns } from '../effects/index.ts';
import {
  type ActiveFeeds,
  type CompactForm,
  compacting,
  CompactListings,
  type FeedChange,
  type MadeElsewhere,
} from '../exposure/index.ts';
import type { FeedChangeWork, GivenSayings } from './knowledge-messages.ts';
import { type AskReader, type GiveReader, inKnowledgeThread } from './knowledge-thread.ts';
import { SAYINGS_PER_PORTION, slices } from './portions.ts';

/** Fewer are gone through in the time that it takes to hand them over. */
const WORTH_A_THREAD_LISTINGS = 10_000;

export interface FeedChangeMade extends MadeElsewhere {
  /** Of the record, for the journal; `null` of one that lists nothing. */
  readonly payload: Buffer | null;
}

/** Whether what a change leads to is worth a thread: all feeds are gone through for it. */
export function isWorthAThread(change: FeedChange, { all }: ActiveFeeds): boolean {
  const lengths = Array.from(all.values(), ({ listings }) => listings.length);
  const own = change.kind === 'feed' ? change.feed.listings.length : 0;
  return lengths.reduce((sum, length) => sum + length, own) >= WORTH_A_THREAD_LISTINGS;
}

/**
 * Has made in a thread what a change of feeds leads to, as far as it needs no key.
 * @param goOn throws where nobody waits for it any more
 */
export async function madeInThread(
  change: FeedChange,
  { all, table: before }: ActiveFeeds,
  goOn: () => void,
): Promise<FeedChangeMade> {
  const { given, sayings } = await withoutSayings(change);
  const feeds = Array.from(all.values(), ({ listings: { length }, ...head }) => ({ head, length }));
  const { sayings: said, ...memory } = before.memory;
  const work: FeedChangeWork = { kind: 'feed_change', change: given, before: { feeds, memory } };
  return inKnowledgeThread(work, [], async (ask, give) => {
    await inTurns(giving({ before: said, feed: sayings }, give));
    return { ...(await received(ask, goOn)), before };
  });
}

interface Given {
  readonly given: FeedChangeWork['change'];
  readonly sayings: CompactForm['sayings'];
}

/** Of what a large list was read as, nothing is copied but a few words; of a document's objects numbers and bytes are made. */
async function withoutSayings(change: FeedChange): Promise<Given> {
  if (change.kind === 'feed_removed') return { given: change, sayings: [] };
  const {
    feed: { listings, ...head },
    ...record
  } = change;
  const compact =
    listings instanceof CompactListings ? listings.form : await inTurns(compacting(change.feed));
  const { sayings, ...form } = compact;
  return { given: { kind: 'feed', record, head, form }, sayings };
}

function* giving(
  all: Readonly<Record<GivenSayings['whose'], CompactForm['sayings']>>,
  give: GiveReader,
): Generator<void, void> {
  for (const whose of ['before', 'feed'] as const)
    for (const sayings of slices(all[whose], SAYINGS_PER_PORTION)) {
      give({ whose, sayings });
      yield;
    }
}

async function received(ask: AskReader, goOn: () => void): Promise<Omit<FeedChangeMade, 'before'>> {
  const sayings: CompactForm['sayings'][number][] = [];
  let payload: Buffer | null = null;
  for (;;) {
    const next = await ask();
    goOn();
    if (next.kind === 'payload') {
      const { buffer, byteOffset, byteLength } = next.payload;
      payload = Buffer.from(buffer, byteOffset, byteLength);
    } else if (next.kind === 'sayings') for (const each of next.sayings) sayings.push(each);
    else if (next.kind === 'table') {
      const { arrays, same } = next;
      return { payload, unsealed: { memory: { arrays, sayings }, same } };
    } else if (next.kind !== 'underway') throw new Error('a change of feeds ends with its table');
  }
}
