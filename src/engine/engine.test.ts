import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sideBySide } from '../model/connections.fixture.ts';
import {
  DAY_MS,
  type EventsRecord,
  FACTOR_NAMES,
  FULL_SCORE,
  HOUR_MS,
  type JournalRecord,
  wholePoints,
} from '../model/index.ts';
import { anyTelemetry, C2, REMOTE } from './any-telemetry.fixture.ts';
import {
  configured,
  connection,
  discoveredId,
  engineWith,
  entityIn,
  entry,
  eventRecords,
  everyHour,
  fed,
  historyEnd,
  inventoried,
  listing,
  policy,
  replayed,
  ruled,
  sealed,
  START,
  telemetry,
  viewOf,
  vulnerability,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const assets: readonly JournalRecord[] = [
  inventoried(
    START,
    entry('dev_camera', '10.0.0.1', { kind: 'ip_camera', supportEnds: START + 2 * DAY_MS }),
    entry('dev_files', '10.0.0.2', {
      kind: 'server',
      workloads: [{ id: 'wkl_files', kind: 'server', image: null, instances: 1 }],
    }),
    entry('dev_host', '10.0.0.3', {
      kind: 'hypervisor',
      workloads: [{ id: 'wkl_shop', kind: 'container', image: 'shop:1', instances: 3 }],
    }),
  ),
];

function noC2(action: 'allow' | 'deny') {
  return policy('pol_c2', { action, priority: 900, destination: { networks: [C2] } });
}

const operators: readonly JournalRecord[] = [
  configured,
  ...assets,
  fed(START, listing(C2)),
  ruled(START, noC2('deny'), policy('pol_web', { destination: { ports: [443] } })),
];

function postures(engine: Engine) {
  return [...viewOf(engine).entities()]
    .map((each) => ({
      id: each.id,
      scoreExact: each.scoreExact,
      level: each.riskLevel,
      reason: each.riskReason,
      factors: each.factors(),
      baseline: each.baseline(),
      anomalies: each.openAnomalies(),
      vulnerabilities: each.vulnerabilities(),
      confidence: each.confidence,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function fleetPosture(engine: Engine) {
  const fleet = viewOf(engine).fleet();
  return {
    ...fleet,
    devicesAtRisk: fleet.devicesAtRisk(Infinity).map(({ id }) => id),
    having: FACTOR_NAMES.map((name) => fleet.having(name)),
  };
}

function onlyRecord(records: readonly EventsRecord[]): EventsRecord {
  const [only, ...others] = records;
  if (only === undefined || others.length > 0) throw new Error('one record was expected');
  return only;
}

/** What history looks at after each record. */
function circumstances(engine: Engine) {
  const { sensors, dimensionsAssessed } = viewOf(engine);
  return { sensors, dimensionsAssessed, violations: viewOf(engine).fleet().violations24h };
}

/** All that is told as events go by. */
function said(engine: Engine) {
  const { violations24h: _, confidence: __, ...fleet } = fleetPosture(engine);
  return { now: viewOf(engine).now, fleet, postures: postures(engine) };
}

describe('the engine is a pure function of its records', () => {
  test('[ENGINE-1] the same events in any batches give the same state', () => {
    fc.assert(
      fc.property(anyTelemetry, fc.integer({ min: 1, max: 40 }), (events, size) => {
        const whole = replayed([...operators, ...eventRecords(events), historyEnd]);
        const parts = replayed([...operators, ...eventRecords(events, size), historyEnd]);
        expect(parts.stateHash()).toBe(whole.stateHash());
        expect(parts.late).toBe(whole.late);
      }),
      { numRuns: 20 },
    );
  });

  test('[ENGINE-22] connections side by side give the same state as one by one', () => {
    fc.assert(
      fc.property(anyTelemetry, fc.integer({ min: 1, max: 40 }), (events, size) => {
        const records = eventRecords(events, size);
        const oneByOne = replayed([...operators, ...records, historyEnd]);
        const columns = replayed([...operators, ...records.map(sideBySide), historyEnd]);
        expect(columns.stateHash()).toBe(oneByOne.stateHash());
        expect(columns.late).toBe(oneByOne.late);
      }),
      { numRuns: 30 },
    );
  });

  test('[ENGINE-23] between two steps of a batch the state is that of the events so far, and reading it changes nothing', () => {
    fc.assert(
      fc.property(anyTelemetry, fc.boolean(), (events, isInColumns) => {
        const plain = onlyRecord(eventRecords(events));
        const record = isInColumns ? sideBySide(plain) : plain;
        const [whole, stepped, soFar] = [replayed(operators), replayed(operators), replayed(operators)];
        const before = circumstances(stepped);
        let held = true;
        const oneByOne = eventRecords(events, 1);
        for (const _ of stepped.applying(record)) {
          const seen = said(stepped);
          while (oneByOne.length > 0 && !isDeepStrictEqual(said(soFar), seen))
            soFar.apply(oneByOne.shift() as JournalRecord);
          expect(said(soFar)).toEqual(seen);
          // A few events are one step.
          held &&= events.length <= 16 || isDeepStrictEqual(circumstances(stepped), before);
        }
        expect(held).toBe(true);
        whole.apply(record);
        expect(stepped.stateHash()).toBe(whole.stateHash());
        expect(circumstances(stepped)).toEqual(circumstances(whole));
      }),
      { numRuns: 20 },
    );
  });

  test('[ENGINE-2] a replay gives the same bits', () => {
    fc.assert(
      fc.property(anyTelemetry, (events) => {
        const records = [...operators, ...eventRecords(events, 7), historyEnd];
        expect(replayed(JSON.parse(JSON.stringify(records)) as JournalRecord[]).stateHash()).toBe(
          replayed(records).stateHash(),
        );
      }),
      { numRuns: 15 },
    );
  });

  test('[ENGINE-3] how many partitions there are changes no answer', () => {
    fc.assert(
      fc.property(anyTelemetry, (events) => {
        const records = [...operators, ...eventRecords(events), historyEnd];
        const [one, three] = [replayed(records, 1), replayed(records, 3)];
        expect(postures(three)).toEqual(postures(one));
        expect(fleetPosture(three)).toEqual(fleetPosture(one));
      }),
      { numRuns: 15 },
    );
  });

  test('a different history has a different hash', () => {
    const at = (outcome: 'established' | 'blocked') =>
      replayed([configured, ...telemetry([connection(START, '10.0.0.1', C2, { outcome })])]).stateHash();
    expect(at('established')).not.toBe(at('blocked'));
  });
});

describe('what the engine says adds up', () => {
  test('[ENGINE-4] the factors of every entity hold exactly the points that it lost', () => {
    fc.assert(
      fc.property(anyTelemetry, (events) => {
        const engine = replayed([...operators, ...eventRecords(events), historyEnd]);
        for (const entity of viewOf(engine).entities()) {
          const lost = entity.factors().reduce((sum, { milliPoints }) => sum + milliPoints, 0);
          expect(lost).toBe(FULL_SCORE - entity.scoreExact);
          expect(entity.riskScore).toBe(100 - wholePoints(entity.scoreExact));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('[ENGINE-5] the fleet equals a recomputation from its entities', () => {
    fc.assert(
      fc.property(anyTelemetry, (events) => {
        const engine = replayed([...operators, ...eventRecords(events), historyEnd]);
        const fleet = viewOf(engine).fleet();
        const entities = [...viewOf(engine).entities()];
        const counted = entities.filter(({ profile }) => profile.enrolment.state === 'enrolled');
        const weightOf = (each: (typeof entities)[number]) =>
          each.id === 'wkl_shop'
            ? 3
            : each.profile.kind === 'service'
              ? 1
              : Math.max(1, each.devices().length);
        const weight = counted.reduce((sum, each) => sum + weightOf(each), 0);
        const weighted = counted.reduce((sum, each) => sum + weightOf(each) * each.scoreExact, 0);
        expect(fleet.value.weight).toBe(weight);
        expect(fleet.value.scoreExact).toBe(Math.floor(weighted / weight + 0.5));
        const contributed = fleet.value.factorContributions.reduce((sum, each) => sum + each.milliPoints, 0);
        expect(contributed).toBe(FULL_SCORE - fleet.value.scoreExact);
        expect(fleet.deviceCount).toBe(counted.filter(({ profile }) => profile.type === 'device').length);
        expect(fleet.unenrolledCount).toBe(entities.length - counted.length);
        expect(
          fleet
            .devicesAtRisk(Infinity)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(
          entities
            .filter(({ profile, riskLevel }) => profile.type === 'device' && riskLevel !== 'low')
            .map(({ id }) => id)
            .sort(),
        );
        const perLevel = (level: string) => counted.filter(({ riskLevel }) => riskLevel === level).length;
        for (const [level, count] of Object.entries(fleet.value.riskCounts))
          expect(count).toBe(perLevel(level));
      }),
      { numRuns: 15 },
    );
  });

  test('[ENGINE-6] the same life with something worse in it never scores higher', () => {
    const harmless = [configured, fed(START, listing('192.0.2.9')), ruled(START, noC2('allow')), ...assets];
    const worse = {
      'a listed destination': [configured, fed(START, listing(C2)), ruled(START, noC2('allow')), ...assets],
      'a violation': [configured, fed(START, listing('192.0.2.9')), ruled(START, noC2('deny')), ...assets],
      'a vulnerability': harmless,
    };
    fc.assert(
      fc.property(anyTelemetry, fc.constantFrom(...Object.keys(worse)), (events, what) => {
        const last = Math.max(...events.map(({ time }) => time));
        const found = (resolved: boolean) =>
          sealed([
            vulnerability(last, '10.0.0.1', { cve: 'CVE-2026-0002', cvss: 9.8, exploited: true, resolved }),
          ]);
        const isVulnerable = what === 'a vulnerability';
        const better = replayed([...harmless, ...eventRecords([...events, ...found(true)])]);
        const engine = replayed([
          ...(worse[what as keyof typeof worse] ?? []),
          ...eventRecords([...events, ...found(!isVulnerable)]),
        ]);
        for (const { id, scoreExact } of viewOf(better).entities()) {
          expect(entityIn(engine, id).scoreExact).toBeLessThanOrEqual(scoreExact);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('[ENGINE-17] what is published follows from what was seen and when it is, not from when somebody looked', () => {
  const standings = (engine: Engine) =>
    [...viewOf(engine).entities()].map(({ id, scoreExact, riskLevel, published }) => {
      return { id, scoreExact, riskLevel, factors: published.map(({ name, p }) => ({ name, p })) };
    });
  fc.assert(
    fc.property(anyTelemetry, (events) => {
      const engine = replayed([...operators, ...eventRecords(events)]);
      const before = standings(engine);
      // Settles everybody anew, at the same instant.
      engine.apply(configured);
      expect(standings(engine)).toEqual(before);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test('[ENGINE-14] whatever two devices lived apart, a merge taken back at once leaves both as they were', () => {
  const [from, into] = [discoveredId('10.0.0.4'), discoveredId('10.0.0.5')];
  const word = { at: START, from, into, actor: 'test', reason: null };
  fc.assert(
    fc.property(anyTelemetry, (events) => {
      // Configured once more, so that everything is settled at one instant.
      const engine = replayed([...operators, ...eventRecords(events), historyEnd, configured]);
      const before = [postures(engine), fleetPosture(engine)];
      engine.apply({ kind: 'merge', ...word });
      engine.apply({ kind: 'split', ...word });
      expect([postures(engine), fleetPosture(engine)]).toEqual(before);
    }),
    { numRuns: 30 },
  );
});

describe('time', () => {
  const days = (count: number) => everyHour(START, START + count * DAY_MS, '10.0.0.1', REMOTE.slice(0, 2));

  test('[ENGINE-7] a late event changes when and what was seen, never rates', () => {
    const engine = replayed([configured, fed(START, listing(C2)), ...telemetry(days(3)), historyEnd]);
    const id = discoveredId('10.0.0.1');
    const before = entityIn(engine, id);
    const baseline = before.baseline();
    engine.apply(eventRecords(sealed([connection(START - DAY_MS, '10.0.0.1', C2)]))[0] as JournalRecord);
    const after = entityIn(engine, id);
    expect(engine.late).toBe(1);
    expect(after.baseline()).toEqual(baseline);
    expect(after.profile.firstSeen).toBe(START - DAY_MS);
    expect(after.profile.lastSeen).toBe(before.profile.lastSeen);
    expect(after.factorNames).toContain('c2_reached');
  });

  test('[ENGINE-8] one event of the far future moves nothing but itself', () => {
    const honest = telemetry(days(3));
    const broken = eventRecords(
      sealed([connection(START + 3 * DAY_MS + 23 * HOUR_MS, '10.0.0.1', '198.51.100.1')]),
    );
    const later = telemetry(
      everyHour(START + 3 * DAY_MS, START + 4 * DAY_MS, '10.0.0.1', REMOTE.slice(0, 2)),
    );
    const engine = replayed([configured, ...honest, ...broken]);
    expect(engine.time.now).toBeLessThan(START + 3 * DAY_MS);
    for (const record of later) engine.apply(record);
    expect(engine.late).toBe(0);
    const baseline = entityIn(engine, discoveredId('10.0.0.1')).baseline();
    expect(baseline.deviation).toBe(0);
    expect(baseline.connectionsPerHour).toBeCloseTo(2, 0);
    expect(engine.time.now).toBeLessThan(START + 4 * DAY_MS);
  });

  test('what was known before any telemetry dates from the operator, not from 1970', () => {
    const engine = replayed([
      configured,
      inventoried(START, entry('dev_camera', '10.0.0.1', { supportEnds: START - 1 })),
    ]);
    const camera = entityIn(engine, 'dev_camera');
    expect(camera.factorNames).toContain('firmware_eol');
    for (const { since } of camera.factors()) expect(since).toBe(START);
  });
});

describe('the ledger of what was taken in', () => {
  test('[ENGINE-9] a position before the mark, or taken singly beyond it, is a duplicate', () => {
    const engine = engineWith();
    const events = sealed([connection(START, '10.0.0.1', C2), connection(START + 1, '10.0.0.1', C2)]);
    engine.apply({
      kind: 'events',
      producers: [{ producer: 'http:edge', upTo: 5 }],
      events,
      origins: [
        { producer: 0, at: 4 },
        { producer: 0, at: 8 },
      ],
      uids: ['one', ''],
    });
    const done = [0, 4, 5, 7, 8, 9].filter((at) => engine.ledger.isDone('http:edge', at));
    expect(done).toEqual([0, 4, 8]);
    expect(engine.ledger.isDone('http:other', 0)).toBe(false);
    expect(engine.ledger.hasUid('one')).toBe(true);
    expect(engine.ledger.hasUid('')).toBe(false);
  });
});
