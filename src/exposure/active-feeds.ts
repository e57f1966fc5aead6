import {
  atOnce,
  type Feed,
  type FeedId,
  type FeedRecord,
  type FeedRemovedRecord,
  type FingerprintOfName,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { type ActiveFeed, type FeedHead, FeedListings } from './feed-listings.ts';
import { IndicatorTable } from './indicator-table.ts';
import { KeptListings } from './indicators/kept-listings.ts';
import { type ListedFeed, type UnsealedTable, unsealedTable } from './unsealed-table.ts';

export type FeedChange = FeedRecord | FeedRemovedRecord;

/** What a change leads to but for what needs a key, made in another thread. */
export interface MadeElsewhere {
  /** What counted when it was begun. */
  readonly before: IndicatorTable;
  readonly unsealed: UnsealedTable;
}

/** What a change leads to, made beside what counts meanwhile. */
interface Prepared {
  readonly change: FeedChange;
  /** What counted when it was made. */
  readonly before: IndicatorTable;
  readonly feeds: ReadonlyMap<FeedId, ActiveFeed>;
  readonly table: IndicatorTable;
}

/** The feeds that count, and what they say, by indicator. */
export class ActiveFeeds implements Stateful {
  readonly #fingerprint: FingerprintOfName;
  #all: ReadonlyMap<FeedId, ActiveFeed> = new Map();
  #table: IndicatorTable;
  #prepared: Prepared | null = null;

  constructor(fingerprint: FingerprintOfName) {
    this.#fingerprint = fingerprint;
    this.#table = IndicatorTable.build([], fingerprint);
  }

  get all(): ReadonlyMap<FeedId, ActiveFeed> {
    return this.#all;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** Listings of all of them together. */
  get listed(): number {
    let listed = 0;
    for (const { listings } of this.#all.values()) listed += listings.length;
    return listed;
  }

  get table(): IndicatorTable {
    return this.#table;
  }

  /**
   * Makes what a change leads to, in small steps; gives the table that will count. Taking the change in is quick then, if
   * no other came between; what it leads to is the same either way.
   * @param made elsewhere, of this change; of no use where another came between
   */
  *preparing(change: FeedChange, made: MadeElsewhere | null = null): Generator<void, IndicatorTable> {
    this.#prepared = yield* this.#after(change, made?.before === this.#table ? made.unsealed : null);
    return this.#prepared.table;
  }

  /** What was prepared does not come after all. */
  forgetPrepared(): void {
    this.#prepared = null;
  }

  take(change: FeedChange): void {
    const prepared = this.#prepared;
    this.#prepared = null;
    const isReady = prepared !== null && prepared.change === change && prepared.before === this.#table;
    const { feeds, table } = isReady ? prepared : atOnce(this.#after(change));
    this.#all = feeds;
    this.#table = table;
  }

  *#after(change: FeedChange, made: UnsealedTable | null = null): Generator<void, Prepared> {
    const before = this.#table;
    const feeds = new Map<FeedId, ListedFeed>(this.#all);
    if (change.kind === 'feed') feeds.set(change.feed.id, change.feed);
    else feeds.delete(change.feed);
    const unsealed = made ?? (yield* unsealedTable([...feeds.values()]));
    const table = yield* IndicatorTable.sealing(unsealed, this.#fingerprint);
    return { change, before, feeds: FeedListings.in(table, feeds.values()), table };
  }

  /**
   * Feed by feed: what is kept of a feed is made of the table, and is not held. A snapshot keeps the table too, as to build
   * one of ten million takes half a minute; a hash is over what the feeds say alone.
   */
  save(to: StateWriter): void {
    const feeds = [...this.#all.values()];
    to.records(
      'feeds',
      feeds.map(({ listings: _listings, ...head }) => head),
    );
    const listings = to.part('listings');
    for (const feed of feeds) feed.listings.kept().save(listings.part(feed.id));
    const table = this.isEmpty ? null : to.derived('table');
    if (table !== null) this.#table.save(table);
  }

  load(from: StateReader): void {
    const listings = from.part('listings');
    const heads = [...(from.records('feeds') as Iterable<FeedHead>)];
    const feeds = heads.map((head) => ({ ...head, listings: KeptListings.in(listings.part(head.id)) }));
    const kept = from.derived('table');
    const table = kept === null ? null : IndicatorTable.load(kept, this.#fingerprint);
    // A feed is a range of the table's numbers: one of other feeds would answer for these.
    const isOfThese = table?.listed === feeds.reduce((sum, each) => sum + each.listings.length, 0);
    this.#put(feeds, isOfThese ? table : null);
  }

  /** As states before version 5 had them. */
  restore(feeds: Iterable<Feed>): void {
    this.#put([...feeds], null);
  }

  /** @param kept what was built of them before */
  #put(feeds: readonly ListedFeed[], kept: IndicatorTable | null): void {
    this.#table = kept ?? IndicatorTable.build(feeds, this.#fingerprint);
    this.#all = FeedListings.in(this.#table, feeds);
  }
}
