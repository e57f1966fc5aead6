import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedId, WarningEffect, WarningList } from '../../model/index.ts';
import type { Listed } from '../indicator-table.ts';
import { verdict } from '../verdict.ts';
import { readWarningList } from './read-warning-list.ts';
import { WarningLists } from './warning-lists.ts';

const NOW = Date.UTC(2026, 4, 21);

function reading(type: string, list: readonly unknown[], over: object = {}) {
  const document = { name: 'List of acme things', type, list, version: 20260501, ...over };
  return readWarningList(Buffer.from(JSON.stringify(document)), 'acme');
}

function good(type: string, list: readonly unknown[], over: object = {}) {
  const read = reading(type, list, over);
  if (read?.ok !== true) throw new Error('not read');
  return read;
}

describe('[WARN-READ-1] a warning list', () => {
  test('is brought into one spelling, what is no entry is counted', () => {
    const read = good('cidr', ['203.0.113.77/24', '198.51.100.7', '2001:DB8::/32', 'nonsense', 7]);
    expect(read.list).toEqual({
      id: 'acme',
      name: 'List of acme things',
      effect: 'caution',
      matching: 'cidr',
      entries: ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'],
      asOf: Date.UTC(2026, 4, 1),
    });
    expect(read).toMatchObject({ records: 5, refusedTotal: 2, refused: [{ line: 4 }, { line: 5 }] });
  });

  test.each<[string, WarningEffect]>([
    ['List of known IPv4 public DNS resolvers', 'exclude'],
    ['List of RFC 1918 CIDR blocks', 'exclude'],
    ['List of known hashes for empty files', 'exclude'],
    ['List of known hashes with common false-positives', 'exclude'],
    ['List of known sinkholes', 'sinkhole'],
    ['List of known Amazon AWS IP address ranges', 'caution'],
  ])('%s: %s', (name, effect) => {
    expect(good('string', ['x.example'], { name }).list.effect).toBe(effect);
  });

  test('of patterns only those are taken that are followed in linear time', () => {
    const patterns = [
      '^cdn\\d+\\.example\\.com$',
      '/^acme.*b/i',
      '(acme+)+$',
      'acme.*b.*c.*',
      '(?=x)',
      '(a)\\1',
      '[',
      'a**',
      'acme{9999}',
      '(?:(?:acme{30}){30}){30}',
      'x'.repeat(300),
    ];
    expect(good('regex', patterns).list.entries).toEqual(patterns.slice(0, 4));
  });

  test('more patterns than can be held against a name refuse the list', () => {
    const patterns = Array.from({ length: 100 }, (_, n) => `^acme${n}.{200}$`);
    expect(reading('regex', patterns)).toMatchObject({ ok: false });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['substring', ['.', '.com', 'co.uk', 'e', '.online'], ['sandbox', 'tria.ge', '.github.com']],
    ['cidr', ['0.0.0.0/0', '128.0.0.0/1', '2000::/3', '::/0'], ['10.0.0.0/8', '224.0.0.0/4', 'fe80::/10']],
    ['regex', ['.', '^', '[a-z]', '\\.', ''], ['^cdn\\d+\\.example\\.com$']],
  ])('an entry of %s that names nearly everything is refused', (type, wide, entries) => {
    const read = good(type, [...wide, ...entries]);
    expect(read.list.entries).toEqual(entries);
    expect(read.refusedTotal).toBe(wide.length);
    expect(reading(type, wide)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/has no entry .* stays/),
    });
  });

  test('anything else is none; one cut off is a broken one', () => {
    expect(reading('acl', ['a'])).toBeNull();
    expect(readWarningList(Buffer.from('{"vulnerabilities":[]}'), 'acme')).toBeNull();
    expect(readWarningList(Buffer.from('198.51.100.7\n'), 'acme')).toBeNull();
    expect(readWarningList(Buffer.from('{"name":"x","type":"cidr","list":["198.5'), 'acme')).toMatchObject({
      ok: false,
    });
  });
});

function listsOf(...lists: readonly WarningList[]): WarningLists {
  const all = new WarningLists();
  all.put(lists);
  return all;
}

describe('[WARN-MATCH-1] a warning list names', () => {
  const named = (type: string, list: readonly string[], value: string, of: Listed['type'] = 'domain') =>
    listsOf(good(type, list).list).of({ type: of, value }).length === 1;

  test('hostname: the name and all below it, at the edge of a label', () => {
    expect(named('hostname', ['.example.com'], 'example.com')).toBe(true);
    expect(named('hostname', ['example.com'], 'a.b.example.com')).toBe(true);
    expect(named('hostname', ['example.com'], 'badexample.com')).toBe(false);
    expect(named('hostname', ['a.example.com'], 'example.com')).toBe(false);
    // Below a public suffix a name is its owner's own.
    expect(named('hostname', ['github.io'], 'github.io')).toBe(true);
    expect(named('hostname', ['github.io'], 'somebody.github.io')).toBe(false);
  });

  test('string: exactly this; substring and regex: names that hold it', () => {
    expect(named('string', ['Example.com'], 'example.com')).toBe(true);
    expect(named('string', ['example.com'], 'a.example.com')).toBe(false);
    expect(named('string', ['AB'.repeat(32)], 'ab'.repeat(32), 'hash')).toBe(true);
    expect(named('substring', ['sandbox'], 'my-sandbox.example.com')).toBe(true);
    expect(named('regex', ['^cdn\\d+\\.'], 'cdn12.example.com')).toBe(true);
    expect(named('regex', ['^cdn\\d+\\.'], 'acdn12.example.com')).toBe(false);
  });

  test('cidr: addresses and blocks that lie in one whole', () => {
    const list = ['203.0.113.0/24', '198.51.100.7', '2001:db8::/32'];
    for (const value of ['203.0.113.9', '203.0.113.128/25', '203.0.113.0/24', '198.51.100.7', '2001:db8::9'])
      expect(named('cidr', list, value, 'ip')).toBe(true);
    for (const value of ['203.0.112.9', '203.0.112.0/23', '198.51.100.8', '2001:db9::'])
      expect(named('cidr', list, value, 'ip')).toBe(false);
  });
});

function listed(over: Partial<Listed> = {}): Listed {
  return {
    feed: 'f' as FeedId,
    lineage: 'f',
    feedAsOf: NOW,
    type: 'ip',
    value: '203.0.113.9',
    categories: ['c2_server'],
    confidence: 0.9,
    firstSeen: null,
    lastSeen: null,
    actors: [],
    ...over,
  };
}

function warning(effect: WarningEffect, id = 'acme'): WarningLists {
  return listsOf({ ...good('cidr', ['203.0.113.0/24']).list, id, effect });
}

describe('[WARN-VERDICT-1] with a warning list', () => {
  const judged = (lists: WarningLists, ...listings: readonly Listed[]) =>
    verdict(listings, NOW, false, lists);

  test('caution: one feed alone makes nothing malicious, two sure and independent ones do', () => {
    const lists = warning('caution');
    expect(judged(lists, listed())).toMatchObject({
      reputation: 'suspicious',
      confidence: 0.59,
      warningLists: ['acme'],
      feedSources: 1,
    });
    expect(judged(lists, listed(), listed({ feed: 'g' as FeedId }))).toMatchObject({
      reputation: 'suspicious',
    });
    expect(judged(lists, listed(), listed({ lineage: 'g' }))).toMatchObject({ reputation: 'malicious' });
    expect(judged(lists, listed(), listed({ lineage: 'g', confidence: 0.6 }))).toMatchObject({
      reputation: 'suspicious',
    });
  });

  test('exclude: what feeds say is shown and counts for nothing', () => {
    expect(judged(warning('exclude'), listed())).toMatchObject({
      reputation: 'unknown',
      confidence: 0,
      categories: [],
      warningLists: ['acme'],
      evidence: [{ feed: 'f' }],
    });
  });

  test('sinkhole: whoever goes there is infected, the place itself attacks nobody', () => {
    expect(judged(warning('sinkhole'), listed())).toMatchObject({
      reputation: 'suspicious',
      categories: ['sinkhole'],
      confidence: 0.9,
    });
  });

  test('a listing that it does not name counts in full', () => {
    const other = listed({ value: '203.0.112.0/23', feed: 'g' as FeedId, lineage: 'g' });
    expect(judged(warning('caution'), listed(), other)).toMatchObject({ reputation: 'malicious' });
  });

  test('it never makes a verdict graver or surer', () => {
    const grave = ['unknown', 'suspicious', 'malicious'];
    const listing = fc.record({
      lineage: fc.constantFrom('a', 'b', 'c'),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      value: fc.constantFrom('203.0.113.9', '203.0.112.0/23'),
      categories: fc.constantFrom<Listed['categories']>(
        ['c2_server'],
        ['scanner'],
        ['suspicious', 'phishing'],
      ),
    });
    fc.assert(
      fc.property(
        fc.array(listing),
        fc.constantFrom<WarningEffect>('exclude', 'sinkhole', 'caution'),
        (overs, effect) => {
          const listings = overs.map(listed);
          const [without, withIt] = [verdict(listings, NOW, false), judged(warning(effect), ...listings)];
          expect(grave.indexOf(withIt.reputation)).toBeLessThanOrEqual(grave.indexOf(without.reputation));
          expect(withIt.confidence).toBeLessThanOrEqual(without.confidence);
          expect(withIt.feedSources).toBe(without.feedSources);
        },
      ),
    );
  });
});
