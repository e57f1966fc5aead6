import { createHash } from 'node:crypto';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import type { Address, Feed, FeedId, Fingerprint, Listing, SealedName } from '../model/index.ts';
import { parentsOf, registrableDomain } from './domain-name.ts';
import { normaliseIndicator } from './indicator.ts';
import { IndicatorTable, type Listed } from './indicator-table.ts';

function fingerprint(name: string): Fingerprint {
  return createHash('sha256').update(name).digest('hex').slice(0, 32) as Fingerprint;
}

function seal(name: string): SealedName {
  return {
    domain: registrableDomain(name) ?? name,
    fingerprint: fingerprint(name),
    parents: parentsOf(name).map(fingerprint),
    labels: { count: 0, length: 0, entropy: 0 },
  };
}

function listing(type: Listing['type'], value: string): Listing {
  return {
    type,
    value,
    categories: ['c2_server'],
    confidence: 0.9,
    firstSeen: null,
    lastSeen: null,
    actors: [],
  };
}

function feed(id: string, ...listings: Listing[]): Feed {
  return { id: id as FeedId, asOf: 0, format: 'plain', lineage: id, listings };
}

const table = (...feeds: Feed[]) => IndicatorTable.build(feeds, fingerprint);
const found = (listed: readonly Listed[]) => listed.map((each) => `${each.feed} ${each.value}`);

describe('[THREAT-MATCH-1] an address is found itself and in every block that covers it', () => {
  test('the most specific first, of all feeds', () => {
    const both = table(
      feed('b', listing('ip', '45.9.0.0/16'), listing('ip', '45.9.148.1')),
      feed('a', listing('ip', '45.9.148.0/24'), listing('ip', '45.9.148.1')),
    );
    const expected = ['a 45.9.148.1', 'b 45.9.148.1', 'a 45.9.148.0/24', 'b 45.9.0.0/16'];
    expect(found(both.matchAddress('45.9.148.1' as Address))).toEqual(expected);
    expect(found(both.matchAddress('45.10.0.1' as Address))).toEqual([]);
  });

  test.each([
    ['64:ff9b::5db8:d822', ['a 93.184.216.34', 'a 93.184.0.0/16']],
    ['2002:5db8:d822::1', ['a 93.184.216.34', 'a 93.184.0.0/16']],
    ['2002:5db8:d823::', ['a 93.184.0.0/16']],
    ['64:ff9b::a00:1', []],
    ['64:ff9b:1::5db8:d822', []],
    ['2003:5db8:d822::1', []],
  ])('[THREAT-MATCH-4] %s is found by the IPv4 address that it leads to', (address, expected) => {
    const listed = table(
      feed('a', listing('ip', '93.184.216.34'), listing('ip', '93.184.0.0/16'), listing('ip', '8.0.0.0/6')),
    );
    expect(found(listed.matchAddress(address as Address))).toEqual(expected);
  });

  test('agrees with an independent library on random blocks and addresses', () => {
    // A small space, so that blocks and addresses really meet.
    const octets = fc.tuple(
      fc.integer({ min: 20, max: 21 }),
      fc.integer({ min: 0, max: 3 }),
      fc.nat(3),
      fc.nat(255),
    );
    const v4 = octets.map((each) => each.join('.'));
    const v6 = fc
      .tuple(fc.nat(1), fc.nat(3), fc.nat(65534))
      .map(([a, b, c]) => `2a00:${a.toString(16)}:${b.toString(16)}::${(c + 1).toString(16)}`);
    const blocks = fc.array(
      fc.oneof(
        fc.tuple(v4, fc.integer({ min: 8, max: 31 })),
        fc.tuple(v6, fc.integer({ min: 19, max: 127 })),
      ),
    );
    fc.assert(
      fc.property(blocks, fc.oneof(v4, v6), (cidrs, text) => {
        const address = ipaddr.parse(text);
        const canonical = address.toString() as Address;
        const masked = cidrs.map(([base, prefix]) => {
          const family = base.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
          return `${family.networkAddressFromCIDR(`${base}/${prefix}`).toString()}/${prefix}`;
        });
        const expected = masked.filter((cidr) => {
          const [network, prefix] = ipaddr.parseCIDR(cidr);
          return network.kind() === address.kind() && address.match(network, prefix);
        });
        const listings = masked.map((cidr) => listing('ip', cidr));
        const actual = table(feed('f', ...listings))
          .matchAddress(canonical)
          .map((each) => each.value);
        expect([...actual].sort()).toEqual([...expected].sort());
        const prefixes = actual.map((cidr) => Number(cidr.split('/')[1]));
        expect(prefixes).toEqual([...prefixes].sort((a, b) => b - a));
      }),
    );
  });
});

describe('[THREAT-MATCH-2] a domain is found itself and under its listed parents, never across a public suffix', () => {
  test.each([
    ['evil.example.org', 'evil.example.org', true],
    ['evil.example.org', 'a.b.evil.example.org', true],
    ['evil.example.org', 'good.example.org', false],
    ['evil.example.org', 'notevil.example.org', false],
    ['evil.example.org', 'example.org', false],
    ['example.org', 'a.example.org', true],
    ['github.io', 'someone.github.io', false],
    ['github.io', 'github.io', true],
    ['co.uk', 'shop.co.uk', false],
    ['someone.github.io', 'www.someone.github.io', true],
    ['someone.github.io', 'other.github.io', false],
  ])('%s listed, %s asked: %s', (listed, asked, expected) => {
    const one = table(feed('f', listing('domain', listed)));
    expect(one.matchDomain(asked).length > 0).toBe(expected);
    expect(one.matchSealed(seal(asked)).length > 0).toBe(expected);
  });

  test('sealed and clear names always agree, and no suffix taints what is below', () => {
    const label = fc.constantFrom('a', 'b', 'evil', 'www');
    const suffix = fc.constantFrom(
      'com',
      'co.uk',
      'github.io',
      'blogspot.com',
      'compute.amazonaws.com',
      'ck',
      'x.ck',
    );
    const name = fc
      .tuple(fc.array(label, { maxLength: 3 }), suffix)
      .map(([labels, end]) => [...labels, end].join('.'));
    fc.assert(
      fc.property(fc.array(name), name, (listed, asked) => {
        const some = table(feed('f', ...listed.map((each) => listing('domain', each))));
        const clear = found(some.matchDomain(asked));
        expect(found(some.matchSealed(seal(asked)))).toEqual(clear);
        const expected = listed.filter(
          (each) => each === asked || (asked.endsWith(`.${each}`) && registrableDomain(each) !== null),
        );
        expect([...clear].sort()).toEqual(expected.map((each) => `f ${each}`).sort());
      }),
    );
  });
});

test('[THREAT-MATCH-3] every spelling of an indicator finds its listing', () => {
  const hash = 'ab'.repeat(32);
  const all = table(
    feed(
      'f',
      listing('ip', '45.9.148.1'),
      listing('domain', 'xn--bcher-kva.example.org'),
      listing('hash', hash),
    ),
  );
  const spellings = [
    '45[.]9[.]148[.]1',
    '::ffff:45.9.148.1',
    'hxxp://45.9.148.1/',
    'BÜCHER.example.org',
    'x.bücher[.]example.org.',
    hash.toUpperCase(),
  ];
  for (const text of spellings) {
    const indicator = normaliseIndicator(text);
    expect(indicator.ok && all.match(indicator)).toHaveLength(1);
  }
});
