import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import type { Anomaly, DeviceId, Verdict } from '../model/index.ts';
import { Calibration, type Told } from './calibration.ts';
import {
  configured,
  connection,
  discoveredId,
  engineWith,
  entry,
  inventoried,
  START,
  telemetry,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const BEACONING = { type: 'beaconing', kind: null } as const;
const CAMERA = 'dev_camera' as DeviceId;
const SCAN = { type: 'port_scan', kind: null } as const;

const estimate = fc.double({ min: 0, max: 1, noNaN: true });
/** Of its tenth, or 0 where it is less than a half. */
function middleOf(of: number): number {
  return of < 0.5 ? 0 : Math.min(0.95, Math.floor(of * 10) / 10 + 0.05);
}

const verdicts = fc.array(
  fc.tuple(estimate, fc.constantFrom<Verdict>('true_positive', 'false_positive', 'expected', 'undetermined')),
  { maxLength: 400 },
);

function judged(said: readonly (readonly [number, Verdict])[], told: Told = BEACONING): Calibration {
  const calibration = new Calibration();
  for (const [of, verdict] of said) calibration.learn(told, of, verdict);
  return calibration;
}

describe('[CALIB-1] a confidence', () => {
  test('is the detector’s estimate, capped and marked as such, until there are verdicts', () => {
    const calibration = new Calibration();
    expect(calibration.confidence(BEACONING, 0.7)).toBe(0.7);
    expect(calibration.confidence(BEACONING, 0.99)).toBe(0.95);
    expect(calibration.basis(BEACONING, 0.7)).toBe('estimated');
  });

  test('comes to be how often such anomalies are true', () => {
    const said = Array.from(
      { length: 400 },
      (_, i) => [0.85, i % 4 === 0 ? 'true_positive' : 'false_positive'] as const,
    );
    const calibration = judged(said);
    expect(calibration.confidence(BEACONING, 0.85)).toBeCloseTo(0.35, 2);
    expect(calibration.basis(BEACONING, 0.85)).toBe('verdicts');
    expect(calibration.confidence(SCAN, 0.85)).toBe(0.85);
  });

  test('passes its cap only with 280 verdicts', () => {
    const said = (count: number) =>
      judged(Array.from({ length: count }, () => [0.92, 'true_positive'] as const));
    expect(said(200).confidence(BEACONING, 0.94)).toBe(0.95);
    expect(said(300).confidence(BEACONING, 0.94)).toBeGreaterThan(0.95);
  });

  test('never falls where the estimate rises, whatever operators said', () => {
    fc.assert(
      fc.property(verdicts, estimate, estimate, (said, a, b) => {
        const calibration = judged(said);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [lower, higher] = [low, high].map((each) => calibration.confidence(BEACONING, each));
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(higher).toBeLessThanOrEqual(0.99);
        expect(higher).toBeGreaterThanOrEqual(lower ?? 0);
      }),
    );
  });

  test('does not rise by what an operator says is nothing', () => {
    const unsure = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(unsure, fc.integer({ min: 1, max: 40 }), (of, count) => {
        const calibration = judged(Array.from({ length: count }, () => [of, 'false_positive'] as const));
        // To the hundredth; and a class above half is told apart by its middle.
        expect(calibration.confidence(BEACONING, of)).toBeLessThanOrEqual(Math.max(of + 0.01, middleOf(of)));
      }),
    );
    expect(judged([[0.05, 'false_positive']]).confidence(BEACONING, 0.05)).toBe(0.05);
    const ofKind = { ...BEACONING, kind: 'ip_camera' };
    expect(judged([[0.05, 'false_positive']], ofKind).confidence(ofKind, 0.05)).toBe(0.05);
  });

  test('of a class without verdicts stands between those around it', () => {
    const calibration = judged(Array.from({ length: 50 }, () => [0.85, 'true_positive'] as const));
    const [lower, higher] = [0.85, 0.9].map((each) => calibration.confidence(BEACONING, each));
    expect(higher).toBeGreaterThanOrEqual(lower ?? 1);
  });

  test('takes a verdict back, and goes on from what was written down', () => {
    fc.assert(
      fc.property(verdicts, estimate, (said, of) => {
        const calibration = judged(said);
        const before = calibration.confidence(BEACONING, of);
        calibration.learn(BEACONING, of, 'false_positive');
        calibration.learn(BEACONING, of, 'false_positive', -1);
        expect(calibration.confidence(BEACONING, of)).toBe(before);
        const resumed = new Calibration();
        resumed.load(WrittenState.of(calibration));
        expect(resumed.confidence(BEACONING, of)).toBe(before);
      }),
    );
  });
});

describe('[CALIB-3] verdicts on a kind', () => {
  const CAMERAS = { type: 'beaconing', kind: 'ip_camera' } as const;
  const DOORS = { type: 'beaconing', kind: 'door' } as const;
  const said = (calibration: Calibration, told: Told, verdict: Verdict, count: number) => {
    for (let i = 0; i < count; i++) calibration.learn(told, 0.85, verdict);
    return calibration;
  };

  test('speak for it first, and for others where these have few', () => {
    const calibration = said(new Calibration(), CAMERAS, 'false_positive', 200);
    expect(calibration.confidence(CAMERAS, 0.85)).toBeLessThan(0.3);
    expect(calibration.confidence(DOORS, 0.85)).toBe(calibration.confidence(BEACONING, 0.85));
    expect(calibration.basis(DOORS, 0.85)).toBe('verdicts');
    const before = calibration.confidence(DOORS, 0.85);
    said(calibration, DOORS, 'true_positive', 5);
    expect(calibration.confidence(DOORS, 0.85)).toBeGreaterThan(before);
    expect(calibration.confidence(DOORS, 0.85)).toBeLessThan(0.5);
    said(calibration, DOORS, 'true_positive', 295);
    expect(calibration.confidence(DOORS, 0.85)).toBeGreaterThan(0.85);
    expect(calibration.confidence(CAMERAS, 0.85)).toBeLessThan(0.4);
  });

  test('say of the only kind what they say of all', () => {
    fc.assert(
      fc.property(verdicts, estimate, (all, of) => {
        const [plain, kinds] = [judged(all), judged(all, CAMERAS)];
        expect(kinds.confidence(CAMERAS, of)).toBe(plain.confidence(BEACONING, of));
        expect(kinds.basis(CAMERAS, of)).toBe(plain.basis(BEACONING, of));
        expect(kinds.confidence(DOORS, of)).toBe(plain.confidence(BEACONING, of));
      }),
    );
  });

  test('never make a confidence fall where the estimate rises, are taken back, and go on from what was written down', () => {
    fc.assert(
      fc.property(verdicts, verdicts, verdicts, estimate, estimate, (ours, theirs, all, a, b) => {
        const calibration = judged(ours, CAMERAS);
        for (const [of, verdict] of theirs) calibration.learn(DOORS, of, verdict);
        for (const [of, verdict] of all) calibration.learn(BEACONING, of, verdict);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const lower = calibration.confidence(CAMERAS, low);
        expect(calibration.confidence(CAMERAS, high)).toBeGreaterThanOrEqual(lower);
        calibration.learn(CAMERAS, low, 'true_positive');
        calibration.learn(CAMERAS, low, 'true_positive', -1);
        const resumed = new Calibration();
        resumed.load(WrittenState.of(calibration));
        expect(resumed.confidence(CAMERAS, low)).toBe(lower);
      }),
    );
  });
});

/** A machine tries a port of 30 others in vain, too slowly for a sweep. */
function scan(engine: Engine, from: string, at: number): Anomaly {
  const tries = Array.from({ length: 30 }, (_, i) =>
    connection(at + i * 4_000, from, `10.0.3.${i}`, { port: 445, outcome: 'unanswered' }),
  );
  for (const record of telemetry(tries)) engine.apply(record);
  const found = engine.partitionOf(discoveredId(from)).anomalies.of(discoveredId(from));
  return found.find(({ type }) => type === 'port_scan') as Anomaly;
}

function judge(engine: Engine, { id }: Anomaly, verdict: Verdict): void {
  const said = { status: 'closed', verdict, remediated: false, actor: 'ann', reason: 'known' } as const;
  engine.apply({ kind: 'verdict', at: START, anomaly: id, ...said });
}

test('[CALIB-2] verdicts make the confidence of what comes after them; one that is changed counts once', () => {
  const engines = [engineWith(), engineWith({ partitions: 3 })];
  const later = engines.map((engine) => {
    const told = Array.from({ length: 40 }, (_, i) => scan(engine, `10.0.1.${i + 1}`, START + i * 60_000));
    for (const each of told) judge(engine, each, 'true_positive');
    for (const each of told) judge(engine, each, 'false_positive');
    return scan(engine, '10.0.2.1', START + 50 * 60_000);
  });
  const [first] = later;
  expect(first).toMatchObject({ basis: 'verdicts' });
  expect(first?.confidence).toBeLessThan(0.5);
  expect(first?.estimate).toBeGreaterThan(0.6);
  expect(later[1]).toEqual(first);
});

test('[CALIB-2] a verdict counts once, and is taken back from where it was learnt, though the anomaly has grown since', () => {
  const engine = engineWith();
  const tries = (from: string, at: number, first: number, last: number) => {
    for (let i = first; i <= last; i++) {
      const facts = { port: 8443, outcome: 'unanswered' } as const;
      for (const record of telemetry([connection(at + i * 4_000, from, `10.0.3.${i}`, facts)]))
        engine.apply(record);
    }
    return engine.partitionOf(discoveredId(from)).anomalies.of(discoveredId(from))[0] as Anomaly;
  };
  const say = ({ id }: Anomaly, verdict: Verdict | null, status: 'open' | 'contained' | 'closed') =>
    engine.apply({
      kind: 'verdict',
      at: START,
      anomaly: id,
      verdict,
      status,
      remediated: false,
      actor: 'ann',
      reason: 'known',
    });
  const tallies = () => [...WrittenState.of(engine.words.calibration).records('judged')];
  const small = tries('10.0.1.1', START, 1, 25);
  expect(small.confidence).toBe(0.7);
  say(small, 'true_positive', 'open');
  const afterOne = tallies();
  const grown = tries('10.0.1.1', START, 26, 120);
  expect(grown.confidence).toBeGreaterThan(0.9);
  say(grown, 'true_positive', 'contained');
  expect(tallies()).toEqual(afterOne);
  say(grown, null, 'open');
  expect(tallies()).not.toEqual(afterOne);
  expect(engine.words.calibration.confidence(SCAN, 0.7)).toBe(0.7);
  say(grown, 'false_positive', 'closed');
  expect(engine.words.calibration.confidence(SCAN, 0.7)).toBe(0.7);
  expect(engine.words.calibration.confidence(SCAN, 0.93)).toBeLessThan(0.93);
});

test('[CALIB-3] a verdict is taken back from the kind that its entity was of', () => {
  const engine = engineWith();
  engine.apply(configured);
  const of = (kind: string) => inventoried(START, entry(CAMERA, '10.0.1.1', { kind }));
  engine.apply(of('ip_camera'));
  for (let i = 0; i < 30; i++) {
    const facts = { port: 445, outcome: 'unanswered' } as const;
    for (const record of telemetry([connection(START + i * 4_000, '10.0.1.1', `10.0.3.${i}`, facts)]))
      engine.apply(record);
  }
  const told = () => engine.partitionOf(CAMERA).anomalies.of(CAMERA)[0] as Anomaly;
  judge(engine, told(), 'false_positive');
  const ofKinds = () => [...WrittenState.of(engine.words.calibration).records('judged_of_kinds')];
  expect(ofKinds()).toMatchObject([['ip_camera', [[told().type, expect.anything()]]]]);
  expect(told().judgedKind).toBe('ip_camera');
  engine.apply(of('doorbell'));
  judge(engine, told(), 'true_positive');
  const sums = (ofKinds() as [string, [string, { true: number; false: number }[]][]][]).map(
    ([kind, [judgedType]]) => [kind, judgedType?.[1].reduce((sum, each) => sum + each.true + each.false, 0)],
  );
  expect(sums).toEqual([
    ['doorbell', 1],
    ['ip_camera', 0],
  ]);
});
