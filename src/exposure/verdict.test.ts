import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type FeedId, THREAT_CATEGORIES } from '../model/index.ts';
import type { Listed } from './indicator-table.ts';
import { verdict } from './verdict.ts';

const NOW = Date.UTC(2026, 4, 21);

function listed(over: Partial<Listed> = {}): Listed {
  return {
    feed: 'f' as FeedId,
    lineage: 'f',
    feedAsOf: NOW,
    type: 'ip',
    value: '45.9.148.1',
    categories: ['c2_server'],
    confidence: 0.8,
    firstSeen: null,
    lastSeen: null,
    actors: [],
    ...over,
  };
}

describe('[THREAT-VERDICT-1] a verdict is what the listings amount to at the moment of asking', () => {
  test('unknown is unknown, never benign', () => {
    expect(verdict([], NOW, false)).toMatchObject({
      reputation: 'unknown',
      feedSources: 0,
      confidence: 0,
      lastSeen: null,
    });
  });

  test('no feed makes a private address malicious', () => {
    expect(verdict([listed()], NOW, true)).toMatchObject({ reputation: 'not_applicable', confidence: 0 });
  });

  test('a command-and-control server is malicious', () => {
    const answer = verdict([listed({ actors: ['B'] }), listed({ actors: ['A', 'B'] })], NOW, false);
    expect(answer).toMatchObject({
      reputation: 'malicious',
      categories: ['c2_server'],
      actors: ['A', 'B'],
      lastSeen: NOW,
    });
  });

  test.each(['scanner', 'tor_exit', 'proxy'] as const)('a %s alone is suspicious at most', (category) => {
    const sources = ['a', 'b', 'c'].map((lineage) =>
      listed({ lineage, categories: [category], confidence: 0.99 }),
    );
    expect(verdict(sources, NOW, false).reputation).toBe('suspicious');
  });

  test('feeds that copy each other count once', () => {
    const copies = [listed({ confidence: 0.5 }), listed({ confidence: 0.4 })];
    expect(verdict(copies, NOW, false)).toMatchObject({
      feedSources: 1,
      confidence: 0.5,
      reputation: 'suspicious',
    });
    const independent = [listed({ confidence: 0.5 }), listed({ confidence: 0.4, lineage: 'g' })];
    expect(verdict(independent, NOW, false)).toMatchObject({
      feedSources: 2,
      confidence: 0.7,
      reputation: 'malicious',
    });
  });

  test('an address says half as much after 30 days, and nothing after two half-lives', () => {
    const at = (days: number) => verdict([listed({ confidence: 1 })], NOW + days * DAY_MS, false);
    expect([at(0), at(30), at(60), at(61)].map((each) => each.confidence)).toEqual([1, 0.5, 0.25, 0]);
    expect(at(61)).toMatchObject({ reputation: 'unknown', feedSources: 0, categories: [], lastSeen: NOW });
    expect(at(61).evidence).toMatchObject([{ current: false }]);
    const file = verdict([listed({ type: 'hash', confidence: 1 })], NOW + 3_000 * DAY_MS, false);
    expect(file.confidence).toBe(1);
  });

  test('one more listing never makes it less sure, nor does the order matter', () => {
    const arbitrary = fc.record({
      lineage: fc.constantFrom('a', 'b', 'c'),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      categories: fc.subarray([...THREAT_CATEGORIES], { minLength: 1 }),
      lastSeen: fc.integer({ min: NOW - 100 * DAY_MS, max: NOW }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary), arbitrary, (some, more) => {
        const listings = some.map(listed);
        const before = verdict(listings, NOW, false);
        const after = verdict([...listings, listed(more)], NOW, false);
        expect(after.confidence).toBeGreaterThanOrEqual(before.confidence);
        expect(verdict(listings.toReversed(), NOW, false).confidence).toBe(before.confidence);
        expect(after.confidence).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('past the time for which its feed stands by it a listing is history', () => {
    const at = (now: number) => verdict([listed({ type: 'hash', validUntil: NOW + DAY_MS })], now, false);
    expect(at(NOW)).toMatchObject({ reputation: 'malicious', feedSources: 1 });
    expect(at(NOW + DAY_MS)).toMatchObject({
      reputation: 'unknown',
      feedSources: 0,
      confidence: 0,
      lastSeen: NOW,
      evidence: [{ current: false }],
    });
  });
});
