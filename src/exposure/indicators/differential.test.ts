import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, Feed, FeedId, Listing } from '../../model/index.ts';
import { normaliseIndicator } from '../indicator.ts';
import { IndicatorTable } from '../indicator-table.ts';
import { address, domain, feeds, hash, sealed } from './any-feeds.fixture.ts';
import { fingerprint } from './fingerprint.fixture.ts';
import { naiveMatch } from './naive-table.fixture.ts';

/** Ways to write one value, as the contract promises to understand them. */
const spelling = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => ` ${text.replaceAll('.', '[.]')} `,
  (text) => text.replaceAll(':', '[:]'),
  (text) => `hxxps://${text.includes(':') ? `[${text}]` : text}:8443/a/b?c=d`,
  (text) => (/^[\d.]+$/.test(text) ? `::ffff:${text}` : text),
  (text) => text.replaceAll('xn--bcher-kva', 'bücher').replaceAll('xn--p1ai', 'рф'),
  // Behind a last colon, the quotation mark would be read as the end of a sentence.
  (text) => (text.endsWith(':') ? text : `"${text}",`),
);
const asked = fc.oneof(
  address.map((value) => ({ type: 'ip' as const, value })),
  domain.map((value) => ({ type: 'domain' as const, value })),
);

describe('[THREAT-TABLE-1] the table answers as asking every listing would', () => {
  test('addresses and domains in every spelling, sealed names, parents, blocks within blocks', () => {
    fc.assert(
      fc.property(feeds, fc.array(fc.tuple(asked, spelling), { minLength: 1 }), (some, questions) => {
        const table = IndicatorTable.build(some, fingerprint);
        for (const [{ type, value }, spelt] of questions) {
          const indicator = normaliseIndicator(spelt(value));
          expect(indicator).toMatchObject({ ok: true, value });
          const expected = naiveMatch(some, type, value);
          expect(indicator.ok && table.match(indicator)).toStrictEqual(expected);
          const destination =
            type === 'ip'
              ? ({ type, address: value as Address } as const)
              : ({ type, name: sealed(value) } as const);
          expect(table.matchDestination(destination)).toStrictEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('hashes of all three kinds', () => {
    fc.assert(
      fc.property(feeds, hash, (some, value) => {
        const table = IndicatorTable.build(some, fingerprint);
        const indicator = normaliseIndicator(value.toUpperCase());
        const expected = naiveMatch(some, 'hash', value);
        expect(indicator.ok && table.match(indicator)).toStrictEqual(expected);
        expect(table.matchDestination({ type: 'hash', hash: value })).toStrictEqual(expected);
        expect(table.matchHash(value.toUpperCase())).toEqual(value === value.toUpperCase() ? expected : []);
      }),
      { numRuns: 200 },
    );
  });

  test('so many that every part of it has pages, and half of them in two feeds', () => {
    const both = [feedOf('a', 0, 40_000), feedOf('b', 20_000, 40_000)];
    const table = IndicatorTable.build(both, fingerprint);
    for (let nth = 0; nth < 80_000; nth++) {
      const { type, value } = nthListing(nth);
      const found = table.match({ type, value: value.replace('0/24', '9').replace('/48', '') });
      const expected = [...(nth < 40_000 ? ['a'] : []), ...(nth >= 20_000 && nth < 60_000 ? ['b'] : [])];
      expect(found.filter((listed) => listed.value === value).map(({ feed }) => feed)).toStrictEqual(
        expected,
      );
    }
  });
});

test.each<[Listing['type'], string]>([
  ['ip', '045.9.148.1'],
  ['ip', '2A00::1'],
  ['ip', '45.9.148.0/33'],
  ['domain', `${'a'.repeat(60)}.`.repeat(5)],
  ['domain', '名.example'],
  ['hash', 'AB'.repeat(32)],
  ['hash', 'ab'.repeat(30)],
  ['hash', 'xy'.repeat(16)],
])('a feed record that holds no canonical %s is refused: %s', (type, value) => {
  const feed = { ...feedOf('a', 0, 0), listings: [{ ...nthListing(0), type, value }] };
  expect(() => IndicatorTable.build([feed], fingerprint)).toThrow(
    `feed a lists something that is no ${type}`,
  );
});

function feedOf(id: string, from: number, count: number): Feed {
  const listings = Array.from({ length: count }, (_, i) => nthListing(from + i));
  return { id: id as FeedId, asOf: 0, format: 'plain', lineage: id, listings };
}

/** All kinds in turn. */
function nthListing(nth: number): Listing {
  const hex = (nth * 2_654_435_761).toString(16).padStart(16, '0').slice(-16);
  const octets = `${20 + (nth % 200)}.${(nth >>> 8) & 255}.${nth & 255}`;
  const groups = `${((nth >>> 15) + 1).toString(16)}:${((nth & 0x7fff) + 1).toString(16)}`;
  const kinds = [
    ['ip', `${octets}.1`],
    ['ip', `${octets}.0/24`],
    ['ip', `2a00:${groups}::1`],
    ['ip', `2a00:${groups}::/48`],
    ['domain', `d${nth}.com`],
    ['domain', `www.h${nth}.co.uk`],
    ['hash', hex.repeat(4)],
    ['hash', hex.repeat(3).slice(0, 40)],
    ['hash', hex.repeat(2)],
  ] as const;
  const [type, value] = kinds[nth % kinds.length] ?? kinds[0];
  const seen = nth % 7 === 0 ? nth + 0.5 : nth * 1_000;
  return {
    type,
    value,
    categories: ['c2_server'],
    confidence: 0.5,
    firstSeen: null,
    lastSeen: seen,
    actors: [],
  };
}
