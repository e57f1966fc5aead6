import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../model/index.ts';
import { good, read, values } from './feed.fixture.ts';
import { isDocument } from './read-feed.ts';

const sha256 = 'ab'.repeat(32);

const ioc = (value: unknown, type: string, over: object = {}) => ({
  ioc_value: value,
  ioc_type: type,
  threat_type: 'botnet_cc',
  malware: 'win.x',
  malware_alias: null,
  malware_printable: 'X',
  first_seen_utc: '2026-05-19 10:00:00',
  last_seen_utc: null,
  confidence_level: 100,
  reference: null,
  tags: 'a,b',
  anonymous: '0',
  reporter: 'y',
  ...over,
});
const controller = (over: object = {}) => ({
  ip_address: '198.51.100.1',
  port: 443,
  status: 'online',
  hostname: null,
  as_number: 64500,
  as_name: 'ACME',
  country: 'XX',
  first_seen: '2026-05-01 10:00:00',
  last_online: '2026-05-20',
  malware: 'Dridex',
  ...over,
});
const url = (over: object = {}) => ({
  dateadded: '2026-05-19 10:00:00 UTC',
  url: 'http://203.0.113.9:8080/mozi.m',
  url_status: 'online',
  last_online: '2026-05-20 09:00:00 UTC',
  threat: 'malware_download',
  tags: ['elf', 'Mozi'],
  urlhaus_link: 'https://urlhaus.abuse.ch/url/1/',
  reporter: 'x',
  ...over,
});
const byId = (records: readonly unknown[]) =>
  JSON.stringify(Object.fromEntries(records.map((record, at) => [at + 1, [record]])));

describe('[FEED-JSON-1] exports of abuse.ch as JSON', () => {
  test('answers of its services: a list beside how the question went', () => {
    const first_seen = '2026-05-19 10:00:00 UTC';
    const answers: readonly [string, object][] = [
      [
        'ip 198.51.100.1',
        { data: [{ ...ioc(undefined, 'ip:port'), ioc: '198.51.100.1:443', first_seen, last_seen: null }] },
      ],
      ['ip 203.0.113.9', { urls: [{ ...url({ dateadded: undefined }), date_added: first_seen }] }],
      [
        `hash ${sha256}`,
        { data: [{ sha256_hash: sha256, file_type: 'exe', first_seen, signature: 'X', tags: null }] },
      ],
    ];
    for (const [listed, answer] of answers) {
      const reading = good(read(JSON.stringify({ query_status: 'ok', ...answer })));
      expect([values(reading), reading.reasons]).toEqual([[listed], {}]);
      expect(reading.feed).toMatchObject({
        format: 'abuse_ch',
        listings: [{ firstSeen: Date.UTC(2026, 4, 19, 10) }],
      });
    }
  });

  test('ThreatFox: a list for each id', () => {
    const reading = good(
      read(
        byId([
          ioc('198.51.100.1:443', 'ip:port'),
          ioc('evil.example.com', 'domain', { threat_type: 'payload_delivery', confidence_level: 50 }),
          ioc(sha256, 'sha256_hash', { threat_type: 'payload', confidence_level: 75 }),
          ioc('x', 'envelope_from'),
        ]),
      ),
    );
    expect(reading.feed).toMatchObject({ format: 'abuse_ch', asOf: Date.UTC(2026, 4, 19, 10) });
    expect(reading.feed.listings).toMatchObject([
      { value: '198.51.100.1', categories: ['c2_server'], confidence: 0.8, ports: [443] },
      { value: 'evil.example.com', categories: ['malware_distribution'], confidence: 0.5 },
      { value: sha256, categories: ['malware_file'], confidence: 0.75 },
    ]);
    expect(reading.skipped).toEqual({ other_type: 1 });
  });

  test('Feodo Tracker: one list; without an entry it is told by its name only', () => {
    const { feed } = good(read(JSON.stringify([controller(), controller({ ip_address: '198.51.100.2' })])));
    expect(feed.listings).toMatchObject([
      { value: '198.51.100.1', categories: ['c2_server'], lastSeen: Date.UTC(2026, 4, 20), ports: [443] },
      { value: '198.51.100.2' },
    ]);
    expect(values(read('[]', { format: 'abuse_ch' }))).toEqual([]);
    expect(read('[]')).toMatchObject({ ok: false, format: null });
  });

  test('URLhaus: a list for each id', () => {
    const { feed } = good(
      read(byId([url(), url({ url: 'http://evil.example.com/', url_status: 'offline' })])),
    );
    expect(feed.listings).toMatchObject([
      {
        value: '203.0.113.9',
        categories: ['malware_distribution'],
        firstSeen: Date.UTC(2026, 4, 19, 10),
        lastSeen: null,
        ports: [8080],
      },
      { value: 'evil.example.com', lastSeen: Date.UTC(2026, 4, 20, 9) },
    ]);
  });

  test('a bad record is refused alone, with its number', () => {
    const document = {
      1: ['text'],
      2: [ioc('198.51.100.1:443', 'ip:port')],
      3: [ioc({ ip: '198.51.100.2' }, 'ip:port')],
      4: { ioc_value: '198.51.100.3:443' },
      5: null,
      6: [ioc('198.51.100.4:443', 'ip:port', { tags: [1] })],
      7: [ioc('evil.example.com', 'domain', { tags: 'x'.repeat(LIMITS.lineBytes + 1) })],
      8: [ioc('evil', 'domain')],
      constructor: [ioc('198.51.100.5:443', 'ip:port', { threat_type: 'constructor' })],
    };
    const reading = good(read(JSON.stringify(document)));
    expect(values(reading)).toEqual(['ip 198.51.100.1', 'ip 198.51.100.5']);
    expect(reading.refused).toEqual([
      { line: 1, reason: 'invalid_entry' },
      { line: 3, reason: 'invalid_entry' },
      { line: 4, reason: 'invalid_entry' },
      { line: 5, reason: 'invalid_entry' },
      { line: 6, reason: 'invalid_entry' },
      { line: 7, reason: 'line_too_long' },
      { line: 8, reason: 'invalid_entry' },
    ]);
    expect(reading.feed.listings.map(({ categories }) => categories)).toEqual([
      ['c2_server'],
      ['suspicious'],
    ]);
  });

  test('is read whole, also where its format is said', () => {
    const bytes = Buffer.from(byId([url()]));
    expect(isDocument({ bytes, format: 'auto' })).toBe(true);
    expect(isDocument({ bytes, format: 'abuse_ch' })).toBe(true);
    expect(isDocument({ bytes: Buffer.from('# id,dateadded,url,url_status\n'), format: 'abuse_ch' })).toBe(
      false,
    );
  });

  test('fields of every object are none of the export', () => {
    const text =
      '{"1":[{"ioc_type":"domain","threat_type":"x","__proto__":{"ioc_value":"evil.example.com"}}]}';
    expect(read(text)).toMatchObject({ ok: false, format: null });
  });

  test('a cut one is broken, and other JSON is none of them', () => {
    expect(read(byId([ioc('198.51.100.1:443', 'ip:port')]).slice(0, -9))).toMatchObject({
      ok: false,
      format: 'abuse_ch',
    });
    expect(read(JSON.stringify([{ ip_address: '198.51.100.1', status: 'online', port: 443 }]))).toMatchObject(
      {
        ok: false,
        format: null,
      },
    );
    expect(read('{"a":[{"url":"http://evil.example.com/"}]}', { format: 'abuse_ch' })).toMatchObject({
      ok: false,
      format: 'abuse_ch',
    });
  });
});

type Cells = Readonly<Record<string, string>>;

const words = fc.oneof(
  fc.constantFrom('', 'None', 'n/a', 'elf,Mozi', 'ransomware', 'phish', 'constructor'),
  fc.string(),
);
const dates = fc.constantFrom(
  '',
  '2026-05-19 10:00:00',
  '2026-05-20 09:00:00',
  '2026-04-01 00:00:00',
  '2099-01-01 00:00:00',
);
const hosts = fc.constantFrom(
  '198.51.100.1',
  '198.51.100.2',
  '2001:db8::7',
  '10.0.0.1',
  'evil.example.com',
  'github.com',
  'constructor',
  '1.2.3',
);
const ports = fc.constantFrom('', '443', '8080', '0', '70000', 'x');

const rowsOf = (row: Readonly<Record<string, fc.Arbitrary<string>>>, sure: Cells) =>
  fc
    .array(fc.record(row) as fc.Arbitrary<Cells>, { maxLength: 40, size: 'max' })
    // A list of which more is refused than read is none as CSV.
    .map((rows) => [...rows, ...Array.from({ length: rows.length + 1 }, () => sure)]);

const threatFoxRows = rowsOf(
  {
    first_seen_utc: dates,
    ioc_value: fc.oneof(
      fc.tuple(hosts, ports).map(([host, port]) => `${host.includes('::') ? `[${host}]` : host}:${port}`),
      hosts,
      fc.constantFrom(`http://evil.example.com/x`, sha256, ''),
      fc.string(),
    ),
    ioc_type: fc.constantFrom('ip:port', 'domain', 'url', 'sha256_hash', 'md5_hash', 'toString', ''),
    threat_type: fc.constantFrom(
      'botnet_cc',
      'payload',
      'payload_delivery',
      'cc_skimming',
      'constructor',
      '',
    ),
    malware_alias: words,
    malware_printable: words,
    last_seen_utc: dates,
    confidence_level: fc.constantFrom('100', '75', '0', '101', '', '50.5'),
    tags: words,
  },
  {
    first_seen_utc: '2026-05-19 10:00:00',
    ioc_value: '198.51.100.9:443',
    ioc_type: 'ip:port',
    threat_type: 'botnet_cc',
    malware_alias: 'None',
    malware_printable: 'X',
    last_seen_utc: '',
    confidence_level: '100',
    tags: '',
  },
);
const urlhausRows = rowsOf(
  {
    dateadded: dates,
    url: fc.oneof(
      fc.tuple(hosts, ports).map(([host, port]) => `http://${host}:${port}/x`),
      words,
    ),
    url_status: fc.constantFrom('online', 'offline', 'unknown', ''),
    last_online: dates,
    threat: words,
    tags: words,
  },
  {
    dateadded: '2026-05-19 10:00:00',
    url: 'http://198.51.100.9/',
    url_status: 'online',
    last_online: '',
    threat: 'malware_download',
    tags: '',
  },
);
const feodoRows = rowsOf(
  {
    first_seen_utc: dates,
    dst_ip: fc.oneof(hosts, words),
    dst_port: ports,
    c2_status: fc.constantFrom('online', 'offline'),
    last_online: dates,
    malware: words,
  },
  {
    first_seen_utc: '2026-05-19 10:00:00',
    dst_ip: '198.51.100.9',
    dst_port: '443',
    c2_status: 'online',
    last_online: '',
    malware: 'X',
  },
);

const csvOf = (rows: readonly Cells[]): string =>
  [
    `# ${Object.keys(rows[0] ?? {}).join(',')}`,
    ...rows.map((row) =>
      Object.values(row)
        .map((cell) => `"${cell.replaceAll('"', '""')}"`)
        .join(','),
    ),
    '',
  ].join('\n');

/** As the makers write a cell in JSON. */
const orNull = (text: string | undefined) => (text === '' ? null : text);
const numberOr = (text: string | undefined) =>
  /^(?:0|[1-9]\d*)$/.test(text ?? '') ? Number(text) : orNull(text);
const inUtc = (text: string | undefined) => (text === '' ? null : `${text} UTC`);

function listingsOf(text: string) {
  const { feed, skipped, refused } = good(read(text));
  expect(feed.format).toBe('abuse_ch');
  return { listings: feed.listings, skipped, reasons: refused.map(({ reason }) => reason) };
}

describe('[FEED-JSON-1] the same rows list the same as CSV and as JSON', () => {
  test('ThreatFox', () => {
    fc.assert(
      fc.property(threatFoxRows, (rows) => {
        const json = rows.map((row) => ({
          ...Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, orNull(cell)])),
          confidence_level: numberOr(row['confidence_level']),
        }));
        expect(listingsOf(byId(json))).toEqual(listingsOf(csvOf(rows)));
      }),
    );
  });

  test('URLhaus', () => {
    fc.assert(
      fc.property(urlhausRows, (rows) => {
        const json = rows.map((row) => ({
          ...row,
          dateadded: inUtc(row['dateadded']),
          last_online: inUtc(row['last_online']),
          tags: row['tags'] === '' ? null : row['tags']?.split(','),
        }));
        expect(listingsOf(byId(json))).toEqual(listingsOf(csvOf(rows)));
      }),
    );
  });

  test('Feodo Tracker', () => {
    fc.assert(
      fc.property(feodoRows, (rows) => {
        const json = rows.map((row) => ({
          ip_address: row['dst_ip'],
          port: numberOr(row['dst_port']),
          status: row['c2_status'],
          first_seen: orNull(row['first_seen_utc']),
          last_online: orNull(row['last_online']),
          malware: row['malware'],
        }));
        expect(listingsOf(JSON.stringify(json))).toEqual(listingsOf(csvOf(rows)));
      }),
    );
  });
});
