import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DAY_MS,
  type EntityId,
  HOUR_MS,
  type InventoryEntry,
  type JournalRecord,
  MINUTE_MS,
  type Observation,
  type SensorId,
  type Verdict,
} from '../model/index.ts';
import {
  certificate,
  clock,
  configured,
  connection,
  discoveredId,
  elsewhere,
  entityIn,
  entry,
  everyHour,
  fed,
  historyEnd,
  inventoried,
  LEARNT,
  listing,
  replayed,
  signIn,
  START,
  telemetry,
  tls,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const DEVICE = 'dev_workstation';
const ADDRESS = '10.0.0.14';
const OTHERS = ['198.51.100.1', '198.51.100.2'];

function learnt(facts: Partial<InventoryEntry> = {}, until = LEARNT): Engine {
  return replayed([
    configured,
    inventoried(START, entry(DEVICE, ADDRESS, facts)),
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

const movement = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    connection(LEARNT + i * MINUTE_MS, ADDRESS, `10.0.1.${i + 1}`, { port: 445, outcome: 'unanswered' }),
  );

describe('lateral movement through the whole engine', () => {
  test('[DETECT-6] 14 internal hosts give one critical anomaly, an incident and the advice to isolate', () => {
    const engine = happens(learnt(), ...movement(14));
    const device = entityIn(engine, DEVICE);
    expect(device.openAnomalies()).toHaveLength(1);
    expect(device.openAnomalies()[0]).toMatchObject({ severity: 'critical', action: 'isolate' });
    expect(device.openAnomalies()[0]?.confidence).toBeGreaterThanOrEqual(0.9);
    expect(device.riskLevel).toBe('critical');
    expect(viewOf(engine).fleet()).toMatchObject({ openAnomalies: 1, activeIncidents: 1 });
  });

  test('of what is vital is investigated', () => {
    const device = entityIn(happens(learnt({ criticality: 'vital' }), ...movement(14)), DEVICE);
    expect(device.openAnomalies()[0]).toMatchObject({ severity: 'critical', action: 'investigate' });
  });

  test('[ANOMALY-7] confirmed, it stays critical though closed, until it is remediated', () => {
    const engine = happens(learnt(), ...movement(14));
    const anomaly = entityIn(engine, DEVICE).openAnomalies()[0]?.id ?? '';
    const say = (verdict: Verdict, remediated: boolean): JournalRecord => ({
      kind: 'verdict',
      at: LEARNT + HOUR_MS,
      anomaly,
      status: 'closed',
      verdict,
      remediated,
      actor: 'soc',
      reason: null,
    });
    engine.apply(say('true_positive', false));
    expect(entityIn(engine, DEVICE)).toMatchObject({ riskLevel: 'critical' });
    expect(entityIn(engine, DEVICE).factorNames).not.toContain('lateral_movement_attempt');
    engine.apply(say('true_positive', true));
    expect(entityIn(engine, DEVICE).riskLevel).not.toBe('critical');
  });
});

describe('silence through the whole engine', () => {
  const offline = (engine: Engine) => entityIn(engine, DEVICE).factorNames.includes('unexpected_offline');

  test('[DETECT-7] of a device that is always heard, while its sensor hears others, is told after three hours', () => {
    const engine = learnt({}, LEARNT - 5 * HOUR_MS);
    expect(offline(engine)).toBe(true);
    expect(entityIn(engine, DEVICE)).toMatchObject({ riskLevel: 'medium', riskReason: 'unexpected_offline' });
    expect(offline(learnt({}, LEARNT - 2 * HOUR_MS))).toBe(false);
    happens(engine, connection(LEARNT + MINUTE_MS, ADDRESS, '198.51.100.1'));
    expect(offline(engine)).toBe(false);
  });

  test('[DETECT-8] while the sensor itself is silent nobody is offline, nor right after it speaks again', () => {
    const engine = learnt();
    engine.apply(clock(LEARNT + 2 * DAY_MS));
    expect(offline(engine)).toBe(false);
    const back = LEARNT + 2 * DAY_MS;
    happens(engine, ...everyHour(back, back + 2 * HOUR_MS, '10.0.0.2', OTHERS, 20));
    expect(offline(engine)).toBe(false);
    happens(engine, ...everyHour(back + 2 * HOUR_MS, back + 6 * HOUR_MS, '10.0.0.2', OTHERS, 20));
    expect(offline(engine)).toBe(true);
  });
});

describe('certificates', () => {
  const SERVER = discoveredId('10.0.0.20');
  const life = { notBefore: START - 60 * DAY_MS, notAfter: START + 30 * DAY_MS };
  const factors = (engine: Engine) =>
    entityIn(engine, SERVER)
      .factors()
      .filter(({ name }) => name.startsWith('certificate'));

  test('[TRUST-1] count whether their facts come before the session or after it', () => {
    const shown = tls(START + MINUTE_MS, '10.0.0.20', 'fp');
    const weak = (time: number) => certificate(time, 'fp', { ...life, keyType: 'rsa', keyBits: 1_024 });
    for (const facts of [weak(START), weak(START + 2 * MINUTE_MS)]) {
      const engine = replayed([configured, ...telemetry([shown, facts]), historyEnd]);
      expect(factors(engine).map(({ name }) => name)).toContain('certificate_weak');
    }
  });

  test('[TRUST-2] press harder through the last third of their life, by time alone, and expire to the millisecond', () => {
    const engine = replayed([
      configured,
      ...telemetry([tls(START, '10.0.0.20', 'fp'), certificate(START, 'fp', life), ...elsewhere(START)]),
    ]);
    expect(factors(engine)).toEqual([]);
    const pressures = [10, 20, 28].map((day) => {
      engine.apply(clock(START + day * DAY_MS));
      return factors(engine)[0]?.p ?? 0;
    });
    expect(pressures).toEqual([...new Set(pressures)].sort((a, b) => a - b));
    happens(engine, tls(START + 29 * DAY_MS, '10.0.0.20', 'fp'));
    engine.apply(clock(life.notAfter - 1));
    expect(factors(engine).map(({ name }) => name)).toEqual(['certificate_expiring']);
    engine.apply(clock(life.notAfter));
    expect(factors(engine).map(({ name }) => name)).toEqual(['certificate_expired']);
  });

  test('[TRUST-3] that are not valid yet are not trusted, until their time begins or nearly so', () => {
    const early = { notBefore: START + 20 * DAY_MS, notAfter: START + 300 * DAY_MS };
    const engine = replayed([
      configured,
      ...telemetry([tls(START, '10.0.0.20', 'fp'), certificate(START, 'fp', early), ...elsewhere(START)]),
    ]);
    const [untrusted, ...others] = factors(engine);
    expect([untrusted?.name, others]).toEqual(['certificate_untrusted', []]);
    expect(untrusted?.evidence.map(({ summary }) => summary)).toEqual([
      'Certificate on port 443, seen in passing, is not valid before 2026-03-22T00:00:00.000Z',
    ]);
    // Clocks differ: within an hour nobody is blamed for it.
    engine.apply(clock(early.notBefore - HOUR_MS - 1));
    expect(factors(engine).map(({ name }) => name)).toEqual(['certificate_untrusted']);
    engine.apply(clock(early.notBefore - HOUR_MS));
    expect(factors(engine)).toEqual([]);
  });

  test('[EVIDENCE-1] a weak one that was replaced has evidence until it goes, a day after the last showing', () => {
    const shown = (time: number, key: string) => tls(time, '10.0.0.20', key);
    const weak = certificate(START, 'old', { ...life, keyType: 'rsa', keyBits: 1_024 });
    const renewed = certificate(START, 'new', { ...life, notAfter: START + 300 * DAY_MS });
    const both = [weak, renewed, shown(START + HOUR_MS, 'old'), shown(START + HOUR_MS + 1, 'new')];
    const engine = replayed([configured, ...telemetry([...both, ...elsewhere(START + HOUR_MS + 2)])]);
    const evidence = () => factors(engine).flatMap((each) => each.evidence.map(({ summary }) => summary));
    expect(evidence()).toEqual(['Certificate on port 443, seen in passing, has a weak key or signature']);
    // A day later by the clock alone.
    engine.apply(clock(START + DAY_MS));
    engine.apply(clock(START + 25 * HOUR_MS - 1));
    expect(evidence()).toEqual(['Certificate on port 443, seen in passing, has a weak key or signature']);
    engine.apply(clock(START + 25 * HOUR_MS));
    expect(factors(engine)).toEqual([]);
  });

  test('[TRUST-4] one that was replaced goes with the first showing of the other a day later', () => {
    const shown = (time: number, key: string) => tls(time, '10.0.0.20', key);
    const [old, renewed] = ['old', 'new'].map((key) => certificate(START, key, life)) as [
      Observation,
      Observation,
    ];
    const weak = { ...old, keyType: 'rsa', keyBits: 1_024 } as Observation;
    const both = [weak, renewed, shown(START + HOUR_MS, 'old'), shown(START + HOUR_MS + 1, 'new')];
    const engine = replayed([configured, ...telemetry([...both, ...elsewhere(START + HOUR_MS + 2)])]);
    happens(engine, shown(START + 20 * HOUR_MS, 'new'), ...elsewhere(START + 20 * HOUR_MS + 1));
    expect(factors(engine).map(({ name }) => name)).toEqual(['certificate_weak']);
    happens(engine, shown(START + 26 * HOUR_MS, 'new'), ...elsewhere(START + 26 * HOUR_MS + 1));
    expect(factors(engine)).toEqual([]);
  });

  test('a renewed one relieves within a day; several on one port do not flicker', () => {
    const late = START + 29 * DAY_MS;
    const old = certificate(START, 'old', life);
    const renewed = certificate(late, 'new', { notBefore: late, notAfter: late + 90 * DAY_MS });
    const both = telemetry([old, renewed, tls(late, '10.0.0.20', 'old'), tls(late + 1, '10.0.0.20', 'new')]);
    const engine = replayed([configured, ...both, ...telemetry(elsewhere(late + 2))]);
    expect(factors(engine).map(({ name }) => name)).toEqual(['certificate_expiring']);
    happens(engine, tls(late + DAY_MS, '10.0.0.20', 'new'), ...elsewhere(late + DAY_MS + 1));
    engine.apply(clock(late + 2 * DAY_MS));
    expect(factors(engine)).toEqual([]);
  });

  test('[ENT-14] what a machine does after it showed its listed certificate is its own, whatever its address', () => {
    const portal = entry('dev_portal', '10.0.0.20', { certificates: ['ab'.repeat(32)] });
    const shown = tls(START + MINUTE_MS, '10.0.0.77', 'ab'.repeat(32));
    const engine = replayed([configured, inventoried(START, portal), ...telemetry([shown]), historyEnd]);
    happens(engine, connection(START + 2 * MINUTE_MS, '10.0.0.77', '198.51.100.9'));
    expect(entityIn(engine, 'dev_portal').addresses()).toContain('10.0.0.77');
    expect(entityIn(engine, 'dev_portal').baseline().knownDestinations).toContain('198.51.100.9');
  });

  test('dates beyond what can be written do not stop the engine', () => {
    const absurd = certificate(START, 'fp', { notBefore: -1e300, notAfter: 1e300 });
    const engine = replayed([configured, ...telemetry([tls(START, '10.0.0.20', 'fp'), absurd]), historyEnd]);
    expect(entityIn(engine, SERVER).score).toBeGreaterThan(0);
  });
});

describe('users', () => {
  test('[ENGINE-10] weigh the devices of 14 days, a service account 1; sign-ins count for a day', () => {
    const signIns = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].flatMap((from) => [
      signIn(START, from, 'ann@acme.example'),
      signIn(START, from, 'http/files.acme.example@ACME.EXAMPLE'),
    ]);
    const engine = replayed([configured, ...telemetry([...signIns, ...elsewhere(START)])]);
    const { value } = viewOf(engine).fleet();
    expect(value.scoreByType['user']?.entities).toBe(2);
    // Three devices and whom they signed in at, ann by her three, the service by one.
    expect(value.weight).toBe([...viewOf(engine).entities()].length - 2 + 3 + 1);
    const ann = () => viewOf(engine).userByAccount('ann@acme.example');
    expect(ann()?.signIns24h().success).toBe(3);
    engine.apply(clock(START + 26 * HOUR_MS));
    expect(ann()?.signIns24h().success).toBe(0);
    engine.apply(clock(START + 15 * DAY_MS));
    expect(viewOf(engine).fleet().value.weight).toBe(value.weight - 2);
  });
});

describe('who stands for many', () => {
  test('has no baseline of its own, and says so rather than that it was never seen', () => {
    const engine = replayed([
      configured,
      ...telemetry(everyHour(START, START + DAY_MS, '10.9.0.7', OTHERS)),
      historyEnd,
    ]);
    const { factorNames } = entityIn(engine, discoveredId('10.9.0.7'));
    expect(factorNames).toContain('shared_address');
    expect(factorNames).not.toContain('behavior_not_assessed');
  });
});

describe('two identities that turn out to be one', () => {
  const C2 = '203.0.113.66';
  const [STRAY, KNOWN] = [discoveredId('10.0.0.1'), discoveredId('10.0.0.2')];
  const change = (kind: 'merge' | 'split'): JournalRecord => ({
    kind,
    at: START + 2 * DAY_MS,
    from: STRAY,
    into: KNOWN,
    actor: 'test',
    reason: null,
  });
  const told = (engine: Engine) =>
    [...viewOf(engine).entities()].map((each) => ({
      id: each.id,
      score: each.scoreExact,
      level: each.riskLevel,
      factors: each.factors().map(({ name, p }) => [name, p]),
      baseline: each.baseline(),
      vulnerabilities: each.vulnerabilities(),
      anomalies: each.openAnomalies(),
    }));

  function two(): Engine {
    return replayed([
      configured,
      fed(START, listing(C2)),
      ...telemetry([
        ...everyHour(START, START + 2 * DAY_MS, '10.0.0.2', OTHERS),
        ...everyHour(START, START + DAY_MS, '10.0.0.1', [OTHERS[0] ?? '']),
        connection(START + HOUR_MS, '10.0.0.1', C2),
      ]),
      historyEnd,
    ]);
  }

  test('[ENGINE-11] what the one met, the other met: no evidence is lost by a merge', () => {
    const engine = two();
    engine.apply(change('merge'));
    expect(entityIn(engine, STRAY).id).toBe(KNOWN);
    expect(entityIn(engine, KNOWN)).toMatchObject({ riskLevel: 'critical', riskReason: 'c2_reached' });
  });

  test('[ENGINE-11] a certificate that the one showed counts for both, whenever its facts come, until they part', () => {
    const engine = two();
    const expired = { notBefore: START - 90 * DAY_MS, notAfter: START };
    const expiry = (id: EntityId) => entityIn(engine, id).factorNames.includes('certificate_expired');
    for (const record of telemetry([tls(START + DAY_MS, '10.0.0.1', 'a')])) engine.apply(record);
    engine.apply(change('merge'));
    for (const record of telemetry([certificate(START + DAY_MS, 'a', expired)])) engine.apply(record);
    expect(expiry(KNOWN)).toBe(true);
    expect(entityIn(engine, KNOWN).certificatesExpiring()).toEqual([START]);
    engine.apply(change('split'));
    expect([expiry(STRAY), expiry(KNOWN)]).toEqual([true, false]);
    engine.apply(change('merge'));
    expect(expiry(KNOWN)).toBe(true);
  });

  test('[ENGINE-17] what one of them showed takes the place of what the other showed, and counts once', () => {
    const engine = two();
    const at = START + DAY_MS;
    const facts = { notBefore: START - 90 * DAY_MS, notAfter: START };
    const shown = (hours: number, address: string, key: string) => tls(at + hours * HOUR_MS, address, key);
    const good = { ...facts, notAfter: START + 90 * DAY_MS };
    const seen = telemetry([
      certificate(at, 'a', facts),
      certificate(at, 'b', good),
      shown(0, '10.0.0.2', 'a'),
      shown(0.5, '10.0.0.1', 'a'),
      shown(1, '10.0.0.1', 'b'),
    ]);
    for (const record of seen) engine.apply(record);
    engine.apply(change('merge'));
    expect(entityIn(engine, KNOWN).certificatesExpiring()).toEqual([START, START + 90 * DAY_MS]);
    const isExpired = () => entityIn(engine, KNOWN).factorNames.includes('certificate_expired');
    engine.apply(clock(at + 25 * HOUR_MS));
    expect(isExpired()).toBe(false);
    for (const record of telemetry([shown(26, '10.0.0.2', 'a')])) engine.apply(record);
    expect(isExpired()).toBe(true);
  });

  test('[ENGINE-12] a split takes a merge back', () => {
    const engine = two();
    const before = told(engine);
    engine.apply(change('merge'));
    engine.apply(change('split'));
    expect(told(engine)).toEqual(before);
  });
});

test('[ENGINE-17] a certificate stands until a day after another took its place, and again once it is shown again', () => {
  const SHOWN = START + DAY_MS + HOUR_MS;
  const engine = replayed([
    configured,
    ...telemetry([
      certificate(START, 'a', { notBefore: START - 90 * DAY_MS, notAfter: START }),
      certificate(START, 'b', { notBefore: START, notAfter: START + 90 * DAY_MS }),
      tls(SHOWN, '10.0.0.1', 'a'),
      tls(SHOWN + HOUR_MS, '10.0.0.1', 'b'),
    ]),
    historyEnd,
  ]);
  const isExpired = () =>
    entityIn(engine, discoveredId('10.0.0.1')).factorNames.includes('certificate_expired');
  engine.apply(clock(SHOWN + DAY_MS - MINUTE_MS));
  expect(isExpired()).toBe(true);
  engine.apply(clock(SHOWN + DAY_MS));
  expect(isExpired()).toBe(false);
  for (const record of telemetry([tls(SHOWN + DAY_MS + HOUR_MS, '10.0.0.1', 'a')])) engine.apply(record);
  expect(isExpired()).toBe(true);
});

describe('[SENSOR-SILENT-1] how sure a posture is', () => {
  const [MET = ''] = OTHERS;
  const HALF_AN_HOUR = 30 * MINUTE_MS;
  const confidence = (engine: Engine) => entityIn(engine, DEVICE).confidence;

  test('falls when its sensor falls silent and rises when that is heard again, though nothing is heard of itself', () => {
    const engine = learnt();
    const heard = confidence(engine);
    // It speaks once an hour: it is silent when it missed three.
    engine.apply(clock(LEARNT + HOUR_MS));
    expect(confidence(engine)).toBe(heard);
    for (const hours of [3, 3.5]) engine.apply(clock(LEARNT + hours * HOUR_MS));
    expect(confidence(engine)).toBeCloseTo(heard - 0.15, 9);
    const back = LEARNT + 5 * HOUR_MS;
    const words = [back, back + MINUTE_MS].map((at) => connection(at, '10.0.0.2', MET));
    for (const record of telemetry(words)) engine.apply(record);
    for (const minutes of [2, 32]) engine.apply(clock(back + minutes * MINUTE_MS));
    expect(confidence(engine)).toBe(heard);
  });

  test('falls when its sensor is retired', () => {
    const engine = learnt();
    const heard = confidence(engine);
    const word = { actor: 'test', reason: 'taken down' };
    engine.apply({ kind: 'sensor_retired', at: LEARNT, sensor: 'zeek', site: 'hq', ...word });
    engine.apply(clock(LEARNT + HALF_AN_HOUR));
    expect(confidence(engine)).toBeCloseTo(heard - 0.15, 9);
  });

  test('follows in half an hour from who is heard, whatever was', () => {
    const confidences = (engine: Engine) =>
      [...viewOf(engine).entities()].map((each) => [each.id, each.confidence]);
    const step = fc.record({
      minutes: fc.integer({ min: 1, max: 400 }),
      sensor: fc.constantFrom('zeek', 'suricata'),
      address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps) => {
        const engine = replayed([configured, inventoried(START, entry(DEVICE, ADDRESS))]);
        let now = START;
        for (const { minutes, sensor, address } of steps) {
          now += minutes * MINUTE_MS;
          const seen = connection(now, address, MET);
          const by = { ...seen.provenance, sensor: sensor as SensorId };
          for (const record of telemetry([{ ...seen, provenance: by }])) engine.apply(record);
        }
        const missed = () => engine.sensors.all().map(({ isMissed }) => isMissed);
        engine.apply(clock(now));
        // Until no sensor fell silent within the last half hour.
        for (let last: unknown = null; !isDeepStrictEqual(missed(), last); ) {
          last = missed();
          engine.apply(clock((now += HALF_AN_HOUR)));
        }
        const before = confidences(engine);
        engine.apply(configured);
        expect(confidences(engine)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});
