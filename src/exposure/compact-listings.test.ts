import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOnce, type Feed, type FeedId, type Listing } from '../model/index.ts';
import { CompactListings, compacting } from './compact-listings.ts';
import { feeds as anyFeeds } from './indicators/any-feeds.fixture.ts';

function compact(feed: Feed): Listing[] {
  const listings = new CompactListings(atOnce(compacting(feed)));
  expect(listings).toHaveLength(feed.listings.length);
  // As often as they are asked for.
  expect([...listings]).toEqual([...listings]);
  return [...listings];
}

test('[INTEL-IMPORT-3] law: listings that went from thread to thread say what they said, in their order', () => {
  fc.assert(
    fc.property(anyFeeds, (feeds) => {
      for (const feed of feeds) expect(compact(feed)).toEqual([...feed.listings]);
    }),
  );
});

test('of many pages too', () => {
  const listings = Array.from({ length: 20_000 }, (_, nth): Listing => {
    const common = { categories: ['c2_server'], confidence: nth / 20_000, actors: [`A${nth % 7}`] } as const;
    const [firstSeen, lastSeen] = [nth * 1_000, nth + 0.5];
    return { type: 'domain', value: `host-${nth}.example.org`, firstSeen, lastSeen, ...common };
  });
  const feed: Feed = { id: 'many' as FeedId, asOf: 1, format: 'plain', lineage: 'many', listings };
  expect(compact(feed)).toEqual(listings);
});
