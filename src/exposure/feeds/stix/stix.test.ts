import { describe, expect, test } from 'vitest';
import { good, NOW, read, values } from '../feed.fixture.ts';
import { readPattern } from './pattern.ts';

const sha256 = 'ab'.repeat(32);
const md5 = 'ef'.repeat(16);

function indicator(name: string, pattern: string, over: object = {}): object {
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${name}`,
    created: '2026-05-01T00:00:00Z',
    modified: '2026-05-02T00:00:00Z',
    pattern,
    pattern_type: 'stix',
    valid_from: '2026-05-01T00:00:00Z',
    ...over,
  };
}
const bundle = (...objects: object[]) => JSON.stringify({ type: 'bundle', id: 'bundle--1', objects });
const link = (source: string, target: string) => ({
  type: 'relationship',
  id: `relationship--${source}-${target}`,
  relationship_type: 'indicates',
  source_ref: source,
  target_ref: target,
});

describe('[FEED-STIX-1] a pattern lists what it names by itself, and nothing else', () => {
  test.each<[string, readonly string[]]>([
    ["[ipv4-addr:value = '198.51.100.7']", ['198.51.100.7']],
    ["[ipv4-addr:value ISSUBSET '203.0.113.0/24']", ['203.0.113.0/24']],
    ["[ipv6-addr:value='2001:DB8::1']", ['2001:db8::1']],
    [
      "[domain-name:value IN ('evil.example.com', 'bad.example.net')]",
      ['evil.example.com', 'bad.example.net'],
    ],
    ["[url:value = 'http://evil.example.com/x']", ['evil.example.com']],
    [
      "[domain-name:value = 'a.example.com' OR ipv4-addr:value = '198.51.100.7']",
      ['a.example.com', '198.51.100.7'],
    ],
    [
      "[ipv4-addr:value = '198.51.100.7'] OR ([domain-name:value = 'a.example.com'])",
      ['198.51.100.7', 'a.example.com'],
    ],
    [`[file:hashes.'SHA-256' = '${sha256.toUpperCase()}']`, [sha256]],
    [`[file:hashes.md5 = '${md5}']`, [md5]],
    [
      "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.7']",
      ['198.51.100.7'],
    ],
    [
      "[network-traffic:dst_ref.type = 'domain-name' AND network-traffic:dst_ref.value = 'a.example.com' AND network-traffic:dst_port = 443]",
      ['a.example.com'],
    ],
    [
      "[domain-name:value = 'a.example.com' AND domain-name:resolves_to_refs[*].value = '198.51.100.7']",
      ['a.example.com'],
    ],
    [`[file:name = 'x.exe' AND file:hashes.MD5 = '${md5}']`, [md5]],
    // Two hashes of one file.
    [`[file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-256' = '${sha256}']`, [sha256]],
  ])('%s', (pattern, listed) => {
    const reading = readPattern(pattern);
    expect(
      reading.ok && reading.entries.map((entry) => (entry.kind === 'indicator' ? entry.value : entry)),
    ).toEqual(listed);
  });

  test.each<[string, string]>([
    ["[ipv4-addr:value = '198.51.100.7' AND domain-name:value = 'a.example.com']", 'pattern_needs_all'],
    [`[network-traffic:dst_port = 443 AND file:hashes.MD5 = '${md5}']`, 'pattern_needs_all'],
    ["[file:name = 'x.exe' AND file:size = 5]", 'pattern_needs_all'],
    ['[network-traffic:dst_port = 443]', 'pattern_unsupported'],
    ["[ipv4-addr:value = '198.51.100.7'] AND [domain-name:value = 'a.example.com']", 'pattern_needs_all'],
    [
      "[ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY [domain-name:value = 'a.example.com']",
      'pattern_needs_all',
    ],
    ["[ipv4-addr:value = '198.51.100.7'] REPEATS 5 TIMES", 'pattern_needs_all'],
    ["[domain-name:value LIKE '%.example.com']", 'pattern_unsupported'],
    ["[domain-name:value NOT = 'a.example.com']", 'pattern_unsupported'],
    ["[ipv4-addr:value != '198.51.100.7']", 'pattern_unsupported'],
    ["[process:name = 'evil.exe']", 'pattern_unsupported'],
    ["[domain-name:value = 'a.example.com'", 'pattern_unreadable'],
    ['', 'pattern_unreadable'],
    ['['.repeat(5_000), 'pattern_unsupported'],
    [`[${'('.repeat(5_000)}`, 'pattern_unsupported'],
    ["[__proto__:value = 'x']", 'pattern_unsupported'],
  ])('%# is refused: %.80s', (pattern, reason) => {
    expect(readPattern(pattern)).toEqual({ ok: false, reason });
  });
});

test('[FEED-STIX-1] of alternatives those that can be are listed, the others are refused', () => {
  const pattern = "[email-addr:value = 'a@example.com' OR domain-name:value = 'a.example.com']";
  const reading = good(read(bundle(indicator('1', pattern))));
  expect(values(reading)).toEqual(['domain a.example.com']);
  expect(reading.reasons).toEqual({ pattern_unsupported: 1 });
});

test('[FEED-STIX-1] a port beside an address is as in a list', () => {
  const reading = readPattern("[ipv4-addr:value = '198.51.100.7' AND network-traffic:dst_port = 443]");
  expect(reading).toEqual({
    ok: true,
    entries: [{ kind: 'indicator', type: 'ip', value: '198.51.100.7', share: 0.8, port: 443 }],
  });
});

test('[FEED-STIX-1] what needs more than one thing does not take the others with it', () => {
  const both = "[ipv4-addr:value = '198.51.100.8' AND domain-name:value = 'b.example.com']";
  const reading = good(read(bundle(indicator('1', `[ipv4-addr:value = '198.51.100.7'] OR ${both}`))));
  expect(values(reading)).toEqual(['ip 198.51.100.7']);
  expect(reading.reasons).toEqual({ pattern_needs_all: 1 });
});

describe('[FEED-STIX-2] a bundle', () => {
  test('says how sure it is, for how long, and of whom', () => {
    const text = bundle(
      indicator('1', "[ipv4-addr:value = '198.51.100.7']", {
        confidence: 85,
        valid_until: '2026-06-01T00:00:00Z',
        indicator_types: ['malicious-activity'],
      }),
      link('indicator--1', 'malware--1'),
      link('indicator--1', 'intrusion-set--1'),
      { type: 'malware', id: 'malware--1', name: 'AcmeBot', malware_types: ['ransomware'] },
      { type: 'intrusion-set', id: 'intrusion-set--1', name: 'ACME\u202E Spider\n' },
    );
    const { feed, records } = good(read(text));
    expect(records).toBe(5);
    expect(feed).toMatchObject({ format: 'stix', asOf: Date.UTC(2026, 4, 2) });
    expect(feed.listings).toMatchObject([
      {
        value: '198.51.100.7',
        confidence: 0.85,
        validUntil: Date.UTC(2026, 5, 1),
        categories: ['ransomware_infrastructure'],
        actors: ['ACME Spider'],
        firstSeen: Date.UTC(2026, 4, 1),
      },
    ]);
  });

  const group = (nth: number) => ({
    type: 'intrusion-set',
    id: `intrusion-set--${nth}`,
    name: `Group ${nth}`,
  });
  const tie = (nth: number, relationship_type: string, source_ref: string, target_ref: string) => {
    return { type: 'relationship', id: `relationship--t${nth}`, relationship_type, source_ref, target_ref };
  };
  const pattern = { pattern: "[ipv4-addr:value = '198.51.100.7']", pattern_type: 'stix' };
  const bare = { type: 'indicator', id: 'indicator--a', modified: '2026-05-02T00:00:00Z', ...pattern };
  const malware = { type: 'malware', id: 'malware--a', name: 'AcmeBot' };
  const points = tie(0, 'indicates', 'indicator--a', 'malware--a');
  const uses = (nth: number) => tie(nth, 'uses', `intrusion-set--${nth}`, 'malware--a');

  test.each<[string, readonly object[], readonly string[]]>([
    ['who uses the malware', [malware, points, group(1), uses(1)], ['Group 1']],
    [
      'all who use it, none chosen',
      [malware, points, group(1), group(2), uses(1), uses(2)],
      ['Group 1', 'Group 2'],
    ],
    [
      'nobody, where many use it',
      [malware, points, ...Array.from({ length: 9 }, (_, i) => [group(i), uses(i)]).flat()],
      [],
    ],
    [
      'whom it is authored by',
      [malware, points, group(1), tie(1, 'authored-by', 'malware--a', 'intrusion-set--1')],
      ['Group 1'],
    ],
    ['nobody who was revoked', [malware, points, { ...group(1), revoked: true }, uses(1)], []],
    [
      'nobody by a relationship that was revoked',
      [malware, points, group(1), { ...uses(1), revoked: true }],
      [],
    ],
    ["nobody by a tool, which is everybody's", [{ ...malware, type: 'tool' }, points, group(1), uses(1)], []],
    [
      'a campaign and whom it is attributed to',
      [
        { type: 'campaign', id: 'campaign--a', name: 'Night' },
        tie(0, 'indicates', 'indicator--a', 'campaign--a'),
        group(1),
        tie(1, 'attributed-to', 'campaign--a', 'intrusion-set--1'),
      ],
      ['Night', 'Group 1'],
    ],
    [
      'a campaign alone, where it is attributed to many',
      [
        { type: 'campaign', id: 'campaign--a', name: 'Night' },
        tie(0, 'indicates', 'indicator--a', 'campaign--a'),
        ...Array.from({ length: 9 }, (_, i) => [
          group(i),
          tie(i + 1, 'attributed-to', 'campaign--a', `intrusion-set--${i}`),
        ]).flat(),
      ],
      ['Night'],
    ],
  ])('[THREAT-ACTOR-2] it names %s', (_, objects, expected) => {
    const { feed } = good(read(bundle(bare, ...objects)));
    expect(feed.listings.map(({ actors }) => actors)).toEqual([expected]);
  });

  test('[THREAT-ACTOR-2] what has no id that is text names nobody, and stops nothing', () => {
    const no = { toString: 1, valueOf: 1 };
    const objects = [
      { ...malware, id: no },
      { ...group(1), id: no, type: 'intrusion-set' },
      { ...tie(1, 'indicates', '', ''), source_ref: no, target_ref: no },
      { ...tie(2, 'uses', '', ''), source_ref: no, target_ref: no },
      { ...tie(3, 'indicates', 'indicator--a', ''), target_ref: no },
      { ...tie(4, 'uses', '', ''), relationship_type: no },
      { ...bare, id: no, type: no },
      bare,
    ];
    const { feed } = good(read(bundle(...objects)));
    expect(feed.listings.map(({ actors }) => actors)).toEqual([[]]);
  });

  test('no confidence is unknown, not none', () => {
    expect(
      good(read(bundle(indicator('1', "[ipv4-addr:value = '198.51.100.7']")))).feed.listings[0]?.confidence,
    ).toBe(0.7);
  });

  test('a confidence of 0 is none (STIX 2.1 appendix A)', () => {
    const text = bundle(indicator('1', "[ipv4-addr:value = '198.51.100.7']", { confidence: 0 }));
    expect(good(read(text)).feed.listings[0]?.confidence).toBe(0);
  });

  test('the last version of an id counts, a revocation for good', () => {
    const text = bundle(
      indicator('1', "[ipv4-addr:value = '198.51.100.1']", { modified: '2026-05-03T00:00:00Z' }),
      indicator('1', "[ipv4-addr:value = '198.51.100.9']"),
      indicator('2', "[ipv4-addr:value = '198.51.100.2']", { revoked: true }),
      indicator('2', "[ipv4-addr:value = '198.51.100.2']", { modified: '2026-05-10T00:00:00Z' }),
    );
    expect(values(read(text))).toEqual(['ip 198.51.100.1']);
    expect(good(read(text)).skipped).toEqual({ revoked: 1 });
  });

  test('other pattern languages are refused and counted, benign ones passed over', () => {
    const text = bundle(
      indicator('1', 'rule x { condition: true }', { pattern_type: 'yara' }),
      indicator('2', "[domain-name:value = 'good.example.com']", { indicator_types: ['benign'] }),
      indicator('3', "[ipv4-addr:value = '10.0.0.1']"),
    );
    const reading = good(read(text));
    expect(values(reading)).toEqual([]);
    expect(reading).toMatchObject({
      reasons: { pattern_language: 1 },
      skipped: { benign: 1, special_range: 1 },
      refused: [{ line: 1, reason: 'pattern_language' }],
    });
  });

  test('an envelope of TAXII is read as well; one cut off is broken', () => {
    const envelope = JSON.stringify({
      more: false,
      objects: [indicator('1', "[ipv4-addr:value = '198.51.100.7']")],
    });
    expect(values(read(envelope))).toEqual(['ip 198.51.100.7']);
    const whole = bundle(indicator('1', "[ipv4-addr:value = '198.51.100.7']"));
    expect(read(whole.slice(0, -3))).toMatchObject({ ok: false, format: 'stix' });
  });

  test('what is dated in the future was not last seen then', () => {
    const { feed } = good(
      read(
        bundle(indicator('1', "[ipv4-addr:value = '198.51.100.7']", { modified: '2036-05-02T00:00:00Z' })),
      ),
    );
    expect(feed.listings[0]?.lastSeen).toBe(Date.UTC(2026, 4, 1));
    expect(feed.asOf).toBeLessThanOrEqual(NOW);
  });
});
