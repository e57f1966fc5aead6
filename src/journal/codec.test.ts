import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFeed } from '../exposure/index.ts';
import { sideBySide } from '../model/connections.fixture.ts';
import {
  type Address,
  connectionAt,
  type Event,
  type EventsRecord,
  type FeedId,
  type FeedRecord,
  INDICATOR_TYPES,
  type JournalRecord,
  type Listing,
  OUTCOMES,
  PROTOCOLS,
  type SealedMac,
  type SensorId,
  type SiteId,
} from '../model/index.ts';
import { anyEvent, anyEventAtAll, anyRecordOf } from './any-event.fixture.ts';
import { decodeRecord, decoding, encodeRecord, type LargeRecord, mayBeEvents, packing } from './codec.ts';
import { openJournal } from './embedded.ts';
import { JournalError } from './errors.ts';
import { everyKind } from './every-kind.fixture.ts';
import { areColumnsOf, packColumns } from './packed/connections.ts';

/** The same record, its columns packed before. */
function packedElsewhere(record: EventsRecord): EventsRecord {
  if (record.connections === undefined) return record;
  const rows = { ...record.connections.rows };
  areColumnsOf(rows, packColumns(rows));
  return { ...record, connections: { ...record.connections, rows } };
}

const port = fc.option(fc.integer({ min: 1, max: 65_535 }));
const endpoint = fc.record({
  address: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1') as fc.Arbitrary<Address>,
  port,
  local: fc.option(fc.boolean()),
});
const count = fc.option(fc.oneof(fc.nat(), fc.maxSafeNat()));
/** As a log states them: whole numbers, printable ids. */
const anyPlainConnection: fc.Arbitrary<Event> = fc.record(
  {
    kind: fc.constant('connection'),
    time: fc.oneof(fc.integer({ min: 1_700_000_000_000, max: 1_700_000_900_000 }), fc.nat()),
    provenance: fc.record({
      site: fc.constant('hq' as SiteId),
      sensor: fc.constantFrom('zeek', 'other') as fc.Arbitrary<SensorId>,
      uid: fc.option(fc.stringMatching(/^[!-~]{1,20}$/)),
      communityId: fc.option(fc.stringMatching(/^1:[A-Za-z0-9+/]{1,27}=$/)),
    }),
    from: endpoint,
    to: endpoint,
    protocol: fc.constantFrom(...PROTOCOLS),
    service: fc.constantFrom<string | null>('ssl', 'dns', null),
    durationMs: count,
    bytesOut: count,
    bytesIn: count,
    outcome: fc.constantFrom(...OUTCOMES),
    fromMac: fc.constantFrom(
      ...['aa', 'bb'].map((fingerprint) => ({ fingerprint, vendor: null }) as SealedMac),
    ),
  },
  {
    requiredKeys: [
      'kind',
      'time',
      'provenance',
      'from',
      'to',
      'protocol',
      'service',
      'durationMs',
      'bytesOut',
      'bytesIn',
      'outcome',
    ],
  },
);

const time = fc.option(fc.oneof(fc.integer({ min: 0, max: 1_800_000_000_000 }), fc.double({ noNaN: true })));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const value = fc.oneof(fc.domain(), fc.ipV4(), fc.stringMatching(/^[0-9a-f]{64}$/), fc.string());
const categories = fc.subarray(['scanner', 'c2_server', 'phishing'] as const);
const actors = fc.array(fc.constantFrom('Quiet Fox', 'Löwe', '静かな狐'), { maxLength: 3 });
const ports = fc.subarray([443, 8_443], { maxLength: 2 });
const anyListing: fc.Arbitrary<Listing> = fc
  .tuple(value, fc.constantFrom(...INDICATOR_TYPES), categories, share, time, time, actors, time, ports)
  .map(([text, type, among, confidence, firstSeen, lastSeen, names, validUntil, named]) => {
    const common = { value: text, type, categories: among, confidence, firstSeen, lastSeen, actors: names };
    return {
      ...common,
      ...(validUntil === null ? {} : { validUntil }),
      ...(named.length === 0 ? {} : { ports: named }),
    };
  });
const anyFeed: fc.Arbitrary<FeedRecord> = fc
  .tuple(fc.nat(), fc.nat(), fc.array(anyListing, { maxLength: 30 }))
  .map(([at, asOf, listings]) => ({
    kind: 'feed',
    at,
    feed: { id: 'acme' as FeedId, asOf, format: 'csv', lineage: 'ours', listings },
    actor: 'test',
  }));
const aFeed = fc.sample(anyFeed, { numRuns: 1, seed: 3 })[0] as FeedRecord;

const KINDS = Object.entries<fc.Arbitrary<Event>>(anyEvent);

const others = everyKind.events.filter(({ kind }) => kind !== 'connection');

describe('[JRN-8] what is decoded is what was encoded,', () => {
  test.each(KINDS)('law: for any events of kind %s', (_, event) => {
    fc.assert(
      fc.property(anyRecordOf(event, 3), (record) => {
        expect(decodeRecord(encodeRecord(record))).toStrictEqual(asJson(record));
      }),
      { numRuns: 100 },
    );
  });

  test('law: for any events of all kinds together', () => {
    fc.assert(
      fc.property(anyRecordOf(anyEventAtAll, 12), (record) => {
        expect(decodeRecord(encodeRecord(record))).toStrictEqual(asJson(record));
      }),
      { numRuns: 200 },
    );
  });

  test('for a thousand events', () => {
    const events = fc.sample(anyEventAtAll, { numRuns: 1_000, seed: 7 });
    const record: EventsRecord = { ...everyKind, events };
    expect(decodeRecord(encodeRecord(record))).toStrictEqual(asJson(record));
  });

  test('law: for connections side by side, which are the events that they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyPlainConnection, fc.constantFrom(...others)), { maxLength: 40 }),
        (events) => {
          const origins = events.map((_, index) => ({ producer: 0, at: 100 * index }));
          const record: EventsRecord = { kind: 'events', producers: [], events, origins, uids: [] };
          const columns = sideBySide(record);
          const decoded = decodeRecord(encodeRecord(columns));
          expect(decoded).toEqual(columns);
          expect(encodeRecord(packedElsewhere(columns))).toEqual(encodeRecord(columns));
          const connections = events.filter(({ kind }) => kind === 'connection');
          const rows = (decoded as EventsRecord).connections?.rows;
          expect(connections.map((_, row) => rows && connectionAt(rows, row))).toEqual(connections);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('for no events at all', () => {
    const record: EventsRecord = { kind: 'events', producers: [], events: [], origins: [], uids: [] };
    expect(decodeRecord(encodeRecord(record))).toStrictEqual(record);
  });

  test('in whatever order a record has its keys', () => {
    const turned = Object.fromEntries(Object.entries(everyKind).toReversed()) as unknown as EventsRecord;
    expect(encodeRecord(turned)).toEqual(encodeRecord(everyKind));
  });
});

describe('[JRN-10] a feed is packed,', () => {
  test('law: and is to the letter what it was', () => {
    fc.assert(
      fc.property(anyFeed, (record) => {
        // Also the order of its keys: the state is written down as it stands.
        expect(JSON.stringify(decodeRecord(encodeRecord(record)))).toBe(JSON.stringify(record));
      }),
      { numRuns: 300 },
    );
  });

  test('and is known to be no events by its first byte', () => {
    expect(mayBeEvents(encodeRecord(aFeed))).toBe(false);
    expect(mayBeEvents(encodeRecord(everyKind))).toBe(true);
  });

  test('also as a reader of feeds makes it, and as an earlier release wrote it', () => {
    const lines = ['# Updated: 2026-05-20', 'evil.example.com', '198.51.100.7', '198.51.100.0/28'];
    const settings = { format: 'auto', id: 'acme' as FeedId, defaultConfidence: 0.7, now: 1e12 } as const;
    const bytes = Buffer.from(lines.join('\n'));
    const reading = readFeed({ ...settings, bytes, defaultCategory: null });
    if (!reading.ok) throw new Error(reading.message);
    const record: FeedRecord = { kind: 'feed', at: 1, feed: reading.feed, actor: 'test' };
    const json = Buffer.concat([Buffer.of(1), Buffer.from(JSON.stringify(record))]);
    expect(JSON.stringify(decodeRecord(encodeRecord(record)))).toBe(JSON.stringify(record));
    expect(JSON.stringify(decodeRecord(json))).toBe(JSON.stringify(record));
  });

  test('in a fifth of the room', () => {
    const listings = Array.from({ length: 5_000 }, (_, n): Listing => {
      const said = { confidence: 0.7, firstSeen: null, lastSeen: null, actors: [] };
      return {
        value: `host-${n}.example.com`,
        type: 'domain',
        categories: ['malware_distribution'],
        ...said,
      };
    });
    const record = { ...aFeed, feed: { ...aFeed.feed, listings } };
    expect(encodeRecord(record).length).toBeLessThan(0.2 * JSON.stringify(record).length);
  });
});

describe('[JRN-7] what was written by any release is read:', () => {
  test('an event of each kind in format 1', () => {
    const payload = Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(everyKind))]);
    expect(decodeRecord(payload)).toStrictEqual(everyKind);
  });

  /** Software inventory came later. */
  const ofItsFirstDay = {
    ...everyKind,
    events: everyKind.events.slice(0, 15),
    origins: everyKind.origins.slice(0, 15),
  };

  test('an event of each kind in format 2, in a segment from its first day', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'stance-journal-'));
    const segment = join(dir, '00000000000000000000.seg');
    await copyFile(new URL('fixtures/format-2.seg', import.meta.url), segment);
    const journal = await openJournal(dir);
    const records: JournalRecord[] = [];
    for await (const batch of journal.read()) records.push(...batch.map(({ record }) => record));
    await journal.close();
    await rm(dir, { recursive: true });
    expect(records).toStrictEqual([ofItsFirstDay, { kind: 'history_end' }]);
  });
});

/** As the first release with operators' words wrote them: format 1, one JSON object. */
const WORDS: readonly string[] = [
  '{"kind":"assign","at":1,"anomaly":"ano_1","to":"soc-2","actor":"soc","reason":null}',
  '{"kind":"suppress","at":1,"scope":{"entity":"dev_a","tag":null,"type":"port_scan","destination":null,"port":445},"owner":"netops","expiresAt":2,"actor":"soc","reason":"scanner"}',
  '{"kind":"unsuppress","at":1,"suppression":"sup_1","actor":"soc","reason":null}',
  '{"kind":"maintenance","at":1,"scope":{"site":"hq","tag":null,"entity":null},"from":1,"to":2,"actor":"soc","reason":"round"}',
  '{"kind":"maintenance_remove","at":1,"window":"mnt_1","actor":"soc","reason":null}',
  '{"kind":"baseline_accept","at":1,"entity":"dev_a","anomaly":null,"actor":"soc","reason":"move"}',
  '{"kind":"baseline_revert","at":1,"entity":"dev_a","actor":"soc","reason":null}',
  '{"kind":"attestation","at":1,"framework":"nis2","control":"10.2","says":"met","owner":"hr","expiresAt":2,"actor":"soc","reason":"HR-7"}',
  '{"kind":"exception","at":1,"framework":"nis2","control":"6.6","entity":"dev_a","owner":"plant","expiresAt":2,"actor":"soc","reason":"June stop"}',
  '{"kind":"compliance_withdrawal","at":1,"word":"exc_1","actor":"soc","reason":null}',
];

test.each(WORDS)('[JRN-7] an operator’s word in format 1: %s', (text) => {
  const payload = Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
  const record = decodeRecord(payload);
  expect(encodeRecord(record)).toEqual(payload);
});

describe('a payload', () => {
  test('of events takes far less room than as JSON', () => {
    expect(encodeRecord(everyKind).length).toBeLessThan(0.4 * JSON.stringify(everyKind).length);
  });

  test('of a later format asks for a newer release', () => {
    expect(failureOf(Buffer.from([5, 0, 0]))).toMatchObject({ code: 'newer_format' });
  });

  test('with a kind or a field of a later release asks for a newer one', () => {
    // Format 2; an optional field too many, or the actor's flag unset; no producers; one event.
    const laterField = Buffer.from([2, 2]);
    const laterKind = Buffer.from([2, 0, 0, 1, 17]);
    expect(failureOf(laterField)).toMatchObject({ code: 'newer_format' });
    expect(failureOf(laterKind)).toMatchObject({ code: 'newer_format' });
  });

  test.each([
    [2, everyKind],
    [3, sideBySide(everyKind)],
    [4, aFeed],
  ])('of format %i cut anywhere is found not to be as written', (_, record) => {
    const payload = encodeRecord(record);
    for (let length = 1; length < payload.length; length++) {
      expect(failureOf(payload.subarray(0, length))).toMatchObject({ code: 'corrupt' });
    }
    expect(failureOf(Buffer.concat([payload, Buffer.of(0)]))).toMatchObject({ code: 'corrupt' });
  });

  test('that promises more than it can hold is refused before anything is made for it', () => {
    const most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    expect(failureOf(Buffer.from([2, 0, ...most]))).toMatchObject({ code: 'corrupt' });
    expect(failureOf(Buffer.from([2, 0, 1, 0, 0xfc, ...most]))).toMatchObject({ code: 'corrupt' });
    expect(failureOf(Buffer.from([2, 0, ...most, 0xff, 0xff]))).toMatchObject({ code: 'corrupt' });
  });

  test.each([
    [2, everyKind],
    [3, sideBySide(everyKind)],
    [4, aFeed],
  ])('law: of any bytes in format %i gives a record or says what is wrong', (format, record) => {
    const whole = encodeRecord(record);
    const changed = fc
      .array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 8 })
      .map((changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) bytes[at] = byte;
        bytes[0] = format;
        return bytes;
      });
    const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from([format, ...bytes]));
    fc.assert(
      fc.property(fc.oneof(changed, anything), (bytes) => {
        const failure = failureOf(bytes);
        expect(failure === null || failure instanceof JournalError).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** What format 1 would give back: no negative zero, no key without a value. */
function asJson(record: EventsRecord): unknown {
  return JSON.parse(JSON.stringify(record));
}

function failureOf(payload: Buffer): unknown {
  try {
    decodeRecord(payload);
    return null;
  } catch (error) {
    return error;
  }
}

describe('[JRN-10] a record that is packed beforehand, in steps,', () => {
  const cves = Array.from({ length: 5_000 }, (_, nth) => `CVE-2026-${10_000 + nth}`);
  const forecast = { modelVersion: 'v', scored: 1, cves, probabilities: cves.map((_, nth) => nth / 5_000) };
  const knowledge = { advisories: [], statements: [], exploited: null, forecast, lifecycles: [] };
  const entries = Array.from({ length: 150_000 }, (_, nth) => `h${nth}.example.com`);
  const list = { id: 'top', name: 'Top', kind: 'hostname', effect: 'known', asOf: 1, entries } as never;
  const listings = entries.map((name): Listing => {
    const common = { categories: ['c2_server'], confidence: 0.5, actors: [] } as const;
    return { ...common, value: name, type: 'domain', firstSeen: null, lastSeen: null };
  });

  test.each<[string, () => LargeRecord]>([
    ['a forecast', () => ({ kind: 'advisories', at: 1, source: 'epss', knowledge, actor: 'test' })],
    ['a warning list', () => ({ kind: 'warning_lists', at: 1, lists: [list], actor: 'test' })],
    ['a feed of several megabytes', () => ({ ...aFeed, feed: { ...aFeed.feed, listings } })],
  ])('%s: the same bytes as at one stroke, and it reads as it was', (_, make) => {
    const record = make();
    expect([...packing(record)].length).toBeGreaterThan(3);
    const bytes = encodeRecord(record);
    expect(bytes.equals(encodeRecord(make()))).toBe(true);
    expect(held(decodeRecord(bytes))).toEqual(record);
  });

  test('many listings are read in steps, and told again and again', () => {
    const bytes = encodeRecord({ ...aFeed, feed: { ...aFeed.feed, listings } });
    expect([...decoding(bytes)].length).toBeGreaterThan(100);
    const { feed } = decodeRecord(bytes) as FeedRecord;
    expect(feed.listings).toHaveLength(listings.length);
    expect([...feed.listings].at(-1)).toEqual(listings.at(-1));
    expect([...feed.listings]).toEqual(listings);
  });

  test('many listings of which one is damaged are refused before any is told', () => {
    const bytes = encodeRecord({ ...aFeed, feed: { ...aFeed.feed, listings } });
    expect(() => decodeRecord(bytes.subarray(0, -20))).toThrow(JournalError);
  });
});

/** With its listings as a list. */
function held(record: JournalRecord): JournalRecord {
  if (record.kind !== 'feed') return record;
  return { ...record, feed: { ...record.feed, listings: [...record.feed.listings] } };
}

test('[JRN-12] a batch that is packed in small steps is the same bytes', () => {
  fc.assert(
    fc.property(fc.array(anyEventAtAll, { maxLength: 300, size: 'max' }), fc.boolean(), (events, isSent) => {
      const plain: EventsRecord = {
        kind: 'events',
        producers: [{ producer: 'http:a/b', upTo: 7 }],
        events,
        origins: events.map((_, at) => ({ producer: 0, at })),
        uids: [],
        ...(isSent ? { actor: 'collector' } : {}),
      };
      for (const record of [plain, sideBySide(plain)]) {
        const atOnce = encodeRecord({ ...record });
        let steps = 0;
        for (const _ of packing(record)) steps++;
        expect(encodeRecord(record).equals(atOnce)).toBe(true);
        // What was packed before is written once.
        expect(encodeRecord(record).equals(atOnce)).toBe(true);
        expect(steps).toBeGreaterThanOrEqual(record.events.length >> 7);
      }
    }),
    { numRuns: 20 },
  );
});
