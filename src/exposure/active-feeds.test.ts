import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Feed, FeedId, Listing, StateReader } from '../model/index.ts';
import { hashOf, openSnapshot, writeSnapshot } from '../snapshot/index.ts';
import { ActiveFeeds, type FeedChange } from './active-feeds.ts';
import type { ActiveFeed } from './feed-listings.ts';
import { IndicatorTable } from './indicator-table.ts';
import { address, domain, feeds, hash } from './indicators/any-feeds.fixture.ts';
import { KeptListings } from './indicators/kept-listings.ts';
import { KeptValues } from './indicators/kept-values.ts';
import { type Listed, ListingColumns } from './indicators/listings.ts';
import { fingerprint } from './indicators/fingerprint.fixture.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-feeds-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const put = (feed: Feed): FeedChange => ({ kind: 'feed', at: 1, feed, actor: 'test' });
const remove = (feed: FeedId): FeedChange => ({ kind: 'feed_removed', at: 1, feed, actor: 'test' });
const change = fc.oneof(
  { weight: 4, arbitrary: feeds.map(([feed]) => (feed === undefined ? remove('a' as FeedId) : put(feed))) },
  fc.constantFrom('a', 'b', 'c').map((id) => remove(id as FeedId)),
);
const question = fc.oneof(
  address.map((value) => ({ type: 'ip' as const, value })),
  domain.map((value) => ({ type: 'domain' as const, value })),
  hash.map((value) => ({ type: 'hash' as const, value })),
);

function whole(active: ActiveFeeds): Feed[] {
  return Array.from(active.all.values(), (feed: ActiveFeed) => ({
    ...feed,
    listings: Array.from(
      feed.listings,
      ({ feed: _feed, lineage: _lineage, feedAsOf: _asOf, ...own }): Listing => own,
    ),
  }));
}

/** As of listings one by one. */
function keptOf(listings: Iterable<Listed>): KeptListings {
  const [columns, values] = [new ListingColumns(), new KeptValues()];
  for (const each of listings) {
    columns.add(each);
    values.push(each.type, each.value);
  }
  return KeptListings.of(columns, values);
}

function bitsOf(kept: KeptListings): string {
  return hashOf({ save: (to) => kept.save(to), load: () => undefined });
}

/** A state that keeps nothing of what follows from the rest. */
const WithoutDerived = {
  of: (from: StateReader): StateReader =>
    new Proxy(from, {
      get: (target, name) => {
        if (name === 'derived') return () => null;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    }),
};

function run(steps: Generator<void>): void {
  while (steps.next().done !== true);
}

describe('[THREAT-FEEDS-1] active feeds', () => {
  test('say what the feeds said that came, and come back from a snapshot', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.array(question), (changes, questions) => {
        const active = new ActiveFeeds(fingerprint);
        const expected = new Map<FeedId, Feed>();
        for (const each of changes) {
          active.take(each);
          if (each.kind === 'feed') expected.set(each.feed.id, each.feed);
          else expected.delete(each.feed);
        }
        expect(whole(active)).toEqual([...expected.values()]);
        const { path } = writeSnapshot(dir, { records: 1, stateVersion: 1 }, active);
        const again = new ActiveFeeds(fingerprint);
        const snapshot = openSnapshot(path);
        snapshot.load(again);
        snapshot.close();
        expect(whole(again)).toStrictEqual(whole(active));
        expect(hashOf(again)).toBe(hashOf(active));
        for (const each of questions) expect(again.table.match(each)).toEqual(active.table.match(each));
      }),
      { numRuns: 50 },
    );
  });

  test('come back with the table that was built of them, and with what of them is one list', () => {
    const values = Array.from({ length: 40 }, (_, nth) => `h${nth}.example.org`);
    const facts = { type: 'domain', categories: [], confidence: 1, firstSeen: null, lastSeen: null } as const;
    const listings = values.map((value): Listing => ({ ...facts, value, actors: [] }));
    const active = new ActiveFeeds(fingerprint);
    for (const id of ['a', 'b'] as FeedId[])
      active.take(put({ id, asOf: 0, format: 'plain', lineage: id, listings }));
    const snapshot = openSnapshot(writeSnapshot(dir, { records: 1, stateVersion: 1 }, active).path);
    const [kept, built] = [new ActiveFeeds(fingerprint), new ActiveFeeds(fingerprint)];
    const building = vi.spyOn(IndicatorTable, 'build');
    snapshot.load(kept);
    expect(building).not.toHaveBeenCalled();
    // As a release before this one wrote it.
    snapshot.load({ load: (from) => built.load(WithoutDerived.of(from)) });
    expect(building).toHaveBeenCalledOnce();
    snapshot.close();
    expect(kept.table.memory.arrays.domains.entries.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const { table } of [kept, built]) {
      expect(table.same).toEqual(new Map([['b', { as: 'a', lineage: 'a' }]]));
      expect(table.memory).toEqual(active.table.memory);
      expect(table.match({ type: 'domain', value: 'h7.example.org' })).toHaveLength(2);
    }
  });

  test('are written down as what came would be', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const active = new ActiveFeeds(fingerprint);
        for (const each of changes) active.take(each);
        const came = new Map(
          changes.flatMap((each) => (each.kind === 'feed' ? [[each.feed.id, each.feed]] : [])),
        );
        for (const { id, listings } of active.all.values()) {
          const feed = came.get(id) as Feed;
          const said = { feed: id, lineage: feed.lineage, feedAsOf: feed.asOf };
          const all = [...feed.listings].map((listing) => ({ ...listing, ...said }));
          expect(bitsOf(listings.kept())).toBe(bitsOf(keptOf(all)));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are the same whether a change was prepared, or overtaken by another', () => {
    const step = fc.record({ change, prepared: fc.constantFrom('this', 'another', 'nothing') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.array(question), (steps, questions) => {
        const [prepared, plain] = [new ActiveFeeds(fingerprint), new ActiveFeeds(fingerprint)];
        for (const { change: each, prepared: what } of steps) {
          if (what !== 'nothing') run(prepared.preparing(what === 'this' ? each : { ...each }));
          prepared.take(each);
          plain.take(each);
        }
        expect(hashOf(prepared)).toBe(hashOf(plain));
        for (const each of questions) expect(prepared.table.match(each)).toEqual(plain.table.match(each));
      }),
      { numRuns: 50 },
    );
  });

  test('a change prepared before another was taken is made anew', () => {
    const [first, second] = ['a', 'b'].map((id): FeedChange => {
      const listing = { value: `${id}.example.org`, type: 'domain' as const, categories: [], confidence: 1 };
      const listings = [{ ...listing, firstSeen: null, lastSeen: null, actors: [] }];
      return put({ id: id as FeedId, asOf: 0, format: 'plain', lineage: id, listings });
    }) as [FeedChange, FeedChange];
    const active = new ActiveFeeds(fingerprint);
    run(active.preparing(second));
    active.take(first);
    active.take(second);
    expect([...active.all.keys()]).toEqual(['a', 'b']);
    expect(active.table.match({ type: 'domain', value: 'a.example.org' })).toHaveLength(1);
  });
});
