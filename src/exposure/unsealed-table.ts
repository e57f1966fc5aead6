import type { Feed, Listing } from '../model/index.ts';
import { building, type UnsealedMemory } from './indicators/building.ts';
import type { Listed } from './indicators/listings.ts';
import { ContentSamples, type SameContent } from './same-content.ts';

/** A feed, however its listings are kept. */
export type ListedFeed = Omit<Feed, 'listings'> & {
  readonly listings: Iterable<Listing> & { readonly length: number };
};

/** What feeds come to without any key: it may be made in a thread, and a message carries it without copying its arrays. */
export interface UnsealedTable {
  readonly memory: UnsealedMemory;
  readonly same: SameContent;
}

/** In small steps. */
export function* unsealedTable(feeds: readonly ListedFeed[]): Generator<void, UnsealedTable> {
  const samples = new ContentSamples();
  const memory = yield* building(listedIn(feeds, samples));
  return { memory, same: yield* samples.same() };
}

function* listedIn(feeds: readonly ListedFeed[], samples: ContentSamples): Generator<Listed> {
  for (const feed of feeds.toSorted(byId)) {
    const sample = samples.of(feed);
    for (const listing of feed.listings) {
      sample.add(listing.value);
      yield { ...listing, feed: feed.id, lineage: feed.lineage, feedAsOf: feed.asOf };
    }
  }
}

/** The order in which a table has its feeds. */
export function byId(a: Pick<Feed, 'id'>, b: Pick<Feed, 'id'>): number {
  return a.id < b.id ? -1 : 1;
}
