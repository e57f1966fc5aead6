import type { Feed, FeedId } from '../model/index.ts';
import type { IndicatorTable, Listed } from './indicator-table.ts';
import { byId } from './unsealed-table.ts';
import type { KeptListings } from './indicators/kept-listings.ts';

/** What a feed says of itself. */
export type FeedHead = Omit<Feed, 'listings'>;

/** A feed that counts. */
export interface ActiveFeed extends FeedHead {
  readonly listings: FeedListings;
}

/** A feed of which it is known how much it lists. */
type CountedFeed = FeedHead & { readonly listings: { readonly length: number } };

/** The listings of one feed, in its order, told from the table as they are asked for. */
export class FeedListings implements Iterable<Listed> {
  readonly length: number;
  readonly #table: IndicatorTable;
  readonly #first: number;

  private constructor(table: IndicatorTable, first: number, length: number) {
    this.length = length;
    this.#table = table;
    this.#first = first;
  }

  /** Of the feeds that a table was built of: in their own order, which need not be the table's. */
  static in(table: IndicatorTable, feeds: Iterable<CountedFeed>): ReadonlyMap<FeedId, ActiveFeed> {
    const all = [...feeds];
    const listings = new Map<FeedId, FeedListings>();
    let first = 1;
    for (const {
      id,
      listings: { length },
    } of all.toSorted(byId)) {
      listings.set(id, new FeedListings(table, first, length));
      first += length;
    }
    return new Map(
      all.map((feed) => [feed.id, { ...feed, listings: listings.get(feed.id) as FeedListings }]),
    );
  }

  /** As a snapshot keeps them. */
  kept(): KeptListings {
    return this.#table.kept(this.#first, this.length);
  }

  [Symbol.iterator](): Generator<Listed> {
    return this.#table.listings(this.#first, this.length);
  }
}
