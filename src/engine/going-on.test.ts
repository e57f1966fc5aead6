import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import { HOUR_MS, LIMITS, millipoints, MINUTE_MS, type SensorId } from '../model/index.ts';
import { FleetAggregate } from '../scoring/index.ts';
import { HQ, START, eventRecords, connection, sealed } from './engine-harness.fixture.ts';
import { FleetHistory } from './fleet-history.ts';
import { IntakeLedger } from './intake-ledger.ts';
import { Sensors } from './sensors.ts';
import { Watermark } from './watermark.ts';
import { ListedTimes, SearchedSensors } from './time-keeping.fixture.ts';

const heard = fc.record({
  time: fc.oneof(fc.nat(72 * 60), fc.nat(5)).map((minutes) => START + minutes * MINUTE_MS),
  sensor: fc.constantFrom('zeek', 'gateway', 'suricata'),
  isConnection: fc.boolean(),
});

const provenanceOf = (sensor: string) => ({
  site: HQ,
  sensor: sensor as SensorId,
  uid: null,
  communityId: null,
});

describe('[STATE-REST-1] goes on from what was written down', () => {
  test('the watermark', () => {
    expect(
      firstDifference(
        () => new Watermark(),
        heard,
        (watermark, { time, sensor }) => {
          watermark.observe(time, sensor);
          return [watermark.now, watermark.isLate(time)];
        },
      ),
    ).toBeUndefined();
  });

  test('sensors', () => {
    expect(
      firstDifference(
        () => new Sensors(),
        heard,
        (sensors, { time, sensor, isConnection }) => ({
          ...sensors.hear(provenanceOf(sensor), time, isConnection),
        }),
      ),
    ).toBeUndefined();
  });

  test('what has been taken in', () => {
    const [event] = eventRecords(sealed([connection(START, '10.0.0.1', '10.0.0.2')]));
    const delivery = fc.record({
      producer: fc.constantFrom('file:a', 'http:b'),
      upTo: fc.nat(20),
      at: fc.array(fc.nat(30), { maxLength: 4 }),
      uids: fc.array(fc.constantFrom('', 'u1', 'u2', 'u3'), { maxLength: 4 }),
    });
    expect(
      firstDifference(
        () => new IntakeLedger(),
        delivery,
        (ledger, { producer, upTo, at, uids }) => {
          const origins = at.map((position) => ({ producer: 0, at: position }));
          ledger.note({
            kind: 'events',
            producers: [{ producer, upTo }],
            events: event?.events ?? [],
            origins,
            uids,
          });
          const done = Array.from({ length: 31 }, (_, position) => ledger.isDone(producer, position));
          const beyond = ledger.takenIn(producer).beyond.toSorted((a, b) => a - b);
          return [done, ledger.mark(producer), beyond, ledger.hasUid('u2')];
        },
      ),
    ).toBeUndefined();
  });

  test('the hours of the fleet', () => {
    expect(
      firstDifference(
        () => new FleetHistory(),
        fc.record({ at: fc.nat(100 * 60), milliPoints: fc.nat(1_000) }),
        (history, { at, milliPoints }) => {
          const now = START + at * MINUTE_MS;
          if (history.isDue(now)) {
            const contributions = new Map([['port_scan' as const, { milliPoints, entities: 1 }]]);
            history.record({ at: now, scoreExact: milliPoints, grave: 0, contributions });
          }
          return [history.dayBefore(now), history.snapshot()];
        },
      ),
    ).toBeUndefined();
  });

  test('the sums of the fleet', () => {
    const share = fc.record({
      weight: fc.nat(9),
      scoreExact: fc.nat(100_000).map(millipoints),
      level: fc.constantFrom('low' as const, 'critical' as const),
      type: fc.constantFrom('ip_camera', 'workstation'),
      factors: fc.constantFrom([], [{ name: 'port_scan' as const, milliPoints: 700 }]),
    });
    expect(
      firstDifference(
        () => new FleetAggregate(),
        fc.tuple(share, fc.boolean()),
        (sums, [each, leaves]) => {
          sums.add(each);
          if (leaves) sums.remove(each);
          return sums.read();
        },
      ),
    ).toBeUndefined();
  });
});

describe('[STATE-REST-3] time is kept in place', () => {
  test('the watermark is where lists of times put it', () => {
    fc.assert(
      fc.property(fc.array(heard, { maxLength: 400, size: 'max' }), (all) => {
        const watermark = new Watermark();
        const listed = new ListedTimes();
        for (const { time, sensor } of all) {
          watermark.observe(time, sensor);
          listed.observe(time, sensor);
          expect(watermark.snapshot()).toEqual(listed.snapshot());
        }
      }),
    );
  });

  test('a sensor is found as a search of all would find it, also beyond the bound of sensors', () => {
    const many = fc.record({
      time: fc.nat(60 * HOUR_MS).map((after) => START + after),
      sensor: fc.integer({ min: 0, max: LIMITS.sensors + 3 }).map((n) => `s${n}`),
      isConnection: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(heard, many), { maxLength: 300, size: 'max' }), (all) => {
        const [named, searched] = [new Sensors(), new SearchedSensors()];
        for (let n = 0; n < LIMITS.sensors; n++) {
          for (const each of [named, searched]) each.hear(provenanceOf(`s${n}`), START, false);
        }
        for (const { time, sensor, isConnection } of all) {
          const state = named.hear(provenanceOf(sensor), time, isConnection);
          searched.hear(provenanceOf(sensor), time, isConnection);
          expect(state).toBe(named.of(state.key));
        }
        expect(searched.snapshot()).toEqual(named.snapshot());
      }),
      { numRuns: 20 },
    );
  });
});
