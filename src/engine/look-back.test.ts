import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  DAY_MS,
  type EntityId,
  type EpochMs,
  HOUR_MS,
  type JournalRecord,
  LIMITS,
  type Listing,
  type Observation,
  type Outcome,
} from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  dns,
  elsewhere,
  entityIn,
  fed,
  inventoried,
  entry,
  HQ,
  listing,
  replayed,
  START,
  telemetry,
  viewOf,
  warned,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';
import { recognised } from './recognising.ts';

const C2 = '203.0.113.66';
const THREE = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const TODAY = START + 7 * DAY_MS;

/** What the threats of an entity are, without the words in which they are told. */
function threatsOf(engine: Engine, address: string) {
  const id: EntityId = engine.directory.canonical(discoveredId(address));
  return engine.partitionOf(id).sightings.threatsOf(id);
}

function lastWeek(...observations: readonly Observation[]): JournalRecord[] {
  return [configured, ...telemetry([...observations, ...elsewhere(TODAY)])];
}

function name(value: string, facts: Partial<Listing> = {}): Listing {
  return listing(value, { type: 'domain', ...facts });
}

describe('[THREAT-BACK-1] a destination that is listed today and was contacted last week', () => {
  const contacts = THREE.map((from, i) => connection(START + i * HOUR_MS, from, C2));
  const engine = replayed([...lastWeek(...contacts), fed(TODAY, listing(C2))]);

  test('is a sighting of each of those devices at once, of the time at which it was contacted', () => {
    for (const [i, from] of THREE.entries()) {
      expect(threatsOf(engine, from)).toMatchObject([
        { factor: 'c2_reached', confidence: 0.95, last: START + i * HOUR_MS },
      ]);
      const posture = entityIn(engine, discoveredId(from));
      expect(posture.riskLevel).toBe('critical');
      expect(posture.factors().find((factor) => factor.name === 'c2_reached')?.evidence).toEqual([
        {
          summary: `Reached at 2026-03-02T0${i}:00:00.000Z what counts as a listed address (c2_server) since 2026-03-09T00:00:00.000Z`,
          at: START + i * HOUR_MS,
          sensor: null,
          uid: null,
          communityId: null,
          count: null,
          subject: C2,
        },
      ]);
    }
  });

  test('names them when it is asked about', () => {
    const threat = viewOf(engine).threat(C2);
    expect('refused' in threat ? threat : threat.seen.entities).toEqual(THREE.map(discoveredId));
  });

  test('weighs less than one contacted today, and nothing once it is revoked', () => {
    const fresh = replayed([
      ...lastWeek(connection(TODAY - HOUR_MS, '10.0.0.1', C2)),
      fed(TODAY, listing(C2)),
    ]);
    const points = (of: Engine) =>
      entityIn(of, discoveredId('10.0.0.1'))
        .factors()
        .find((factor) => factor.name === 'c2_reached')?.milliPoints ?? 0;
    expect(points(engine)).toBeGreaterThan(0);
    expect(points(engine)).toBeLessThan(points(fresh));
    engine.apply(fed(TODAY + DAY_MS));
    expect(THREE.map((from) => threatsOf(engine, from))).toEqual([[], [], []]);
    expect(points(engine)).toBe(0);
  });
});

test('[THREAT-BACK-1] what was recognised when it was met stays as it was told then', () => {
  const records = [
    configured,
    fed(START, listing(C2)),
    ...telemetry([connection(START + HOUR_MS, '10.0.0.1', C2), ...elsewhere(TODAY)]),
  ];
  const before = threatsOf(replayed(records), '10.0.0.1');
  expect(before).toMatchObject([{ evidence: { summary: 'Reached a listed address (c2_server)' } }]);
  expect(threatsOf(replayed([...records, fed(TODAY - 1, listing(C2))]), '10.0.0.1')).toEqual(before);
});

describe('[THREAT-BACK-2] what is remembered of a contact is enough to recognise', () => {
  const named = (query: string, outcome: Outcome = 'established') => [
    dns(START, '10.0.0.1', { query, addresses: ['198.51.100.7'] }),
    connection(START + 1_000, '10.0.0.1', '198.51.100.7', { outcome }),
  ];

  test.each<[string, string, readonly Observation[], readonly string[]]>([
    ['a block', '203.0.113.0/24', [connection(START, '10.0.0.1', C2)], ['c2_reached']],
    ['what was blocked', C2, [connection(START, '10.0.0.1', C2, { outcome: 'blocked' })], ['c2_blocked']],
    [
      'what nobody answered',
      C2,
      [connection(START, '10.0.0.1', C2, { outcome: 'unanswered' })],
      ['c2_blocked'],
    ],
    ['a registrable domain', 'evil.example.com', [], []],
    ['the name itself', 'c2.evil.net', named('c2.evil.net'), ['c2_reached']],
    ['a name above it', 'c2.evil.net', named('x.c2.evil.net'), ['c2_reached']],
    ['its registrable domain', 'evil.net', named('x.c2.evil.net'), ['c2_reached', 'c2_blocked']],
    ['a name beside it', 'www.evil.net', named('c2.evil.net'), []],
    ['a name below it', 'x.c2.evil.net', named('c2.evil.net'), []],
    ['a public suffix above it', 'github.io', named('somebody.github.io'), []],
    [
      "somebody's under a public suffix",
      'evil.github.io',
      named('x.evil.github.io'),
      ['c2_reached', 'c2_blocked'],
    ],
    [
      'one of these that is held sealed',
      'evil.duckdns.org',
      named('evil.duckdns.org'),
      ['c2_reached', 'c2_blocked'],
    ],
    [
      'a name above one that is held sealed',
      'x.evil.duckdns.org',
      named('a.x.evil.duckdns.org'),
      ['c2_reached'],
    ],
    [
      'one held sealed above a name',
      'evil.duckdns.org',
      named('x.evil.duckdns.org'),
      ['c2_reached', 'c2_blocked'],
    ],
    [
      'one held sealed that was only asked for',
      'evil.duckdns.org',
      named('x.evil.duckdns.org').slice(0, 1),
      ['c2_blocked'],
    ],
    ['another one that is held sealed', 'evil.duckdns.org', named('good.duckdns.org'), []],
    ['the suffix of one that is held sealed', 'duckdns.org', named('evil.duckdns.org'), []],
    ['a domain that was only asked for', 'evil.net', named('c2.evil.net').slice(0, 1), ['c2_blocked']],
    ['what is too old', C2, [connection(TODAY - LIMITS.lookBackMs - DAY_MS, '10.0.0.1', C2)], []],
  ])('%s', (_, value, met, expected) => {
    const listed = /^[\d./]+$/.test(value) ? listing(value) : name(value);
    const engine = replayed([...lastWeek(...met), fed(TODAY, listed)]);
    expect(threatsOf(engine, '10.0.0.1').map(({ factor }) => factor)).toEqual(expected);
  });

  test('a file, by each of its hashes', () => {
    const hashes = { sha256: 'ab'.repeat(32), sha1: 'cd'.repeat(20), md5: 'ef'.repeat(16) };
    const [like] = telemetry([connection(START, '10.0.0.1', C2)])[0]?.events ?? [];
    if (like?.kind !== 'connection') throw new Error('a connection was sealed');
    const { provenance, from, to } = like;
    const file = { kind: 'file', time: START + 1, provenance, from: to, to: from, ...hashes } as const;
    const received: JournalRecord[] = telemetry([connection(START, '10.0.0.1', C2)]).map((record) => ({
      ...record,
      events: [...record.events, { ...file, sizeBytes: null, mimeClass: 'executable' }],
      origins: [...record.origins, { producer: 0, at: 99 }],
    }));
    for (const value of Object.values(hashes)) {
      const engine = replayed([
        configured,
        ...received,
        clock(TODAY),
        fed(TODAY, listing(value, { type: 'hash', categories: ['malware_file'] })),
      ]);
      expect(threatsOf(engine, '10.0.0.1')).toMatchObject([{ factor: 'malicious_file', last: START }]);
      expect(viewOf(engine).contacted(value)).toMatchObject({ entities: [discoveredId('10.0.0.1')] });
    }
  });

  test('a warning list that is lifted', () => {
    const met = lastWeek(connection(START, '10.0.0.1', C2));
    const engine = replayed([...met, warned(TODAY, 'exclude', '203.0.113.0/24'), fed(TODAY, listing(C2))]);
    expect(threatsOf(engine, '10.0.0.1')).toEqual([]);
    engine.apply(warned(TODAY + 1, 'exclude', '198.51.100.0/24'));
    expect(threatsOf(engine, '10.0.0.1')).toMatchObject([{ factor: 'c2_reached', last: START }]);
  });

  test('a device that turned out to be another since', () => {
    const engine = replayed([
      ...lastWeek(connection(START, '10.0.0.1', C2)),
      inventoried(TODAY, entry('dev_pump', '10.0.0.1')),
      fed(TODAY, listing(C2)),
    ]);
    expect(entityIn(engine, 'dev_pump').factorNames).toContain('c2_reached');
  });

  test('not an address that one of ours had: feeds speak of others', () => {
    const own = [
      connection(START - HOUR_MS, '10.0.0.9', '10.0.0.1'),
      connection(START, '10.0.0.1', '10.0.0.9'),
    ];
    const engine = replayed([...lastWeek(...own), fed(TODAY, listing('10.0.0.9'))]);
    expect(
      engine.directory.find(HQ, { address: '10.0.0.9' as Address, port: null, local: null }, START),
    ).not.toBeNull();
    expect(threatsOf(engine, '10.0.0.1')).toEqual([]);
  });
});

test('[THREAT-BACK-2] that a name was reached is not hidden by one below it that was blocked', () => {
  const met = (query: string, at: number, outcome: Outcome) => [
    dns(at, '10.0.0.1', { query, addresses: ['198.51.100.7'] }),
    connection(at + 1_000, '10.0.0.1', '198.51.100.7', { outcome }),
  ];
  const engine = replayed([
    configured,
    fed(START, name('x.evil.net')),
    ...telemetry([
      ...met('x.evil.net', START + HOUR_MS, 'blocked'),
      ...met('y.evil.net', START + 2 * HOUR_MS, 'established'),
      ...elsewhere(TODAY),
    ]),
    fed(TODAY, name('x.evil.net'), name('evil.net')),
  ]);
  expect(threatsOf(engine, '10.0.0.1').map(({ factor }) => factor)).toContain('c2_reached');
  const hash = engine.stateHash();
  engine.apply(fed(TODAY, name('x.evil.net'), name('evil.net')));
  expect(engine.stateHash()).toBe(hash);
});

test('[THREAT-BACK-2] of an entity no more is recalled than it may have, what got through and the newest first', () => {
  const at = (n: number) => START + n * 60_000;
  const count = 3 * LIMITS.destinationsPerEntity;
  const met = Array.from({ length: count }, (_, n) =>
    connection(at(n), '10.0.0.1', `203.0.${n >> 8}.${n & 255}`, {
      outcome: n % 3 === 0 ? 'established' : 'blocked',
    }),
  );
  const engine = replayed([...lastWeek(...met), fed(TODAY, listing('203.0.0.0/16'))]);
  const recalled = [...recognised(engine, null, engine.now)];
  expect(recalled.map(([entity]) => entity)).toEqual([discoveredId('10.0.0.1')]);
  const times = recalled.flatMap(([, own]) => own.map(({ last }) => last)).toSorted((a, b) => a - b);
  const reached = met.flatMap((_, n) => (n % 3 === 0 ? [at(n)] : []));
  expect(times).toEqual(reached.slice(-LIMITS.destinationsPerEntity));
  expect(threatsOf(engine, '10.0.0.1')).toHaveLength(LIMITS.destinationsPerEntity);
});

/** A contact as a list of contacts has it. */
interface Met {
  readonly from: string;
  readonly to: string;
  readonly outcome: Outcome;
  readonly at: EpochMs;
}

/** The oracle: every contact is held against every listing, in the clear. */
function naiveThreats(contacts: readonly Met[], listed: readonly Listing[], from: string) {
  const newest = new Map<string, number>();
  for (const each of contacts.filter((met) => met.from === from)) {
    const match = listed.find(({ value }) =>
      value.endsWith('/30')
        ? each.to.startsWith(value.slice(0, -4)) && Number(each.to.split('.')[3]) < 4
        : value === each.to,
    );
    if (match === undefined) continue;
    const kind = match.categories.includes('c2_server') ? 'c2' : 'malicious_destination';
    const key = `${each.to} ${kind}_${each.outcome === 'established' ? 'reached' : 'blocked'}`;
    newest.set(key, Math.max(newest.get(key) ?? 0, each.at));
  }
  return [...newest].map(([key, last]) => `${key} ${last}`).toSorted();
}

describe('[THREAT-BACK-3] the look-back finds what holding every contact against every listing finds', () => {
  const destinations = Array.from({ length: 8 }, (_, i) => `203.0.113.${i}`);
  const met = fc.record({
    from: fc.constantFrom(...THREE),
    to: fc.constantFrom(...destinations),
    outcome: fc.constantFrom<Outcome>('established', 'unanswered', 'blocked', 'rejected'),
    hours: fc.nat(100),
  });
  const listed = fc.uniqueArray(
    fc.tuple(
      fc.constantFrom(...destinations.slice(4), '203.0.113.0/30'),
      fc.constantFrom('c2_server' as const, 'phishing' as const),
    ),
    { selector: ([value]) => value },
  );

  test('and what a feed that had been there from the beginning would have found', () => {
    fc.assert(
      fc.property(fc.array(met, { maxLength: 60 }), listed, (contacts, said) => {
        const all = contacts.map(({ hours, ...rest }): Met => ({ ...rest, at: START + hours * HOUR_MS }));
        const listings = said.map(([value, category]) => listing(value, { categories: [category] }));
        const events = telemetry([
          ...all.map(({ from, to, outcome, at }) => connection(at, from, to, { outcome })),
          ...elsewhere(TODAY),
        ]);
        const later = replayed([configured, ...events, fed(TODAY, ...listings)]);
        const always = replayed([configured, fed(TODAY, ...listings), ...events]);
        const parted = replayed([configured, ...events, fed(TODAY, ...listings)], 3);
        for (const from of THREE) {
          const found = threatsOf(later, from);
          const told = found.map(({ factor, last, evidence }) => `${evidence.subject} ${factor} ${last}`);
          expect(told.toSorted()).toEqual(naiveThreats(all, listings, from));
          const plain = ({ factor, confidence, last }: (typeof found)[number]) => ({
            factor,
            confidence,
            last,
          });
          expect(found.map(plain)).toEqual(threatsOf(always, from).map(plain));
          expect(threatsOf(parted, from)).toEqual(found);
        }
        // The same feed again finds nothing new.
        const hash = later.stateHash();
        later.apply(fed(TODAY, ...listings));
        expect(later.stateHash()).toBe(hash);
      }),
      { numRuns: 30 },
    );
  });
});

test('[PRV-5] a name of a home is known to who asks for it, and to a feed that lists it', () => {
  const met = [
    dns(START, '10.0.0.1', { query: 'www.evil.duckdns.org', addresses: ['198.51.100.7'] }),
    connection(START + 1_000, '10.0.0.1', '198.51.100.7'),
  ];
  const quiet = replayed(lastWeek(...met));
  expect(JSON.stringify(lastWeek(...met))).not.toContain('evil');
  const view = viewOf(quiet);
  for (const asked of ['evil.duckdns.org', 'www.evil.duckdns.org'])
    expect(view.contacted(asked)).toMatchObject({ entities: [discoveredId('10.0.0.1')] });
  expect(view.contacted('good.duckdns.org')).toMatchObject({ entities: [] });
  expect(view.contacted('duckdns.org')).toMatchObject({ entities: [] });

  const [configuration, ...rest] = lastWeek(...met);
  const records = [configuration as JournalRecord, fed(START - 1, name('evil.duckdns.org')), ...rest];
  const told = entityIn(replayed(records), discoveredId('10.0.0.1')).factors();
  expect(told.find((factor) => factor.name === 'c2_reached')?.evidence).toMatchObject([
    { subject: 'evil.duckdns.org' },
  ]);
});
