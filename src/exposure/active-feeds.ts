import type {
  Feed,
  FeedId,
  FeedRecord,
  FeedRemovedRecord,
  FingerprintOfName,
  Stateful,
  StateReader,
  StateWriter,
} from '../model/index.ts';
import { IndicatorTable } from './indicator-table.ts';
import { KeptListings } from './indicators/kept-listings.ts';

/** A feed that counts: what it says of itself, and its listings as bytes. */
export interface ActiveFeed extends Omit<Feed, 'listings'> {
  readonly listings: KeptListings;
}

export type FeedChange = FeedRecord | FeedRemovedRecord;

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

  get table(): IndicatorTable {
    return this.#table;
  }

  /**
   * Makes what a change leads to, in small steps. Taking the change in is quick then, if no other came between; what it leads
   * to is the same either way.
   */
  *preparing(change: FeedChange): Generator<void, void> {
    this.#prepared = yield* this.#after(change);
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

  *#after(change: FeedChange): Generator<void, Prepared> {
    const before = this.#table;
    const feeds = new Map(this.#all);
    if (change.kind === 'feed') feeds.set(change.feed.id, yield* keeping(change.feed));
    else feeds.delete(change.feed);
    const table = yield* IndicatorTable.buildingOf([...feeds.values()], this.#fingerprint);
    return { change, before, feeds, table };
  }

  save(to: StateWriter): void {
    const feeds = [...this.#all.values()];
    to.records(
      'feeds',
      feeds.map(({ listings: _listings, ...head }) => head),
    );
    const listings = to.part('listings');
    for (const feed of feeds) feed.listings.save(listings.part(feed.id));
  }

  load(from: StateReader): void {
    const listings = from.part('listings');
    const heads = [...(from.records('feeds') as Iterable<Omit<Feed, 'listings'>>)];
    this.#put(heads.map((head) => ({ ...head, listings: KeptListings.load(listings.part(head.id)) })));
  }

  /** As states before version 5 had them. */
  restore(feeds: Iterable<Feed>): void {
    this.#put(Array.from(feeds, (feed) => atOnce(keeping(feed))));
  }

  #put(feeds: readonly ActiveFeed[]): void {
    this.#all = new Map(feeds.map((feed) => [feed.id, feed]));
    this.#table = IndicatorTable.build(feeds, this.#fingerprint);
  }
}

function* keeping(feed: Feed): Generator<void, ActiveFeed> {
  return { ...feed, listings: yield* KeptListings.taking(feed) };
}

function atOnce<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
