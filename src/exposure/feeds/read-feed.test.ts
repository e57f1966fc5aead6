import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { good, NOW, read, values } from './feed.fixture.ts';
import type { FeedFile } from './read-feed.ts';

describe('[FEED-ZEEK-1] a Zeek intel file', () => {
  test('the example is read whole', () => {
    const example = readFileSync(new URL('../../../examples/threats.intel', import.meta.url));
    const { feed, refused } = good(read(example));
    expect(refused).toEqual([]);
    expect(feed.listings.map(({ value, categories }) => [value, ...categories])).toEqual([
      ['updates.example.net', 'c2_server'],
      ['198.51.100.7', 'phishing'],
    ]);
  });

  const ZEEK = [
    '#fields\tindicator\tindicator_type\tmeta.source\tmeta.do_notice\tmeta.desc',
    '45.9.148.1\tIntel::ADDR\tSOMEONE\tF\tCobaltStrike beacon of Jane Doe',
    '45.9.150.0/23\tIntel::SUBNET\tSOMEONE\tF\t-',
    'Evil.Example.ORG\tIntel::DOMAIN\tSOMEONE\tF\tphishing kit',
    `${'AB'.repeat(32)}\tIntel::FILE_HASH\tSOMEONE\tF\t-`,
    'shared.example.net/x\tIntel::URL\tSOMEONE\tF\t-',
    'https://github.com/somebody/tool\tIntel::URL\tSOMEONE\tF\t-',
    'Jane@example.org\tIntel::EMAIL\tSOMEONE\tF\t-',
    '10.1.2.3\tIntel::ADDR\tSOMEONE\tF\t-',
    '300.1.2.3\tIntel::ADDR\tSOMEONE\tF\t-',
    '9.9.9.9\tIntel::ADDR',
    '',
  ].join('\n');

  test('gives addresses, networks, domains and hashes, counts the rest by name', () => {
    const reading = good(read(ZEEK));
    expect(values(reading)).toEqual([
      'ip 45.9.148.1',
      'ip 45.9.150.0/23',
      'domain evil.example.org',
      `hash ${'ab'.repeat(32)}`,
      'domain shared.example.net',
    ]);
    expect(reading.skipped).toEqual({ url_on_shared_host: 1, email: 1, special_range: 1 });
    expect(reading.records).toBe(10);
    expect(reading.refused).toEqual([
      { line: 10, reason: 'invalid_address' },
      { line: 11, reason: 'wrong_column_count' },
    ]);
  });

  test('keeps categories of our vocabulary, never the text', () => {
    const { feed } = good(read(ZEEK));
    expect(feed.listings.map((each) => each.categories)).toEqual([
      ['c2_server'],
      ['suspicious'],
      ['phishing'],
      ['malware_file'],
      ['suspicious'],
    ]);
    expect(JSON.stringify(feed)).not.toMatch(/Jane|beacon|SOMEONE/);
  });

  test('has its columns in any order, CRLF or gzip', () => {
    const other = '#fields\tmeta.desc\tindicator_type\tindicator\r\ntor exit\tIntel::ADDR\t45.9.148.1\r\n';
    expect(good(read(gzipSync(other))).feed.listings).toMatchObject([
      { value: '45.9.148.1', categories: ['tor_exit'] },
    ]);
  });

  test('the operator can say what the feed is about', () => {
    const { feed } = good(read(ZEEK, { defaultCategory: 'scanner' }));
    expect(new Set(feed.listings.flatMap((each) => each.categories))).toEqual(new Set(['scanner']));
  });

  test('a header without entries is an empty feed, not a failure', () => {
    expect(values(read('#fields\tindicator\tindicator_type\n'))).toEqual([]);
  });
});

describe('[FEED-PLAIN-1] a plain list', () => {
  test('holds addresses, networks, domains and hashes, with comments', () => {
    const text =
      '# c\n45.9.148.1\n45.9.150.0/23 ; SBL1\n*.evil.example.org # c\n2a00:1450::1\nhxxp://evil[.]example[.]com/y\n45.9.148.4:80\n/gate.php\n';
    const reading = good(read(text));
    expect(values(reading)).toEqual([
      'ip 45.9.148.1',
      'ip 45.9.150.0/23',
      'domain evil.example.org',
      'ip 2a00:1450::1',
      'domain evil.example.com',
      'ip 45.9.148.4',
    ]);
    expect(reading.skipped).toEqual({ url_path: 1 });
    const confidences = reading.feed.listings.map(({ confidence }) => confidence);
    expect(confidences[0]).toBeGreaterThan(confidences[5] ?? 1);
    expect(confidences[5]).toBeGreaterThan(confidences[4] ?? 1);
  });

  test('an address with the number of lists that name it is surer the more there are', () => {
    const { feed } = good(read('45.9.148.1\t1\n45.9.148.2\t3\n45.9.148.3\t10\n45.9.148.4\t50\n'));
    const rounded = feed.listings.map((each) => Number(each.confidence.toFixed(2)));
    expect(rounded).toEqual([0.2, 0.49, 0.89, 0.95]);
  });

  test.each([
    ['http://evil.com\\@good.org/', 'domain evil.com'],
    ['http://good.org@evil.com/x', 'domain evil.com'],
    ['http://45.9.148.1.:80/', 'ip 45.9.148.1'],
  ])('%s lists the host that a browser goes to', (text, value) => {
    expect(values(read(`${text}\n`))).toEqual([value]);
  });

  test('a number too great for lists is a port, unless it is said that lists are counted', () => {
    const text = '203.0.113.9 443\n203.0.113.10 22\n2001:db8::9 8443\n';
    expect(good(read(text)).feed.listings.map(({ ports }) => ports)).toEqual([[443], [22], [8_443]]);
    const [first] = good(read(text, { format: 'counted' })).feed.listings;
    expect(first).toMatchObject({ confidence: 0.95 });
    expect(first).not.toHaveProperty('ports');
  });

  test('a hosts file lists its names, not the machine itself', () => {
    const reading = good(read('127.0.0.1 localhost\n0.0.0.0 0.0.0.0\n0.0.0.0 evil.example.org\n'));
    expect(values(reading)).toEqual(['domain evil.example.org']);
    expect(reading.skipped).toEqual({ local_name: 2 });
  });

  test('says its own date, else the time of import', () => {
    const dated = '# Last update: Sat, 16 May 2026 03:00:00 +0200\n45.9.148.1\n';
    expect(good(read(dated)).feed.asOf).toBe(Date.UTC(2026, 4, 16, 1));
    expect(good(read('# Updated: 2026-05-01\n45.9.148.1\n')).feed.asOf).toBe(Date.UTC(2026, 4, 1));
    expect(good(read('# Updated: 2099-05-01\n45.9.148.1\n')).feed.asOf).toBe(NOW);
    expect(good(read('45.9.148.1\n')).feed.asOf).toBe(NOW);
  });
});

describe('[FEED-SAFE-1] a feed cannot list the world, nor our own networks', () => {
  test('blocks wider than /8 or /19 are refused', () => {
    const { refused } = good(read('45.9.148.1\n45.9.148.2\n0.0.0.0/0\n2a00::/18\n'));
    expect(refused).toEqual([
      { line: 3, reason: 'prefix_too_short' },
      { line: 4, reason: 'prefix_too_short' },
    ]);
  });

  test('[FEED-MAPPED-1] an IPv4-mapped block is the IPv4 block, by all that holds for it', () => {
    const mapped = ['93.184.216.0/120', '203.0.113.7/128', '10.0.0.0/120', '93.0.0.0/103', '93.184.216.0/95'];
    const reading = good(
      read(`45.9.148.1\n45.9.148.2\n${mapped.map((each) => `::ffff:${each}\n`).join('')}`),
    );
    expect(values(reading).slice(2)).toEqual(['ip 93.184.216.0/24', 'ip 203.0.113.7']);
    expect(reading.skipped).toEqual({ special_range: 1 });
    expect(reading.refused).toEqual([
      { line: 6, reason: 'prefix_too_short' },
      { line: 7, reason: 'invalid_network' },
    ]);
  });

  test('private and reserved ranges and the empty file are dropped and counted', () => {
    const reading = good(read('45.9.148.1\n192.168.0.0/24\n10.0.0.1\nd41d8cd98f00b204e9800998ecf8427e\n'));
    expect(values(reading)).toEqual(['ip 45.9.148.1']);
    expect(reading.skipped).toEqual({ special_range: 2, empty_file: 1 });
  });

  test('what is listed twice is one listing', () => {
    expect(values(read('45.9.148.1\n45.9.148.1/32\n'))).toEqual(['ip 45.9.148.1']);
  });
});

describe('[FEED-BROKEN-1] a broken file is refused whole', () => {
  test.each<[string, string | Uint8Array, Partial<FeedFile>]>([
    ['an empty file', '', {}],
    ['an error page', '<!DOCTYPE html>\n<html><body>\n<h1>502 Bad Gateway</h1>\n</body></html>\n', {}],
    ['binary', Uint8Array.of(0, 159, 146, 150, 0), {}],
    ['a cut gzip', gzipSync('45.9.148.1\n'.repeat(1000)).subarray(0, 30), {}],
    ['Zeek intel without #fields', '45.9.148.1\tIntel::ADDR\n', { format: 'zeek_intel' }],
    ['Zeek intel without indicator types', '#fields\tindicator\tmeta.source\n45.9.148.1\tx\n', {}],
  ])('%s', (_, text, over) => {
    expect(read(text, over)).toMatchObject({ ok: false, message: expect.stringContaining('feed acme-list') });
  });
});

/** Names that every object of JavaScript has. */
describe.each(['constructor', 'toString', 'hasOwnProperty', '--proto--', '__proto__'])(
  '[FEED-FORMATS-1] a thing that is called %s is known to no table',
  (name) => {
    test('a use of ThreatFox', () => {
      const header = '"first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type"';
      const row = `"2026-05-01 00:00:00", "1", "evil.example.com", "domain", "${name}"`;
      const reading = read(`# ${header}\n${row}\n`);
      expect(reading).toMatchObject({ ok: true, feed: { listings: [{ categories: ['suspicious'] }] } });
    });

    test('a type of STIX, MISP and Zeek', () => {
      const objects = [{ type: name, id: 'x--1' }];
      const event = { info: 'x', Attribute: [{ type: name, value: 'x', to_ids: true }] };
      for (const text of [
        JSON.stringify({ type: 'bundle', objects }),
        JSON.stringify({ Event: event }),
        `#fields\tindicator\tindicator_type\nx\tIntel::${name}\nevil.example.com\tIntel::DOMAIN\n`,
      ]) {
        const reading = read(text);
        const counts = reading.ok ? [...Object.values(reading.skipped), reading.refusedTotal] : [];
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
      }
    });
  },
);

describe('[FEED-AGE-2] a date of the future makes nothing newer', () => {
  test('what was seen then is as old as its feed', () => {
    const { feed } = good(read('ip,first_seen,last_seen\n198.51.100.7,2099-01-01,2099-01-02\n'));
    expect(feed.listings).toMatchObject([{ firstSeen: null, lastSeen: null }]);
    expect(feed.asOf).toBe(NOW);
  });

  test('an indicator is held back until it is valid', () => {
    const indicator = (n: number, from: string) => ({
      type: 'indicator',
      id: `indicator--${n}`,
      pattern: `[ipv4-addr:value = '198.51.100.${n}']`,
      valid_from: from,
    });
    const objects = [indicator(1, '2098-01-01T00:00:00Z'), indicator(2, '2026-01-01T00:00:00Z')];
    const reading = good(read(JSON.stringify({ type: 'bundle', objects })));
    expect(values(reading)).toEqual(['ip 198.51.100.2']);
    expect(reading.skipped).toEqual({ not_yet_valid: 1 });
  });
});
