import type { AllListings, Feed, FeedRecord, Listing } from '../../model/index.ts';
import { constant, type Field, list, number, running, text } from './field.ts';
import { optional, nullable, structure } from './structure.ts';
import { Sink } from './sink.ts';
import { damaged, Source } from './source.ts';

/** Which times run on together, from listing to listing. */
const LANES = { first: 0, last: 1, until: 2 } as const;

/** An indicator stands in a feed once: to remember it would only cost. */
const once: Field<string> = {
  write: (sink, value) => sink.once(value),
  read: (source) => source.once(),
};

/** A list that many listings have: spelt where it comes first, a number from then on, and one object when it is read. */
function shared<T extends string | number>(of: Field<readonly T[]>): Field<readonly T[]> {
  const written = new WeakMap<Sink, Map<string, number>>();
  const known = new WeakMap<Source, (readonly T[])[]>();
  return {
    write(sink, value) {
      const lists = written.get(sink) ?? new Map<string, number>();
      written.set(sink, lists);
      const key = JSON.stringify(value);
      const index = lists.get(key);
      sink.varint(index ?? lists.size);
      if (index !== undefined) return;
      lists.set(key, lists.size);
      of.write(sink, value);
    },
    read(source) {
      const lists = known.get(source) ?? [];
      known.set(source, lists);
      const index = source.varint();
      const before = lists[index];
      if (before !== undefined) return before;
      if (index !== lists.length) throw damaged('it refers to a list that it does not hold');
      const value = of.read(source);
      lists.push(value);
      return value;
    },
  };
}

/** In the order in which readers of feeds make it: what is written of the state must not depend on the format. */
const listing = structure<Listing>({
  value: once,
  type: text(),
  categories: shared(list(text())),
  confidence: number,
  firstSeen: nullable(running(LANES.first)),
  lastSeen: nullable(running(LANES.last)),
  actors: shared(list(text())),
  validUntil: optional(running(LANES.until)),
  ports: optional(shared(list(number))),
});

/** A record but for its listings: how many they are stands where they do. */
interface Head extends Omit<FeedRecord, 'feed' | 'actor'> {
  readonly feed: Omit<Feed, 'listings'>;
  readonly count: number;
}

const head = structure<Head>({
  kind: constant('feed'),
  at: number,
  feed: structure<Head['feed']>({ id: text(), asOf: number, format: text(), lineage: text() }),
  count: { write: (sink, value) => sink.varint(value), read: (source) => source.count() },
});
const actor = text();

const LISTINGS_PER_STEP = 1_000;
/** More are told from the bytes as they are asked for: as objects they would hold up whoever reads the journal. */
const MOST_HELD = 10_000;

/** The payload of a frame, in small steps: the byte that tells the format, then the record. */
export function* packingFeed(format: number, record: FeedRecord): Generator<void, Buffer> {
  const sink = new Sink();
  sink.byte(format);
  const { listings, ...feed } = record.feed;
  head.write(sink, { kind: record.kind, at: record.at, feed, count: listings.length });
  let written = 0;
  for (const each of listings) {
    listing.write(sink, each);
    if (++written % LISTINGS_PER_STEP === 0) yield;
  }
  actor.write(sink, record.actor);
  return yield* sink.writing();
}

/**
 * In small steps.
 * @throws JournalError `corrupt`, or `newer_format` for a field of a later release
 */
export function* unpackingFeed(payload: Buffer): Generator<void, FeedRecord> {
  const source = new Source(payload, 1);
  const { kind, at, feed, count } = head.read(source);
  const held: Listing[] = [];
  for (let read = 1; read <= count; read++) {
    const each = listing.read(source);
    if (count <= MOST_HELD) held.push(each);
    if (read % LISTINGS_PER_STEP === 0) yield;
  }
  const listings = count <= MOST_HELD ? held : new ToldListings(payload, count);
  const record = { kind, at, feed: { ...feed, listings }, actor: actor.read(source) };
  source.end();
  return record;
}

/** Listings of a frame that was read to its end before: they are all there. */
class ToldListings implements AllListings {
  readonly length: number;
  readonly #payload: Buffer;

  constructor(payload: Buffer, length: number) {
    this.#payload = payload;
    this.length = length;
  }

  *[Symbol.iterator](): Generator<Listing> {
    const source = new Source(this.#payload, 1);
    head.read(source);
    for (let left = this.length; left > 0; left--) yield listing.read(source);
  }
}
