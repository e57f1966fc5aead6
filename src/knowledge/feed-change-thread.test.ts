import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  ActiveFeeds,
  CompactListings,
  compacting,
  type FeedChange,
  type IndicatorTable,
} from '../exposure/index.ts';
import { payloadOf } from '../journal/index.ts';
import { atOnce, type Feed, type FeedId, type Fingerprint, type Listing } from '../model/index.ts';
import { hashOf } from '../snapshot/index.ts';
import { isWorthAThread, madeInThread } from './feed-change-thread.ts';

const NOW = Date.UTC(2026, 4, 21);
const fingerprint = (name: string) =>
  createHash('sha256').update(name).digest('hex').slice(0, 32) as Fingerprint;

/** Each says something of its own: more sayings than a portion holds. */
const listing = (n: number, prefix: string): Listing => ({
  value: n % 2 === 0 ? `${prefix}${n}.pages.example.com` : `203.0.${n >> 8}.${n & 255}`,
  type: n % 2 === 0 ? 'domain' : 'ip',
  categories: ['malware_distribution'],
  confidence: (n % 1_500) / 1_500,
  firstSeen: n % 3 === 0 ? null : NOW - n,
  lastSeen: null,
  actors: n % 7 === 0 ? ['APT 0'] : [],
  ...(n % 5 === 0 ? { validUntil: NOW + n * 1_000 } : {}),
});
function feedOf(id: string, count: number, prefix = id): Feed {
  const listings = Array.from({ length: count }, (_, n) => listing(n, prefix));
  return { id: id as FeedId, asOf: NOW, format: 'plain', lineage: id, listings };
}
const change = (feed: Feed): FeedChange => ({ kind: 'feed', at: NOW, feed, actor: 'test' });
const removed = (feed: string): FeedChange => ({
  kind: 'feed_removed',
  at: NOW,
  feed: feed as FeedId,
  actor: 'test',
});
const nobodyLeft = () => undefined;

function active(...changes: readonly FeedChange[]): ActiveFeeds {
  const feeds = new ActiveFeeds(fingerprint);
  for (const each of changes) feeds.take(each);
  return feeds;
}

/** All that a table says, and what of it a name finds by its fingerprint. */
function said(table: IndicatorTable, ids: readonly string[]) {
  const { arrays } = table.memory;
  return {
    listed: [...table.listings(1, arrays.listings.rows.length / 4 - 1)],
    found: ids.map((id) => table.matchFingerprint(fingerprint(`${id}2.pages.example.com`))),
    same: table.same,
  };
}

describe('[INTEL-IMPORT-4] what a change of many listings leads to is made in a thread', () => {
  const few = change(feedOf('few', 3_000));
  const again = change(feedOf('again', 3_000, 'few'));
  const many = feedOf('many', 12_000);
  test.each<[string, readonly FeedChange[], FeedChange]>([
    ['of a document, as objects', [few], change(many)],
    [
      'of a list, as numbers and bytes',
      [few],
      change({ ...many, listings: new CompactListings(atOnce(compacting(many))) }),
    ],
    ['another version', [few, change(many)], change(feedOf('many', 11_000, 'other'))],
    ['what others list already', [few, change(many)], again],
    ['one that is taken back', [few, change(many)], removed('many')],
    ['one that nobody knows, taken back', [change(many)], removed('few')],
  ])('%s: the same as made in place', async (_, before, last) => {
    const [feeds, expected] = [active(...before), active(...before, last)];
    expect(isWorthAThread(last, feeds)).toBe(true);
    const made = await madeInThread(last, feeds, nobodyLeft);
    expect(made.payload).toEqual(last.kind === 'feed' ? atOnce(payloadOf(last)) : null);
    const table = atOnce(feeds.preparing(last, made));
    feeds.take(last);
    expect(feeds.table).toBe(table);
    const ids = ['few', 'many', 'other'];
    expect(said(table, ids)).toEqual(said(expected.table, ids));
    expect(hashOf(feeds)).toBe(hashOf(expected));
  });

  test('it is of no use where another change came between', async () => {
    const feeds = active(few);
    const made = await madeInThread(change(many), feeds, nobodyLeft);
    feeds.take(again);
    atOnce(feeds.preparing(change(many), made));
    expect(feeds.all.size).toBe(2);
    feeds.take(change(many));
    expect(hashOf(feeds)).toBe(hashOf(active(few, again, change(many))));
  });

  test('where nobody waits any more, nothing is made to its end', async () => {
    const gone = new Error('nobody waits');
    const leave = () => {
      throw gone;
    };
    await expect(madeInThread(change(many), active(few), leave)).rejects.toBe(gone);
  });

  test('a listing that is not canonical is refused, and the thread goes on', async () => {
    const odd = feedOf('odd', 10_000);
    const listings = [...odd.listings, { ...listing(1, 'odd'), value: '2A00::1' }];
    await expect(madeInThread(change({ ...odd, listings }), active(few), nobodyLeft)).rejects.toThrow(
      'feed odd lists something that is no ip',
    );
    const made = await madeInThread(change(many), active(few), nobodyLeft);
    expect(made.unsealed.memory.sayings.length).toBeGreaterThan(1_000);
  });
});

test('few listings are gone through in place', () => {
  expect(isWorthAThread(change(feedOf('few', 4_000)), active(change(feedOf('some', 5_000))))).toBe(false);
});
