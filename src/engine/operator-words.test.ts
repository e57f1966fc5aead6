import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import {
  type Anomaly,
  DAY_MS,
  type Detection,
  type DeviceId,
  type EntityId,
  HOUR_MS,
  type InventoryEntry,
  type JournalRecord,
  LIMITS,
  type MaintenanceScope,
  MINUTE_MS,
  type Observation,
  type SuppressionScope,
} from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  engineWith,
  entityIn,
  entry,
  everyHour,
  HQ,
  inventoried,
  LEARNT,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';
import { isPartlyIn, Maintenance } from './maintenance.ts';
import { PartitionLife } from './partition-life.fixture.ts';
import { maintenanceId, suppressionId } from './word-ids.ts';

const DEVICE = 'dev_workstation';
const ADDRESS = '10.0.0.14';
const OTHERS = ['198.51.100.1', '198.51.100.2'];
const NOWHERE: SuppressionScope = { entity: null, tag: null, type: null, destination: null, port: null };

/** A workstation that is always heard, beside one that is, too; quiet since `until`. */
function learnt(until = LEARNT, facts: Partial<InventoryEntry> = {}): Engine {
  return replayed([
    configured,
    inventoried(START, entry(DEVICE, ADDRESS, { tags: ['lab'], ...facts })),
    ...telemetry([
      ...everyHour(START, until, ADDRESS, OTHERS),
      ...everyHour(START, LEARNT, '10.0.0.2', OTHERS),
    ]),
    clock(LEARNT),
  ]);
}

function happens(engine: Engine, ...observations: readonly Observation[]): Engine {
  for (const record of telemetry(observations)) engine.apply(record);
  return engine;
}

const movement = (at = LEARNT, count = 14, net = '10.0.1') =>
  Array.from({ length: count }, (_, i) =>
    connection(at + i * MINUTE_MS, ADDRESS, `${net}.${i + 1}`, { port: 445, outcome: 'unanswered' }),
  );

const probe = (at: number, to: string, port: number) =>
  connection(at, ADDRESS, to, { port, outcome: 'unanswered' });

const scan = (port: number, count: number, at: number) =>
  Array.from({ length: count }, (_, i) => probe(at + i * MINUTE_MS, `10.0.5.${i + 1}`, port));

const said = { actor: 'soc', reason: 'because' } as const;

function suppressed(
  scope: Partial<SuppressionScope>,
  expiresAt = LEARNT + 30 * DAY_MS,
  at = LEARNT,
): Extract<JournalRecord, { kind: 'suppress' }> {
  return { kind: 'suppress', at, scope: { ...NOWHERE, ...scope }, owner: 'netops', expiresAt, ...said };
}

function maintained(
  scope: Partial<MaintenanceScope>,
  from: number,
  to: number,
): Extract<JournalRecord, { kind: 'maintenance' }> {
  const whole = { site: null, tag: null, entity: null, ...scope };
  return { kind: 'maintenance', at: from, scope: whole, from, to, ...said };
}

function anomaliesOf(engine: Engine, id: EntityId = DEVICE): readonly Anomaly[] {
  return [...viewOf(engine).anomalies()].filter(({ entity }) => entity === id);
}

const isOffline = (engine: Engine) => entityIn(engine, DEVICE).factorNames.includes('unexpected_offline');

describe('a suppression', () => {
  test.each([
    ['an entity', { entity: DEVICE }],
    ['a tag', { tag: 'lab' }],
    ['an entity and a type', { entity: DEVICE, type: 'lateral_movement_attempt' }],
    ['a network', { destination: '10.0.1.0/24' }],
    ['a port', { entity: DEVICE, port: 445 }],
  ] as const)('[SUPPRESS-1] of %s keeps what matches from opening, and counts it', (_, scope) => {
    const engine = learnt();
    engine.apply(suppressed(scope));
    happens(engine, ...movement());
    expect(anomaliesOf(engine).filter(({ type }) => type === 'lateral_movement_attempt')).toEqual([]);
    expect(entityIn(engine, DEVICE)).not.toMatchObject({ riskReason: 'lateral_movement_attempt' });
    const [suppression] = engine.suppressions.all();
    expect(suppression?.matches).toBeGreaterThan(0);
    expect(suppression?.lastMatch).toBe(LEARNT + 13 * MINUTE_MS);
    expect(viewOf(engine).suppressedCount()).toBe(suppression?.matches);
  });

  test.each([
    ['another entity', { entity: 'dev_other' }],
    ['another tag', { tag: 'office' }],
    ['another type', { entity: DEVICE, type: 'beaconing' }],
    ['one of many destinations', { destination: '10.0.1.14' }],
    ['some of many destinations', { destination: '10.0.1.8/29' }],
    ['another port', { entity: DEVICE, port: 22 }],
  ] as const)('[SUPPRESS-6] of %s holds nothing back', (_, scope) => {
    const engine = learnt();
    engine.apply(suppressed(scope));
    happens(engine, ...movement());
    expect(anomaliesOf(engine)).toHaveLength(1);
    expect(engine.suppressions.heldBack).toBe(0);
  });

  test('[SUPPRESS-6] of the host that makes a scan one leaves the scan', () => {
    const engine = learnt();
    engine.apply(suppressed({ destination: '10.0.1.7' }));
    happens(engine, ...scan(8443, 24, LEARNT), probe(LEARNT + 24 * MINUTE_MS, '10.0.1.7', 8443));
    expect(anomaliesOf(engine)).toMatchObject([{ type: 'port_scan', status: 'open' }]);
    expect(engine.suppressions.heldBack).toBe(0);
  });

  test('[SUPPRESS-6] of the one port of a scan holds it back, whatever the hosts', () => {
    const engine = learnt();
    engine.apply(suppressed({ entity: DEVICE, port: 8443 }));
    expect(anomaliesOf(happens(engine, ...scan(8443, 25, LEARNT)))).toEqual([]);
    expect(engine.suppressions.heldBack).toBe(1);
  });

  test('[SUPPRESS-6] of ports on one host holds back a scan of it, and not by one of the ports', () => {
    const vertical = Array.from({ length: 15 }, (_, i) =>
      probe(LEARNT + i * MINUTE_MS, '10.0.5.1', 9_000 + i),
    );
    const byHost = learnt();
    byHost.apply(suppressed({ destination: '10.0.5.1' }));
    expect(anomaliesOf(happens(byHost, ...vertical))).toEqual([]);
    const byPort = learnt();
    byPort.apply(suppressed({ entity: DEVICE, port: 9_014 }));
    expect(anomaliesOf(happens(byPort, ...vertical))).toHaveLength(1);
  });

  test('[SUPPRESS-6] closes nothing that is open of more than it means, though its evidence shows no more', () => {
    const scanned = happens(learnt(), ...scan(8443, 25, LEARNT));
    scanned.apply(suppressed({ destination: '10.0.5.25' }, LEARNT + 30 * DAY_MS, LEARNT + HOUR_MS));
    expect(anomaliesOf(scanned)).toMatchObject([{ type: 'port_scan', status: 'open' }]);
    // The last five lines are in the tolerated network, 35 hosts before them are not.
    const both = happens(
      learnt(),
      ...movement(LEARNT, 35, '10.0.5'),
      ...movement(LEARNT + 35 * MINUTE_MS, 5, '10.0.1'),
    );
    both.apply(suppressed({ destination: '10.0.1.0/24' }, LEARNT + 30 * DAY_MS, LEARNT + HOUR_MS));
    expect(anomaliesOf(both).map(({ type, status }) => [type, status])).toEqual([
      ['lateral_movement_attempt', 'open'],
      ['port_scan', 'open'],
    ]);
    both.apply(suppressed({ entity: DEVICE, port: 445 }, LEARNT + 30 * DAY_MS, LEARNT + HOUR_MS));
    expect(anomaliesOf(both).map(({ verdict }) => verdict)).toEqual(['expected', 'expected']);
  });

  test('[SUPPRESS-6] of one port leaves a movement that came by others, too', () => {
    const engine = learnt();
    engine.apply(suppressed({ entity: DEVICE, port: 445 }));
    const byBoth = movement().map((each, i) => (i === 3 ? probe(each.time, '10.0.1.4', 22) : each));
    expect(anomaliesOf(happens(engine, ...byBoth))).toHaveLength(1);
  });

  test('[SUPPRESS-1] what is open does not grow by what it counts', () => {
    const engine = happens(learnt(), ...movement());
    const [before] = anomaliesOf(engine);
    engine.apply({
      kind: 'verdict',
      at: LEARNT + HOUR_MS,
      anomaly: before?.id ?? '',
      status: 'acknowledged',
      verdict: 'true_positive',
      remediated: false,
      ...said,
    });
    const judged = anomaliesOf(engine);
    engine.apply(suppressed({ entity: DEVICE }));
    happens(engine, ...movement(LEARNT + HOUR_MS, 20, '10.0.2'));
    expect(anomaliesOf(engine)).toEqual(judged);
    expect(engine.suppressions.heldBack).toBeGreaterThan(0);
  });

  test('[SUPPRESS-2] ends by the time of the data, never by a clock', () => {
    const engine = learnt();
    engine.apply(suppressed({ entity: DEVICE }, LEARNT + 2 * HOUR_MS));
    happens(engine, ...movement(LEARNT + HOUR_MS));
    expect(anomaliesOf(engine)).toEqual([]);
    happens(engine, ...movement(LEARNT + 3 * HOUR_MS, 14, '10.0.2'));
    expect(anomaliesOf(engine)).toHaveLength(1);
    const [suppression] = engine.suppressions.all();
    expect(suppression).toMatchObject({ ended: { at: LEARNT + 2 * HOUR_MS, by: 'expiry' } });
    expect(suppression?.matches).toBeGreaterThan(0);
    expect(engine.suppressions.count).toBe(0);
  });

  test('[SUPPRESS-2] lasts a year at most, and one that would have ended is none', () => {
    const engine = learnt();
    engine.apply(suppressed({ entity: DEVICE }, LEARNT + 5_000 * DAY_MS));
    expect(engine.suppressions.all()[0]?.expiresAt).toBe(LEARNT + LIMITS.suppressionMs);
    engine.apply(suppressed({ tag: 'lab' }, LEARNT - 1));
    expect(engine.suppressions.count).toBe(1);
  });

  test('[SUPPRESS-2] is removed by a word, and stays listed with what it held back', () => {
    const engine = learnt();
    const record = suppressed({ entity: DEVICE });
    engine.apply(record);
    happens(engine, ...movement());
    const at = LEARNT + HOUR_MS;
    engine.apply({ kind: 'unsuppress', at, suppression: suppressionId(record), ...said });
    const [ended] = engine.suppressions.all();
    expect(ended).toMatchObject({ ended: { at, by: 'removal' } });
    expect(ended?.matches).toBeGreaterThan(0);
    happens(engine, ...movement(LEARNT + 2 * HOUR_MS, 14, '10.0.2'));
    expect(anomaliesOf(engine)).toHaveLength(1);
  });

  test('[SUPPRESS-3] closes what is open of it as expected, with who said why', () => {
    const engine = happens(learnt(), ...movement());
    engine.apply(suppressed({ entity: DEVICE }));
    expect(anomaliesOf(engine)).toMatchObject([
      { status: 'closed', verdict: 'expected', words: [{ said: 'suppress', ...said, at: LEARNT }] },
    ]);
    expect(entityIn(engine, DEVICE)).not.toMatchObject({ riskReason: 'lateral_movement_attempt' });
    expect(viewOf(engine).fleet()).toMatchObject({ openAnomalies: 0, activeIncidents: 0 });
  });

  test('[SUPPRESS-3] leaves what was confirmed open: its gate holds until it is mended', () => {
    const engine = happens(learnt(), ...movement());
    const [{ id } = { id: '' }] = anomaliesOf(engine);
    engine.apply({
      kind: 'verdict',
      at: LEARNT,
      anomaly: id,
      status: 'contained',
      verdict: 'true_positive',
      remediated: false,
      ...said,
    });
    engine.apply(suppressed({ entity: DEVICE }));
    expect(anomaliesOf(engine)).toMatchObject([{ status: 'contained', verdict: 'true_positive' }]);
    expect(entityIn(engine, DEVICE).riskLevel).toBe('critical');
  });

  test.each([
    ['it expires', (): JournalRecord => clock(LEARNT + 5 * HOUR_MS)],
    [
      'it is removed',
      (): JournalRecord => ({
        kind: 'unsuppress',
        at: LEARNT + 5 * HOUR_MS,
        suppression: suppressionId(silence),
        ...said,
      }),
    ],
  ])('[SUPPRESS-2] of silence: who is still silent when %s is told offline then', (_, ends) => {
    const engine = learnt(LEARNT - 2 * HOUR_MS);
    engine.apply(silence);
    happens(engine, ...everyHour(LEARNT, LEARNT + 5 * HOUR_MS, '10.0.0.2', OTHERS, 20));
    expect(isOffline(engine)).toBe(false);
    expect(engine.suppressions.heldBack).toBe(1);
    engine.apply(ends());
    happens(engine, ...everyHour(LEARNT + 5 * HOUR_MS, LEARNT + 9 * HOUR_MS, '10.0.0.2', OTHERS, 20));
    expect(isOffline(engine)).toBe(true);
  });
});

test('[SUPPRESS-3] who was told offline, and is still silent when its suppression ends, is told again', () => {
  const engine = learnt(LEARNT - 5 * HOUR_MS);
  expect(isOffline(engine)).toBe(true);
  engine.apply(silence);
  expect(isOffline(engine)).toBe(false);
  happens(engine, ...everyHour(LEARNT, LEARNT + 9 * HOUR_MS, '10.0.0.2', OTHERS, 20));
  expect(isOffline(engine)).toBe(true);
  expect(anomaliesOf(engine)).toHaveLength(1);
});

const silence = suppressed({ entity: DEVICE, type: 'unexpected_offline' }, LEARNT + 6 * HOUR_MS);

describe('[SUPPRESS-7] what goes on after the word that held it back', () => {
  const DOOR = 443;
  const serves = (port: number, from: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      connection(from + i * 10 * MINUTE_MS, '10.0.0.2', ADDRESS, { port }),
    );
  const calls = (from: number, count: number, to = '203.0.113.9') =>
    Array.from({ length: count }, (_, i) =>
      connection(from + i * MINUTE_MS, ADDRESS, to, { bytesOut: 500, bytesIn: 300 }),
    );
  /** Others that are about, so that one of them is not a good part of the fleet. */
  const peers = Array.from({ length: 12 }, (_, i) =>
    everyHour(LEARNT - 3 * DAY_MS, LEARNT, `10.0.2.${i + 1}`, OTHERS, 1),
  ).flat();

  function among(partitions = 1, ...earlier: readonly Observation[]): Engine {
    return replayed(
      [
        configured,
        inventoried(START, entry(DEVICE, ADDRESS, { tags: ['lab'] })),
        ...telemetry([
          ...everyHour(START, LEARNT, ADDRESS, OTHERS),
          ...everyHour(START, LEARNT, '10.0.0.2', OTHERS),
          ...peers,
          ...earlier,
        ]),
        clock(LEARNT),
      ],
      partitions,
    );
  }

  const openOf = (engine: Engine, type: string) =>
    anomaliesOf(engine).filter((each) => each.type === type && each.status !== 'closed');
  const end = LEARNT + 2 * HOUR_MS;
  const suppression = suppressed({ entity: DEVICE }, end);
  const window = maintained({ entity: DEVICE }, LEARNT, end);

  const removal: JournalRecord = {
    kind: 'unsuppress',
    at: LEARNT + HOUR_MS,
    suppression: suppressionId(suppression),
    ...said,
  };
  const removed: JournalRecord = {
    kind: 'maintenance_remove',
    at: LEARNT + HOUR_MS,
    window: maintenanceId(window),
    ...said,
  };

  test.each<[string, JournalRecord, JournalRecord]>([
    ['a suppression that expires', suppression, clock(end)],
    ['a suppression that is removed', suppression, removal],
    ['a window that is over', window, clock(end)],
    ['a window that is removed', window, removed],
  ])('is a new service: %s', (_, word, over) => {
    const engine = among(1, ...serves(DOOR, LEARNT - 10 * DAY_MS, 20));
    engine.apply(word);
    happens(engine, ...serves(4444, LEARNT + 5 * MINUTE_MS, 5));
    expect(openOf(engine, 'new_service')).toEqual([]);
    engine.apply(over);
    expect(openOf(engine, 'new_service')).toEqual([]);
    happens(engine, ...serves(4444, end + HOUR_MS, 20));
    expect(openOf(engine, 'new_service')).toMatchObject([
      { detectedAt: end + HOUR_MS, evidence: [{ port: 4444, at: end + HOUR_MS }] },
    ]);
  });

  test('is nothing where it does not go on', () => {
    const engine = among(1, ...serves(DOOR, LEARNT - 10 * DAY_MS, 20));
    engine.apply(window);
    happens(engine, ...serves(4444, LEARNT + 5 * MINUTE_MS, 5));
    engine.apply(clock(end));
    happens(engine, ...serves(DOOR, end + HOUR_MS, 20));
    expect(openOf(engine, 'new_service')).toEqual([]);
  });

  test.each([2, 12])('is a call home, also after %i days, when the destination is an old one', (days) => {
    const engine = among();
    const until = LEARNT + days * DAY_MS;
    engine.apply(suppressed({ entity: DEVICE, type: 'beaconing' }, until));
    happens(engine, ...calls(LEARNT, days * 24 * 60));
    expect(openOf(engine, 'beaconing')).toEqual([]);
    happens(engine, ...calls(until, 6 * 60));
    const [first, ...others] = openOf(engine, 'beaconing');
    expect(others).toEqual([]);
    expect(first?.detectedAt).toBeGreaterThanOrEqual(until);
    expect(first?.evidence[0]).toMatchObject({ subject: '203.0.113.9' });
  });

  test('is what was open when it was suppressed, too', () => {
    const engine = happens(among(), ...calls(LEARNT, 60));
    expect(openOf(engine, 'beaconing')).toHaveLength(1);
    const until = LEARNT + 3 * HOUR_MS;
    engine.apply(suppressed({ entity: DEVICE }, until, LEARNT + HOUR_MS));
    happens(engine, ...calls(LEARNT + HOUR_MS, 30));
    expect(openOf(engine, 'beaconing')).toEqual([]);
    happens(engine, ...calls(until, 30));
    expect(openOf(engine, 'beaconing')).toHaveLength(1);
  });

  test('is kept until then over a restart, whatever the number of partitions', () => {
    const told = [1, 3].map((partitions) => {
      const engine = among(partitions, ...serves(DOOR, LEARNT - 10 * DAY_MS, 20));
      engine.apply(suppression);
      happens(engine, ...serves(4444, LEARNT + 5 * MINUTE_MS, 5), ...calls(LEARNT + HOUR_MS, 30));
      const copy = engineWith({ partitions });
      copy.load(WrittenState.of(engine));
      expect(copy.stateHash()).toBe(engine.stateHash());
      happens(copy, ...serves(4444, end + HOUR_MS, 12), ...calls(end + 4 * HOUR_MS, 30));
      expect(copy.heldBack.isEmpty).toBe(true);
      return anomaliesOf(copy);
    });
    expect(told[0]?.map(({ type }) => type).sort()).toEqual(['beaconing', 'new_service']);
    expect(told[1]).toEqual(told[0]);
  });

  test('is forgotten with its entity', () => {
    const engine = among(1, ...serves(DOOR, LEARNT - 10 * DAY_MS, 20));
    engine.apply(suppressed({ tag: 'lab' }, end));
    happens(engine, ...serves(4444, LEARNT + 5 * MINUTE_MS, 5));
    expect(engine.heldBack.isEmpty).toBe(false);
    engine.words.forget(DEVICE);
    expect(engine.heldBack.isEmpty).toBe(true);
  });
});

describe('maintenance', () => {
  const busy = (from: number, until: number) => everyHour(from, until, '10.0.0.2', OTHERS, 20);

  test.each([
    ['a site', { site: HQ }],
    ['a tag', { tag: 'lab' }],
    ['an entity', { entity: DEVICE }],
  ] as const)('[MAINT-1] of %s: nobody is told offline within it', (_, scope) => {
    const engine = learnt(LEARNT - 2 * HOUR_MS);
    engine.apply(maintained(scope, LEARNT, LEARNT + 6 * HOUR_MS));
    happens(engine, ...busy(LEARNT, LEARNT + 6 * HOUR_MS));
    expect(isOffline(engine)).toBe(false);
    const elsewhere = learnt(LEARNT - 2 * HOUR_MS);
    elsewhere.apply(maintained({ entity: 'dev_other' }, LEARNT, LEARNT + 6 * HOUR_MS));
    happens(elsewhere, ...busy(LEARNT, LEARNT + 6 * HOUR_MS));
    expect(isOffline(elsewhere)).toBe(true);
  });

  test('[MAINT-2] its silence counts anew from the end', () => {
    const engine = learnt(LEARNT - 2 * HOUR_MS);
    engine.apply(maintained({ entity: DEVICE }, LEARNT, LEARNT + 6 * HOUR_MS));
    happens(engine, ...busy(LEARNT, LEARNT + 8 * HOUR_MS));
    expect(isOffline(engine)).toBe(false);
    happens(engine, ...busy(LEARNT + 8 * HOUR_MS, LEARNT + 11 * HOUR_MS));
    expect(isOffline(engine)).toBe(true);
  });

  test('[MAINT-2] until when it is waited for is told with the work that is planned, and comes true', () => {
    const engine = learnt(LEARNT - 2 * HOUR_MS);
    const promised = viewOf(engine).entity(DEVICE)?.offlineFrom() ?? 0;
    engine.apply(maintained({ entity: DEVICE }, promised - HOUR_MS, promised + 6 * HOUR_MS));
    const after = viewOf(engine).entity(DEVICE)?.offlineFrom() ?? 0;
    expect(after).toBe(promised + 6 * HOUR_MS + 3 * HOUR_MS);
    happens(engine, ...busy(LEARNT, after - HOUR_MS));
    expect(isOffline(engine)).toBe(false);
    happens(engine, ...busy(after - HOUR_MS, after + HOUR_MS));
    expect(isOffline(engine)).toBe(true);
  });

  test('[MAINT-4] what happens within it is no example of how things are', () => {
    const [worked, undisturbed] = [learnt(), learnt()];
    worked.apply(maintained({ entity: DEVICE }, LEARNT, LEARNT + 12 * HOUR_MS));
    const more = Array.from({ length: 12 * 5 }, (_, index) =>
      connection(LEARNT + index * 12 * MINUTE_MS, ADDRESS, OTHERS[0] ?? ''),
    );
    const usual = (engine: Engine) => viewOf(engine).entity(DEVICE)?.baseline().connectionsPerHour ?? 0;
    const before = usual(worked);
    for (const engine of [worked, undisturbed]) {
      happens(engine, ...more);
      happens(engine, ...everyHour(LEARNT + 12 * HOUR_MS, LEARNT + 14 * HOUR_MS, ADDRESS, OTHERS));
    }
    expect(usual(undisturbed)).toBeGreaterThan(before * 1.05);
    expect(Math.abs(usual(worked) - before)).toBeLessThan(before * 0.005);
  });

  test('[MAINT-4] nor is its silence: it is missed as soon afterwards as before', () => {
    const waits = (engine: Engine) => {
      const device = viewOf(engine).entity(DEVICE);
      return (device?.offlineFrom() ?? 0) - (device?.profile.lastSeen ?? 0);
    };
    const longer = (isPlanned: boolean) => {
      const engine = learnt();
      const before = waits(engine);
      if (isPlanned) engine.apply(maintained({ entity: DEVICE }, LEARNT, LEARNT + 2 * HOUR_MS));
      happens(engine, ...busy(LEARNT, LEARNT + 2 * HOUR_MS));
      happens(engine, ...everyHour(LEARNT + 2 * HOUR_MS, LEARNT + 4 * HOUR_MS, ADDRESS, OTHERS));
      return waits(engine) - before;
    };
    expect(longer(false)).toBeGreaterThan(HOUR_MS);
    expect(longer(true)).toBe(0);
  });

  test('[MAINT-2] what is removed early is as if it had not been', () => {
    const engine = learnt(LEARNT - 2 * HOUR_MS);
    const record = maintained({ entity: DEVICE }, LEARNT, LEARNT + 20 * HOUR_MS);
    engine.apply(record);
    happens(engine, ...busy(LEARNT, LEARNT + 4 * HOUR_MS));
    expect(isOffline(engine)).toBe(false);
    engine.apply({
      kind: 'maintenance_remove',
      at: LEARNT + 4 * HOUR_MS,
      window: maintenanceId(record),
      ...said,
    });
    happens(engine, ...busy(LEARNT + 4 * HOUR_MS, LEARNT + 5 * HOUR_MS));
    expect(isOffline(engine)).toBe(true);
    expect(engine.maintenance.all()).toEqual([]);
    expect(engine.maintenance.removed()).toMatchObject([
      { id: maintenanceId(record), removed: { at: LEARNT + 4 * HOUR_MS, ...said } },
    ]);
  });

  test('[MAINT-1] an act opens all the same, and says in which window', () => {
    const engine = learnt();
    const record = maintained({ site: HQ }, LEARNT, LEARNT + HOUR_MS);
    engine.apply(record);
    happens(engine, ...movement());
    const [anomaly] = anomaliesOf(engine);
    expect(anomaly).toMatchObject({ type: 'lateral_movement_attempt', status: 'open', severity: 'critical' });
    const notes = anomaly?.evidence.filter(({ subject }) => subject === maintenanceId(record));
    expect(notes).toHaveLength(1);
    expect(anomaly?.evidence[0]?.subject).toBe('10.0.1.14');
    expect(anomaly?.evidence.length).toBeLessThanOrEqual(LIMITS.evidencePerFactor);
  });

  test('[MAINT-1] a change of volume within it does not open, and is counted', () => {
    const life = new PartitionLife();
    life.do({ kind: 'heard', who: 'dev_camera' });
    const window = maintained({ entity: 'dev_camera' }, life.now, life.now + HOUR_MS);
    life.maintenance.add(window, life.now);
    const found = life.partition.anomalies.detect('dev_camera', HQ, volume(life.now), 'normal');
    expect(found).toBe(false);
    expect(life.maintenance.all()[0]?.held).toBe(1);
    expect(life.partition.anomalies.detect('dev_camera', HQ, volume(life.now + HOUR_MS), 'normal')).toBe(
      true,
    );
  });

  test.each([
    ['the whole of an hour', 0, 60],
    ['a part of an hour', 15, 45],
  ])('[MAINT-1] nor does one that is seen when it is over: maintenance for %s', (_, begin, end) => {
    const busyHour = Array.from({ length: 600 }, (__, i) =>
      connection(LEARNT + begin * MINUTE_MS + i * 2_000, ADDRESS, OTHERS[i % 2] ?? ''),
    );
    const volumes = (scope: Partial<MaintenanceScope>) => {
      const engine = learnt();
      engine.apply(maintained(scope, LEARNT + begin * MINUTE_MS, LEARNT + end * MINUTE_MS));
      happens(engine, ...busyHour, ...everyHour(LEARNT + HOUR_MS, LEARNT + 3 * HOUR_MS, ADDRESS, OTHERS));
      const told = anomaliesOf(engine).filter(({ type }) => type === 'volume_anomaly').length;
      return { told, held: engine.maintenance.all()[0]?.held };
    };
    expect(volumes({ entity: 'dev_other' })).toEqual({ told: 1, held: 0 });
    expect(volumes({ entity: DEVICE })).toEqual({ told: 0, held: 1 });
  });

  test('[MAINT-1] a window that begins as an hour ends holds nothing of that hour back', () => {
    const engine = learnt();
    engine.apply(maintained({ entity: DEVICE }, LEARNT + HOUR_MS, LEARNT + 2 * HOUR_MS));
    const busyHour = Array.from({ length: 600 }, (__, i) =>
      connection(LEARNT + i * 2_000, ADDRESS, OTHERS[i % 2] ?? ''),
    );
    happens(engine, ...busyHour, ...everyHour(LEARNT + HOUR_MS, LEARNT + 3 * HOUR_MS, ADDRESS, OTHERS));
    expect(anomaliesOf(engine)).toMatchObject([{ type: 'volume_anomaly' }]);
    expect(engine.maintenance.all()).toMatchObject([{ held: 0 }]);
  });

  test('[MAINT-5] the windows that an entity has say of each hour what all windows say of it', () => {
    const hours = fc.integer({ min: 0, max: 72 });
    const scope = fc.constantFrom<Partial<MaintenanceScope>>(
      { site: HQ },
      { entity: 'dev_a' },
      { entity: 'dev_b' },
      { tag: 'lab' },
      { tag: 'office' },
    );
    const window = fc.record({ scope, from: hours, minutes: fc.integer({ min: 1, max: 600 }) });
    fc.assert(
      fc.property(fc.array(window, { maxLength: 8 }), (windows) => {
        const maintenance = new Maintenance((id) => id);
        for (const { scope: whole, from, minutes } of windows) {
          const begin = START + from * HOUR_MS + (minutes % 60) * MINUTE_MS;
          maintenance.add(maintained(whole, begin, begin + minutes * MINUTE_MS), START);
        }
        const whose = { id: 'dev_a', tags: ['lab'], site: HQ } as const;
        const own = maintenance.of(whose);
        for (let hour = START; hour < START + 96 * HOUR_MS; hour += HOUR_MS) {
          const isIn = own.some((each) => isPartlyIn(each, hour));
          expect(isIn).toBe(maintenance.duringHour(whose, hour) !== null);
        }
      }),
    );
  });

  test('[MAINT-3] is at most 31 days long, and the same word twice is one window', () => {
    const engine = learnt();
    const record = maintained({ site: HQ }, LEARNT, LEARNT + 90 * DAY_MS);
    engine.apply(record);
    engine.apply(record);
    expect(engine.maintenance.all()).toMatchObject([{ to: LEARNT + LIMITS.maintenanceMs }]);
  });
});

function volume(at: number, type: Detection['type'] = 'volume_anomaly'): Detection {
  return {
    type,
    at,
    severity: 'medium',
    confidence: 0.7,
    description: 'More than usual',
    technique: null,
    expected: 'little',
    observed: 'much',
    evidence: [],
  };
}

describe('a word about one anomaly', () => {
  test('[ANOM-DOOR-1] stays with it: who, when, what and why, the latest so many', () => {
    const engine = happens(learnt(), ...movement());
    const [{ id } = { id: '' }] = anomaliesOf(engine);
    for (let n = 0; n < 30; n++) {
      engine.apply({
        kind: 'verdict',
        at: LEARNT + n,
        anomaly: id,
        status: 'acknowledged',
        verdict: null,
        remediated: false,
        actor: `token-${n}`,
        reason: null,
      });
    }
    const words = anomaliesOf(engine)[0]?.words ?? [];
    expect(words).toHaveLength(LIMITS.wordsPerAnomaly);
    expect(words.at(-1)).toEqual({
      said: 'verdict',
      at: LEARNT + 29,
      actor: 'token-29',
      reason: null,
      status: 'acknowledged',
      verdict: null,
      remediated: false,
    });
  });

  test('[ANOM-DOOR-3] says who looks after it, until nobody does; its time stands', () => {
    const engine = happens(learnt(), ...movement());
    const [before] = anomaliesOf(engine);
    const assign = (to: string | null): JournalRecord => ({
      kind: 'assign',
      at: LEARNT + DAY_MS,
      anomaly: before?.id ?? '',
      to,
      ...said,
    });
    engine.apply(assign('soc-2'));
    expect(anomaliesOf(engine)[0]).toMatchObject({ assignee: 'soc-2', updatedAt: before?.updatedAt });
    engine.apply(assign(null));
    expect(anomaliesOf(engine)[0]).not.toHaveProperty('assignee');
    expect(anomaliesOf(engine)[0]?.words).toHaveLength(2);
  });

  test('about one that does not exist changes nothing', () => {
    const engine = learnt();
    const before = engine.stateHash();
    engine.apply({ kind: 'assign', at: 0, anomaly: 'ano_nothing', to: 'soc', ...said });
    engine.apply({ kind: 'unsuppress', at: 0, suppression: 'sup_nothing', ...said });
    engine.apply({ kind: 'maintenance_remove', at: 0, window: 'mnt_nothing', ...said });
    engine.apply({ kind: 'baseline_revert', at: 0, entity: DEVICE, ...said });
    expect(engine.stateHash()).toBe(before);
  });
});

describe('[ANOM-DOOR-8] an accepted baseline', () => {
  function changed(): Engine {
    const engine = learnt();
    const { anomalies } = engine.partitionOf(DEVICE);
    for (const type of ['volume_anomaly', 'new_service', 'port_scan'] as const)
      anomalies.detect(DEVICE, HQ, volume(LEARNT, type), 'normal');
    return engine;
  }
  const accept: Extract<JournalRecord, { kind: 'baseline_accept' }> = {
    kind: 'baseline_accept',
    at: LEARNT + HOUR_MS,
    entity: DEVICE,
    anomaly: null,
    ...said,
  };

  test('closes changed ways as expected, and nothing else', () => {
    const engine = changed();
    engine.apply(accept);
    const status = Object.fromEntries(anomaliesOf(engine).map((each) => [each.type, each.status]));
    expect(status).toEqual({ volume_anomaly: 'closed', new_service: 'closed', port_scan: 'open' });
    const [first] = anomaliesOf(engine);
    expect(first).toMatchObject({ verdict: 'expected', words: [{ said: 'baseline_accept', ...said }] });
    expect(engine.words.acceptances.of(DEVICE)).toEqual(accept);
    expect(entityIn(engine, DEVICE).baseline().deviation).toBe(0);
  });

  /** Ten times as busy for its last days as in the weeks before, and then a day more. */
  function drifted(...words: readonly JournalRecord[]): readonly Anomaly[] {
    const until = START + 40 * DAY_MS;
    const engine = replayed([
      configured,
      inventoried(START, entry(DEVICE, ADDRESS)),
      ...telemetry([
        ...everyHour(START, until - 5 * DAY_MS, ADDRESS, OTHERS, 4),
        ...everyHour(until - 5 * DAY_MS, until, ADDRESS, OTHERS, 40),
      ]),
    ]);
    const before = anomaliesOf(engine).filter(({ type }) => type === 'volume_anomaly');
    expect(before.map(({ status }) => status)).toContain('open');
    for (const word of words) engine.apply(word);
    happens(engine, ...everyHour(until, until + DAY_MS, ADDRESS, OTHERS, 40));
    return anomaliesOf(engine).filter(({ type, status }) => type === 'volume_anomaly' && status !== 'closed');
  }
  const at = START + 40 * DAY_MS;

  test('is normal from then on, until it is taken back', () => {
    expect(drifted({ ...accept, at })).toEqual([]);
    const reverted: JournalRecord = { kind: 'baseline_revert', at: at + 1, entity: DEVICE, ...said };
    expect(drifted({ ...accept, at }, reverted)).toHaveLength(1);
  });

  test('is taken back to what was normal before, also where it was said twice', () => {
    const again = { ...accept, at: at + 1 };
    const reverted: JournalRecord = { kind: 'baseline_revert', at: at + 2, entity: DEVICE, ...said };
    expect(drifted({ ...accept, at }, again, reverted)).toHaveLength(1);
  });

  test('of one that gave way in a merge waits for the split, and is not taken back from the other', () => {
    const second = 'dev_second';
    const [ours, theirs] = [
      everyHour(START, LEARNT, ADDRESS, OTHERS, 3),
      everyHour(START, LEARNT, '10.0.0.15', OTHERS, 12),
    ];
    const engine = replayed([
      configured,
      inventoried(START, entry(DEVICE, ADDRESS), entry(second, '10.0.0.15')),
      ...telemetry([...ours, ...theirs]),
    ]);
    const rate = (id: DeviceId) => entityIn(engine, id).baseline().connectionsPerHour;
    engine.apply(accept);
    const words = { from: DEVICE, into: second, at: LEARNT + HOUR_MS, ...said } as const;
    engine.apply({ kind: 'merge', ...words });
    const before = rate(second);
    const revert = (entity: string) =>
      engine.apply({
        kind: 'baseline_revert',
        at: LEARNT + 2 * HOUR_MS,
        entity: entity as EntityId,
        ...said,
      });
    revert(second);
    expect(rate(second)).toBe(before);
    engine.apply({ kind: 'split', ...words });
    expect(engine.words.acceptances.of(DEVICE)).toEqual(accept);
    revert(DEVICE);
    expect(engine.words.acceptances.of(DEVICE)).toBeNull();
  });

  test('is taken back by a word', () => {
    const engine = changed();
    engine.apply(accept);
    engine.apply({ kind: 'baseline_revert', at: LEARNT + 2 * HOUR_MS, entity: DEVICE, ...said });
    expect(engine.words.acceptances.of(DEVICE)).toBeNull();
  });
});

test('[ANOM-DOOR-7] an entity is at the level of two that corroborate each other, until one is closed', () => {
  const life = new PartitionLife();
  life.do({ kind: 'heard', who: 'dev_camera' });
  const { anomalies } = life.partition;
  const level = () => {
    life.partition.settle('dev_camera', life.now);
    return life.partition.standing('dev_camera')?.level;
  };
  anomalies.detect('dev_camera', HQ, volume(life.now, 'port_scan'), 'normal');
  expect(level()).toBe('medium');
  anomalies.detect('dev_camera', HQ, volume(life.now + 1, 'beaconing'), 'normal');
  expect(level()).toBe('high');
  const beacon = anomalies.open('dev_camera').find(({ type }) => type === 'beaconing')?.id ?? '';
  const outcome = { status: 'closed', verdict: 'expected', remediated: false } as const;
  life.partition.verdict({ kind: 'verdict', at: life.now, anomaly: beacon, ...outcome, ...said }, life.now);
  expect(level()).toBe('medium');
});

test('[ANOM-DOOR-4] a machine that was reached and then moves on is part of the same incident', () => {
  const second = '10.0.0.15';
  const engine = replayed([
    configured,
    inventoried(START, entry(DEVICE, ADDRESS), entry('dev_second', second)),
    ...telemetry([...everyHour(START, LEARNT, ADDRESS, OTHERS), ...everyHour(START, LEARNT, second, OTHERS)]),
  ]);
  happens(
    engine,
    ...movement(LEARNT, 13),
    connection(LEARNT + 13 * MINUTE_MS, ADDRESS, second, { port: 445 }),
  );
  happens(
    engine,
    ...Array.from({ length: 14 }, (_, i) =>
      connection(LEARNT + 2 * HOUR_MS + i * MINUTE_MS, second, `10.0.3.${i + 1}`, {
        port: 445,
        outcome: 'unanswered',
      }),
    ),
  );
  const incidents = [...viewOf(engine).openAnomalies()].map(({ entity, incidentId }) => [entity, incidentId]);
  expect(new Set(incidents.map(([entity]) => entity))).toEqual(new Set(['dev_second', DEVICE]));
  expect(new Set(incidents.map(([, incident]) => incident)).size).toBe(1);
  expect(viewOf(engine).fleet().activeIncidents).toBe(1);
});

const MACHINES = ['10.0.0.14', '10.0.0.15', '10.0.0.16', '10.0.0.17'];
/** Somebody moves on to many machines, some of them the others', hours after the last did. */
const anyMoves = fc.array(
  fc.record({
    who: fc.nat(3),
    hours: fc.integer({ min: 0, max: 30 }),
    net: fc.nat(3),
    word: fc.constantFrom(
      null,
      (at: number): JournalRecord => suppressed({ tag: 'lab' }, at + 12 * HOUR_MS, at),
      (at: number): JournalRecord => suppressed({ destination: '10.0.1.0/24' }, at + 40 * HOUR_MS, at),
      (at: number): JournalRecord => maintained({ site: HQ }, at, at + 4 * HOUR_MS),
      (at: number): JournalRecord => clock(at + HOUR_MS),
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

function moved(partitions: number, moves: typeof anyMoves extends fc.Arbitrary<infer M> ? M : never): Engine {
  const entries = MACHINES.map((address, n) =>
    entry(`dev_m${n}`, address, { tags: n % 2 === 0 ? ['lab'] : [] }),
  );
  const engine = engineWith({ partitions });
  for (const record of [configured, inventoried(START, ...entries)]) engine.apply(record);
  let now = START;
  for (const { who, hours, net, word } of moves) {
    now += hours * HOUR_MS;
    if (word !== null) engine.apply(word(now));
    const others = MACHINES.filter((_, n) => n !== who);
    // The others last: evidence names those that are reached once it is a departure.
    const reached = [...Array.from({ length: 20 }, (_, n) => `10.0.${net}.${n + 30}`), ...others];
    happens(
      engine,
      ...reached.map((to, n) =>
        connection(now + n * MINUTE_MS, MACHINES[who] ?? '', to, { port: 445, outcome: 'unanswered' }),
      ),
    );
  }
  return engine;
}

test('[ANOM-DOOR-5] law: neither incidents nor words depend on the number of partitions', () => {
  let most = 0;
  fc.assert(
    fc.property(anyMoves, (moves) => {
      const [one, three] = [moved(1, moves), moved(3, moves)].map((engine) => ({
        anomalies: [...viewOf(engine).anomalies()].sort((a, b) => (a.id < b.id ? -1 : 1)),
        words: [engine.suppressions.all(), engine.maintenance.all()],
        incidents: viewOf(engine).fleet().activeIncidents,
      }));
      expect(three).toEqual(one);
      const members = Map.groupBy(one?.anomalies ?? [], ({ incidentId }) => incidentId);
      most = Math.max(most, ...[...members].map(([id, all]) => (id === null ? 0 : all.length)));
    }),
    { numRuns: 30 },
  );
  expect(most).toBeGreaterThan(1);
});

test('[SNAP-10] words and incidents are written down and read, whatever the number of partitions', () => {
  const words: readonly JournalRecord[] = [
    suppressed({ tag: 'nothing' }),
    maintained({ site: HQ }, LEARNT + 10 * DAY_MS, LEARNT + 11 * DAY_MS),
    { kind: 'baseline_accept', at: LEARNT, entity: DEVICE, anomaly: null, ...said },
  ];
  for (const partitions of [1, 3]) {
    const engine = engineWith({ partitions });
    engine.load(WrittenState.of(learntIn(partitions)));
    happens(engine, ...movement());
    for (const word of words) engine.apply(word);
    const copy = engineWith({ partitions });
    copy.load(WrittenState.of(engine));
    expect(copy.stateHash()).toBe(engine.stateHash());
    for (const each of [engine, copy]) happens(each, ...movement(LEARNT + HOUR_MS, 20, '10.0.2'));
    expect(copy.stateHash()).toBe(engine.stateHash());
    expect(copy.suppressions.all()).toEqual(engine.suppressions.all());
    expect(copy.words.acceptances.of(DEVICE)).toEqual(words[2]);
  }
});

function learntIn(partitions: number): Engine {
  const engine = engineWith({ partitions });
  for (const record of [
    configured,
    inventoried(START, entry(DEVICE, ADDRESS)),
    ...telemetry(everyHour(START, LEARNT, ADDRESS, OTHERS)),
  ])
    engine.apply(record);
  return engine;
}
