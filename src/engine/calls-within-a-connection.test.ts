import { describe, expect, test } from 'vitest';
import {
  type EpochMs,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type Observation,
  SECOND_MS,
} from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  entityIn,
  entry,
  everyHour,
  fed,
  inventoried,
  LEARNT,
  listing,
  replayed,
  START,
  telemetry,
} from './engine-harness.fixture.ts';

const DEVICE = 'dev_workstation';
const ADDRESS = '10.0.0.14';
const OTHERS = ['198.51.100.1', '198.51.100.2'];
const STRANGE = '203.0.113.9';

/** A request as a sensor beside the wire tells it; every one but the first is further. */
function requested(time: EpochMs, nth: number): Observation {
  const { from, to, provenance } = connection(time, ADDRESS, STRANGE, { port: 8080 });
  const further = nth === 0 ? {} : { isFurther: true as const };
  const said = { method: 'GET', status: 200, bytesOut: 0, bytesIn: 120, viaProxy: false };
  return { kind: 'http', time, provenance, from, to, ...said, ...further };
}

/** So many requests, a minute apart, in one connection whose record comes at its end. */
function kept(from: EpochMs, count: number): Observation[] {
  const requests = Array.from({ length: count }, (_, nth) => requested(from + nth * MINUTE_MS, nth));
  const end = from + count * MINUTE_MS;
  return [...requests, connection(end, ADDRESS, STRANGE, { port: 8080, durationMs: end - from })];
}

/** Who do not know that place. */
const colleagues = Array.from({ length: 40 }, (_, nth) =>
  connection(LEARNT - nth, `10.0.1.${nth}`, '198.51.100.1'),
);

function learntAnd(happened: readonly Observation[], before: readonly JournalRecord[] = []) {
  return replayed([
    configured,
    inventoried(START, entry(DEVICE, ADDRESS)),
    ...before,
    ...telemetry([...everyHour(START, LEARNT, ADDRESS, OTHERS), ...colleagues, ...happened]),
  ]);
}

const beacons = (engine: ReturnType<typeof learntAnd>) =>
  engine
    .partitionOf(DEVICE)
    .anomalies.open(DEVICE)
    .filter(({ type }) => type === 'beaconing');

describe('[DETECT-40] calls within a connection that stays open', () => {
  test('are found before its record comes', () => {
    const engine = learntAnd(kept(LEARNT, 40).slice(0, -1));
    expect(beacons(engine)).toHaveLength(1);
    expect(beacons(engine)[0]?.detectedAt).toBeLessThan(LEARNT + 20 * MINUTE_MS);
  });

  test('to what is listed are sightings while it goes on', () => {
    const [first, further] = kept(LEARNT, 2) as [Observation, Observation];
    const factors = (happened: readonly Observation[]) => {
      const engine = learntAnd(happened, [fed(START, listing(STRANGE))]);
      return entityIn(engine, DEVICE)
        .factors()
        .map(({ name }) => name);
    };
    expect(factors([first])).not.toContain('c2_reached');
    expect(factors([first, further])).toContain('c2_reached');
  });

  test('are no connections: an hour of them counts as one', () => {
    const [calling, quiet] = [kept(LEARNT, 40), kept(LEARNT, 40).slice(-1)].map((happened) => {
      const engine = learntAnd(happened);
      engine.apply(clock(LEARNT + 2 * HOUR_MS));
      return entityIn(engine, DEVICE).baseline().connectionsPerHour;
    });
    expect(calling).toBe(quiet);
  });

  test('that come with those of a page are one', () => {
    const page = Array.from({ length: 40 }, (_, nth) => requested(LEARNT + (nth * SECOND_MS) / 20, nth));
    expect(beacons(learntAnd(page))).toEqual([]);
  });
});
