import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { atOnce, type Feed, type FeedId, type Listing } from '../model/index.ts';
import { hashOf } from '../snapshot/index.ts';
import { ActiveFeeds } from './active-feeds.ts';
import { fingerprint } from './indicators/fingerprint.fixture.ts';
import { ContentSamples, type SameContent } from './same-content.ts';
import { verdict } from './verdict.ts';

const NOW = Date.UTC(2026, 4, 21);

/** What is found of feeds with these contents, by id; a lineage that was given stands behind a colon. */
function found(contents: Readonly<Record<string, Iterable<string>>>): SameContent {
  const samples = new ContentSamples();
  for (const [key, values] of Object.entries(contents)) {
    const [id = '', lineage = id] = key.split(':');
    const sample = samples.of({ id: id as FeedId, lineage });
    for (const each of values) sample.add(each);
  }
  return atOnce(samples.same());
}

const asked = (same: SameContent) => Object.fromEntries([...same].map(([id, { as }]) => [id, as]));
const names = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `h${from + index}.example.com`);

describe('[THREAT-SAME-1] feeds that list the same are one', () => {
  test('whatever the order; one that is the first by id leads', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.domain(), { minLength: 1, maxLength: 2_000, size: 'max' }),
        fc.integer(),
        (values, turn) => {
          const at = Math.abs(turn) % values.length;
          const turned = [...values.slice(at), ...values.slice(0, at)];
          expect(asked(found({ b: values, a: turned, c: values.toReversed() }))).toEqual({ b: 'a', c: 'a' });
        },
      ),
      { numRuns: 50 },
    );
  });

  test('also where nine of ten are the same, and not where fewer are', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(60), fc.nat(60), (common, left, right) => {
        fc.pre(common + left > 0 && common + right > 0);
        const same = found({
          a: names(0, common + left),
          b: [...names(0, common), ...names(1_000, 1_000 + right)],
        });
        expect(same.size > 0).toBe(common >= 0.9 * (common + left + right));
      }),
    );
  });

  test.each([
    ['nearly the same', names(0, 96_000), 1],
    ['half the same', names(50_000, 150_000), 0],
    ['a part of it', names(0, 50_000), 0],
    ['nothing of it', names(100_000, 200_000), 0],
    ['nothing at all', [], 0],
  ])('of a hundred thousand against %s', (_, other, count) => {
    expect(found({ a: names(0, 100_000), b: other }).size).toBe(count);
  });

  test('what the operator said of lineages stays, and others join it', () => {
    const values = names(0, 20);
    expect(found({ 'a:x': values, 'b:y': values }).size).toBe(0);
    expect(found({ a: values, 'b:ours': values }).get('a' as FeedId)).toEqual({ as: 'b', lineage: 'ours' });
  });

  test('a crafted piece of a feed is not the feed, whatever its hashes are', () => {
    // The least hashes of it and nothing else: their sample is the same.
    const whole = names(0, 50_000);
    const samples = new ContentSamples();
    const sampled = whole.filter((each) => {
      const one = samples.of({ id: 'one' as FeedId, lineage: 'one' });
      one.add(each);
      return (one.least()[0] ?? 0) < 0xffff_ffff / 50;
    });
    expect(sampled.length).toBeGreaterThan(512);
    expect(found({ a: whole, b: sampled }).size).toBe(0);
  });
});

describe('[THREAT-SAME-2] they count once in a verdict', () => {
  const listing: Listing = {
    type: 'ip',
    value: '198.51.100.7',
    categories: ['c2_server'],
    confidence: 0.5,
    firstSeen: null,
    lastSeen: null,
    actors: [],
  };
  const put = (id: string, ...values: readonly string[]) => {
    const listings = values.map((value) => ({ ...listing, value }));
    const feed: Feed = { id: id as FeedId, asOf: NOW, format: 'plain', lineage: id, listings };
    return { kind: 'feed', at: NOW, feed, actor: 'test' } as const;
  };
  const asks = (active: ActiveFeeds) => {
    const { feedSources, confidence, evidence } = verdict(active.table.match(listing), NOW, false);
    return [feedSources, confidence, evidence.map(({ feed, sameAs }) => [feed, sameAs])];
  };

  test('and the evidence says so, for as long as both are active', () => {
    const active = new ActiveFeeds(fingerprint);
    const own = ['198.51.100.7', '198.51.100.8'];
    active.take(put('path', ...own));
    active.take(put('sent', ...own));
    expect(asks(active)).toEqual([
      1,
      0.5,
      [
        ['path', undefined],
        ['sent', 'path'],
      ],
    ]);
    active.take(put('other', '198.51.100.7', '203.0.113.1'));
    expect(asks(active)[0]).toBe(2);
    active.take({ kind: 'feed_removed', at: NOW, feed: 'path' as FeedId, actor: 'test' });
    expect(asks(active)).toEqual([
      2,
      0.75,
      [
        ['other', undefined],
        ['sent', undefined],
      ],
    ]);
  });

  test('it follows from what they list, and is nothing that is written down', () => {
    const written = (...ids: readonly string[]) => {
      const active = new ActiveFeeds(fingerprint);
      for (const id of ids) active.take(put(id, '198.51.100.7'));
      return active;
    };
    const both = written('path', 'sent');
    const again = new ActiveFeeds(fingerprint);
    again.load(WrittenState.of(both));
    expect(hashOf(again)).toBe(hashOf(both));
    expect(asks(again)).toEqual(asks(both));
    expect([...again.all.values()].map(({ lineage }) => lineage)).toEqual(['path', 'sent']);
    again.take({ kind: 'feed_removed', at: NOW, feed: 'path' as FeedId, actor: 'test' });
    expect(hashOf(again)).toBe(hashOf(written('sent')));
  });
});
