import { expect, test } from 'vitest';
import { createChance } from '../../sources/zeek/mutated-lines.fixture.ts';
import { fuzzFeeds } from './mutated-feed.fixture.ts';
import { read } from './feed.fixture.ts';

/* A short form of `npm run fuzz`. */
test('[FEED-FUZZ-1] whatever a feed holds, it is read or refused, and what is listed is sound', () => {
  expect(fuzzFeeds(createChance(20_261_129), 3_000)).toBeNull();
});

/** Each of them took a time that grew with the square of its length in some parser. */
test.each<[string, string]>([
  ['comments before an odd line end', `1.2.3.4${' #'.repeat(100_000)}\u2028`],
  ['quotes that are never closed', `ip,comment\n${'"""\n'.repeat(50_000)}`],
  ['a long name', `${'a'.repeat(500_000)}.com\n198.51.100.7\n`],
  ['a long line of dates', `#${' updated :'.repeat(50_000)}\n198.51.100.7\n`],
  ['hosts with comments', `0.0.0.0 evil.example.com\n0.0.0.0 a.example.com${'#'.repeat(100_000)}\u2028\n`],
  [
    'brackets',
    JSON.stringify({
      type: 'bundle',
      objects: [{ type: 'indicator', id: 'indicator--1', pattern: '[('.repeat(15_000) }],
    }),
  ],
  ['a cell of many cells', `ip\tx\n${'a\t'.repeat(200_000)}\n198.51.100.7\ty\n`],
])('[FEED-FUZZ-1] %s', (_, text) => {
  expect(typeof read(text).ok).toBe('boolean');
});
