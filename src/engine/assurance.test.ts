import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import {
  type Anomaly,
  DAY_MS,
  type Detection,
  type DeviceId,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type Observation,
  type Verdict,
} from '../model/index.ts';
import { grown } from './anomaly-life.ts';
import {
  clock,
  configured,
  connection,
  engineWith,
  entry,
  inventoried,
  START,
  telemetry,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';
import { everyHour } from './observations.fixture.ts';

const CAMERAS = 40;
const RELAYS = [1, 2, 3, 4, 5, 6, 7, 8];
const DAYS = 34;

function camera(i: number): DeviceId {
  return `dev_cam${i}` as DeviceId;
}

function address(i: number): string {
  return `10.0.1.${i}`;
}

/** Four times a day each asks the recorder how it is. */
function day(of: number): Observation[] {
  return Array.from({ length: CAMERAS }, (_, i) =>
    [1, 7, 13, 19].map((hour) =>
      connection(START + of * DAY_MS + hour * HOUR_MS + i * 1_000, address(i), '10.0.9.1'),
    ),
  ).flat();
}

/** It calls a relay of its own, once a minute. */
function relayed(i: number, of: number, calls = 40): Observation[] {
  const begin = START + of * DAY_MS + 9 * HOUR_MS;
  return Array.from({ length: calls }, (_, call) =>
    connection(begin + call * MINUTE_MS, address(i), `203.0.113.${i + 1}`, { port: 8_443 }),
  );
}

function beaconOf(engine: Engine, i: number): Anomaly | undefined {
  return engine
    .partitionOf(camera(i))
    .anomalies.of(camera(i))
    .find(({ type }) => type === 'beaconing');
}

interface Life {
  readonly partitions?: number;
  /** The day on which the first begin. */
  readonly begun?: number;
  /** What operators say at the end of a day. */
  readonly words?: (engine: Engine, day: number) => void;
}

/** Some cameras begin to call relays of their own, and weeks later others do. */
function lived({ partitions = 1, begun = 12, words }: Life = {}): Engine {
  const engine = engineWith({ partitions });
  const cameras = Array.from({ length: CAMERAS }, (_, i) =>
    entry(camera(i), address(i), { kind: 'ip_camera' }),
  );
  engine.apply(configured);
  engine.apply(inventoried(START, ...cameras));
  for (let of = 0; of <= DAYS; of++) {
    const calls = of === begun ? RELAYS.flatMap((i) => relayed(i, of)) : [];
    const late = of === 14 ? relayed(20, of) : of === DAYS ? relayed(21, of) : [];
    for (const record of telemetry([...day(of), ...calls, ...late])) engine.apply(record);
    words?.(engine, of);
  }
  return engine;
}

function judge(engine: Engine, { id }: Anomaly, verdict: Verdict): void {
  const said: JournalRecord = {
    kind: 'verdict',
    at: engine.now,
    anomaly: id,
    status: 'closed',
    verdict,
    remediated: true,
    actor: 'ann',
    reason: 'known',
  };
  engine.apply(said);
}

describe('[PEERS-4] a camera with a relay of its own', () => {
  const engines = [lived(), lived({ partitions: 3 })];
  const [engine] = engines as [Engine];

  test('is told in full within a week of the first, and later as ordinary as it has become', () => {
    const [first, second, later] = [1, 20, 21].map((i) => beaconOf(engine, i));
    expect(first?.confidence).toBeGreaterThan(0.6);
    expect(second?.confidence).toBe(first?.confidence);
    expect(second?.own).toBeUndefined();
    expect(later?.confidence).toBeLessThan(0.5);
    expect(later?.confidence).toBeGreaterThanOrEqual(0.05);
    expect(later?.own).toBe(first?.confidence);
    expect(later?.basis).toBeUndefined();
    expect(later?.expected).toMatch(
      /; but \d+ of \d+ device-days of its kind in the last weeks looked like this/,
    );
  });

  test('as it was in one partition, so in three [PEERS-6]', () => {
    const [one, three] = engines.map((each) => RELAYS.concat(20, 21).map((i) => beaconOf(each, i)));
    expect(three).toEqual(one);
    const [known, alsoKnown] = engines.map(({ peers }) => WrittenState.of(peers.tellings).said());
    expect(alsoKnown).toEqual(known);
  });

  test('whose own is told again as strongly falls to what is known by now', () => {
    const goesOn = lived();
    const before = beaconOf(goesOn, 1);
    for (const record of telemetry(relayed(1, DAYS + 1, 400))) goesOn.apply(record);
    const after = beaconOf(goesOn, 1);
    expect(after?.updatedAt).toBeGreaterThan(before?.updatedAt ?? 0);
    expect(after?.confidence).toBeLessThan(before?.confidence ?? 0);
    expect(after?.own).toBe(before?.confidence);
  });

  test('that was confirmed, or is told less strongly, stays as sure as it was told', () => {
    const before = beaconOf(engine, 1) as Anomaly;
    const later = beaconOf(engine, 21) as Anomaly;
    const { own = 0 } = later;
    const found = { ...later, at: before.updatedAt + 1 };
    const { confidence } = before;
    expect(grown(before, found, 'normal')).toMatchObject({ confidence: later.confidence, own });
    expect(grown(before, { ...found, own: own - 0.1 }, 'normal')).toMatchObject({ confidence });
    const inFull = { ...found, confidence: own, own: undefined, expected: 'none' };
    const inFullAgain = grown(later, inFull as unknown as Detection, 'normal');
    expect(inFullAgain).toMatchObject({ confidence: own, expected: 'none' });
    expect(inFullAgain.own).toBeUndefined();
    const confirmed = { ...before, verdict: 'true_positive' } as const;
    expect(grown(confirmed, found, 'normal')).toMatchObject({ confidence });
  });
});

describe('[PEERS-5] what operators expect of cameras', () => {
  const begun = DAYS - 1;
  const suppressed: JournalRecord = {
    kind: 'suppress',
    at: START + begun * DAY_MS,
    scope: { entity: null, tag: null, type: 'beaconing', destination: '203.0.113.0/24', port: null },
    owner: 'netops',
    expiresAt: START + (begun + 1) * DAY_MS,
    actor: 'ann',
    reason: 'relays',
  };
  const said = (word: (engine: Engine) => void) =>
    lived({ begun, words: (engine, of) => (of === begun ? word(engine) : undefined) });

  test('counts at once, as a suppression of many or a verdict on three', () => {
    const alone = beaconOf(
      said(() => undefined),
      21,
    );
    const all = beaconOf(
      said((engine) => engine.apply(suppressed)),
      21,
    );
    const three = beaconOf(
      said((engine) => {
        for (const i of [1, 2, 3]) judge(engine, beaconOf(engine, i) as Anomaly, 'expected');
      }),
      21,
    );
    expect(alone?.own).toBeUndefined();
    for (const each of [all, three]) expect(each?.own).toBe(alone?.confidence);
    expect(all?.confidence).toBeLessThan(three?.confidence ?? 0);
  });

  test('but not of two of whom one has two names', () => {
    // Of the twentieth it was told weeks ago.
    const judged = (engine: Engine) => {
      for (const i of [1, 2]) judge(engine, beaconOf(engine, i) as Anomaly, 'expected');
    };
    const merged = (engine: Engine) => {
      judged(engine);
      const word = { at: engine.now, actor: 'ann', reason: null };
      engine.apply({ kind: 'merge', from: camera(2), into: camera(1), ...word });
    };
    expect(beaconOf(said(judged), 21)?.own).toBeDefined();
    expect(beaconOf(said(merged), 21)?.own).toBeUndefined();
  });
});

describe('[PEERS-5] an outbreak among cameras', () => {
  test('that goes on where it was confirmed, as is known a day late, makes none of the others ordinary', () => {
    const engine = engineWith();
    engine.apply(configured);
    const cameras = Array.from({ length: CAMERAS }, (_, i) =>
      entry(camera(i), address(i), { kind: 'ip_camera' }),
    );
    engine.apply(inventoried(START, ...cameras));
    const lives = (of: number, ...calls: Observation[]) => {
      for (const record of telemetry([...day(of), ...calls])) engine.apply(record);
    };
    for (let of = 0; of <= 12; of++) lives(of, ...(of === 12 ? relayed(3, of) : []));
    const said = { at: engine.now, actor: 'ann', reason: 'known' };
    const { id } = beaconOf(engine, 3) as Anomaly;
    engine.apply({
      kind: 'verdict',
      anomaly: id,
      status: 'open',
      verdict: 'true_positive',
      remediated: false,
      ...said,
    });
    for (let of = 13; of <= 41; of++) lives(of);
    const { anomalies } = engine.partitionOf(camera(3));
    const { site, ...told } = beaconOf(engine, 3) as Anomaly;
    anomalies.detect(camera(3), site, { ...told, at: START + 41 * DAY_MS - HOUR_MS }, 'normal');
    for (let of = 42; of <= 54; of++) lives(of, ...(of === 44 ? RELAYS.flatMap((i) => relayed(i, of)) : []));
    lives(55, ...relayed(21, 55));
    expect(beaconOf(engine, 21)?.own).toBeUndefined();
  });

  test('that an operator confirmed on one of them makes none of the others ordinary', () => {
    const engine = lived({
      words: (each, of) => {
        const told = of === 16 ? beaconOf(each, 3) : undefined;
        if (told !== undefined) judge(each, told, 'true_positive');
      },
    });
    expect(beaconOf(engine, 3)?.verdict).toBe('true_positive');
    expect(beaconOf(engine, 21)?.own).toBeUndefined();
    expect(beaconOf(engine, 21)?.confidence).toBeGreaterThan(0.6);
  });

  test('that was confirmed late, after it had become ordinary, is told in full from then on', () => {
    const engine = lived({
      words: (each, of) => {
        const told = of === DAYS - 1 ? beaconOf(each, 3) : undefined;
        if (told !== undefined) judge(each, told, 'true_positive');
      },
    });
    expect(beaconOf(engine, 21)?.own).toBeUndefined();
  });
});

describe('[PEERS-6] kinds that nobody has joined', () => {
  test('are numbered alike in one partition and in four, where time alone tells of their devices', () => {
    const until = START + 9 * DAY_MS;
    const told = [1, 4].map((partitions) => {
      const engine = engineWith({ partitions });
      const kinds = (at: number, kindOf: (i: number) => string) =>
        inventoried(
          at,
          ...Array.from({ length: 12 }, (_, i) => entry(camera(i), address(i), { kind: kindOf(i) })),
        );
      engine.apply(configured);
      engine.apply(kinds(START, () => 'ip_camera'));
      const heard = Array.from({ length: 12 }, (_, i) =>
        everyHour(START, until - i * HOUR_MS, address(i), ['10.0.9.1', '10.0.9.2']),
      );
      for (const record of telemetry([...heard.flat(), ...day(8)])) engine.apply(record);
      engine.apply(kinds(until, (i) => `of_its_own_${i}`));
      const sensor = everyHour(until, until + DAY_MS, '10.0.8.1', ['10.0.9.1']);
      for (const record of telemetry(sensor)) engine.apply(record);
      for (let hour = 0; hour < 24; hour += 12) engine.apply(clock(until + DAY_MS + hour * HOUR_MS));
      const silent = Array.from({ length: 12 }, (_, i) =>
        engine.partitionOf(camera(i)).anomalies.of(camera(i)),
      ).flat();
      return { silent: silent.map(({ type }) => type), peers: WrittenState.of(engine.peers).said() };
    });
    const [one, four] = told;
    expect(one?.silent).toContain('unexpected_offline');
    expect(four?.silent).toEqual(one?.silent);
    expect(four?.peers).toEqual(one?.peers);
  });
});
