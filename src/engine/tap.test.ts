import { describe, expect, it } from 'vitest';
import { type Detection, type EntityId, type EpochMs, HOUR_MS, SECOND_MS } from '../model/index.ts';
import {
  configured,
  connection,
  discoveredId,
  engineWith,
  everyHour,
  START,
  telemetry,
} from './engine-harness.fixture.ts';

const SCANNER = '10.0.0.7';

/** Two days of ordinary life, then a scan. */
const records = [
  configured,
  ...telemetry([
    ...everyHour(START, START + 48 * HOUR_MS, SCANNER, ['203.0.113.1', '203.0.113.2']),
    ...Array.from({ length: 60 }, (_, i) =>
      connection(START + 40 * HOUR_MS + i * SECOND_MS, SCANNER, '198.51.100.9', {
        port: 1_000 + i,
        outcome: 'unanswered',
      }),
    ),
  ]),
];

describe('the tap of detection', () => {
  it('[EVAL-12] is told of each detection and of each hour that a baseline closed, and changes nothing', () => {
    const [watched, alone] = [engineWith(), engineWith()];
    const detections: (readonly [EntityId, Detection])[] = [];
    const hours = new Map<number, number>();
    let latest: EpochMs = 0;
    watched.watchDetection({
      detected: (entity, detection) => detections.push([entity, detection]),
      learnt: (entity, time, baseline) => {
        expect(entity).toBe(discoveredId(SCANNER));
        expect(time).toBeGreaterThanOrEqual(latest);
        const hour = Math.floor(latest / HOUR_MS);
        if (time >= (hour + 1) * HOUR_MS && latest > 0) hours.set(hour, baseline().hourSurprise);
        latest = time;
      },
    });
    for (const record of records) {
      watched.apply(record);
      alone.apply(record);
    }
    expect(detections.map(([entity, { type }]) => [entity, type])).toContainEqual([
      discoveredId(SCANNER),
      'port_scan',
    ]);
    expect(hours.size).toBe(47);
    const scan = START / HOUR_MS + 40;
    expect(Math.max(...hours.values())).toBe(hours.get(scan));
    expect(watched.stateHash()).toBe(alone.stateHash());
  });

  it('[EVAL-12] is told of an hour that time alone closed', () => {
    const engine = engineWith();
    const busy = START + 40 * HOUR_MS;
    const surprises = new Map<EpochMs, number>();
    engine.watchDetection({
      detected: () => {},
      learnt: (entity, time, baseline) => {
        if (entity === discoveredId(SCANNER)) surprises.set(time, baseline().hourSurprise);
      },
    });
    const others = everyHour(START, START + 48 * HOUR_MS, '10.0.0.8', ['203.0.113.3'], 12);
    const last = Array.from({ length: 60 }, (_, i) =>
      connection(busy + i * SECOND_MS, SCANNER, '198.51.100.9', { port: 1_000 + i, outcome: 'unanswered' }),
    );
    for (const record of [
      configured,
      ...telemetry([...everyHour(START, busy, SCANNER, ['203.0.113.1']), ...last, ...others]),
    ]) {
      engine.apply(record);
    }
    const afterwards = [...surprises].filter(([time]) => time >= busy + HOUR_MS);
    expect(afterwards.length).toBeGreaterThan(0);
    expect(afterwards[0]?.[1]).toBeGreaterThan(2);
  });
});
