import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, type EntityId, FACTOR_NAMES, HOUR_MS, type JournalRecord } from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  engineWith,
  entry,
  everyHour,
  fed,
  inventoried,
  listing,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';
import { strangersToForget } from './strangers.ts';

const [CAMERA, GUEST, VISITOR, REMOTE] = ['10.0.0.1', '10.0.0.20', '10.0.0.21', '198.51.100.7'];

/** A camera of the fleet; a guest of two days, and a visitor of a minute that met what is listed later. */
const lived: readonly JournalRecord[] = [
  configured,
  inventoried(START, entry('dev_camera', CAMERA)),
  ...telemetry(
    [
      ...everyHour(START, START + 3 * DAY_MS, CAMERA, ['203.0.113.1']),
      ...everyHour(START, START + 2 * DAY_MS, GUEST, ['203.0.113.2', '203.0.113.3']),
      connection(START + HOUR_MS, VISITOR, REMOTE),
    ].sort((a, b) => a.time - b.time),
  ),
];

/** Nothing happens, six hours at a time. */
function hours(from: number, until: number): readonly JournalRecord[] {
  const times = Array.from(
    { length: (until - from) / (6 * HOUR_MS) },
    (_, i) => from + (i + 1) * 6 * HOUR_MS,
  );
  return times.map(clock);
}

/** Somebody tries one door after another. */
function scan(from: string, at: number): readonly JournalRecord[] {
  const tried = Array.from({ length: 120 }, (_, i) =>
    connection(at + i * 500, from, `10.0.3.${i + 1}`, { port: 22, outcome: 'rejected', bytesIn: 0 }),
  );
  return telemetry(tried);
}

const anomaliesOf = (engine: Engine, address: string) =>
  engine.partitions.flatMap(({ anomalies }) => anomalies.of(discoveredId(address)));

const known = (engine: Engine): readonly EntityId[] =>
  [...viewOf(engine).entities()].map(({ id }) => id).sort();

function sums(engine: Engine): unknown {
  const fleet = viewOf(engine).fleet();
  return {
    ...fleet,
    devicesAtRisk: fleet.devicesAtRisk(Infinity).map(({ id }) => id),
    having: FACTOR_NAMES.map((name) => fleet.having(name)),
  };
}

describe('strangers', () => {
  test('[STRANGERS-4] are forgotten after 90 days of silence, and the fleet has none of them any more', () => {
    const engine = replayed([...lived, ...hours(START + 3 * DAY_MS, START + 89 * DAY_MS)]);
    expect(known(engine)).toEqual(['dev_camera', discoveredId(GUEST), discoveredId(VISITOR)].sort());
    expect(viewOf(engine).fleet().unenrolledCount).toBe(2);
    for (const record of hours(START + 89 * DAY_MS, START + 91 * DAY_MS)) engine.apply(record);
    expect(known(engine)).toEqual(['dev_camera', discoveredId(GUEST)].sort());
    expect(viewOf(engine).fleet().unenrolledCount).toBe(1);
    for (const record of hours(START + 91 * DAY_MS, START + 93 * DAY_MS)) engine.apply(record);
    expect(known(engine)).toEqual(['dev_camera']);
    expect(viewOf(engine).fleet()).toMatchObject({ unenrolledCount: 0, deviceCount: 1 });
  });

  test('[STRANGERS-4] one of whom an anomaly was told stays for as long as anomalies do', () => {
    const engine = replayed([...lived, ...scan(GUEST, START + 3 * DAY_MS)]);
    const told = anomaliesOf(engine, GUEST);
    expect(told.map(({ type }) => type)).toContain('port_scan');
    for (const record of hours(START + 3 * DAY_MS, START + 150 * DAY_MS)) engine.apply(record);
    expect(known(engine)).toContain(discoveredId(GUEST));
    const last = Math.max(...anomaliesOf(engine, GUEST).map(({ updatedAt }) => updatedAt));
    engine.apply(clock(last + 399 * DAY_MS));
    expect(known(engine)).toContain(discoveredId(GUEST));
    engine.apply(clock(last + 401 * DAY_MS));
    expect(known(engine)).toEqual(['dev_camera']);
    expect(anomaliesOf(engine, GUEST)).toEqual([]);
  });

  test('[STRANGERS-4] what a forgotten one met is looked back at without it, and it comes back as new', () => {
    const engine = replayed([...lived, ...hours(START + 3 * DAY_MS, START + 91 * DAY_MS)]);
    const at = START + 91 * DAY_MS;
    engine.apply(fed(at, listing(REMOTE)));
    expect(known(engine)).not.toContain(discoveredId(VISITOR));
    for (const record of telemetry([connection(at, VISITOR, REMOTE)])) engine.apply(record);
    const view = viewOf(engine).entity(discoveredId(VISITOR));
    expect(view?.factors().map(({ name }) => name)).toContain('c2_reached');
    expect(view?.profile.firstSeen).toBe(at);
  });

  test('[STRANGERS-5] it is the same in any number of partitions, and after the state was read again in between', () => {
    const before = [...lived, ...hours(START + 3 * DAY_MS, START + 80 * DAY_MS)];
    const after = hours(START + 80 * DAY_MS, START + 120 * DAY_MS);
    const whole = replayed([...before, ...after]);
    const parted = replayed([...before, ...after], 3);
    expect(known(whole)).toEqual(['dev_camera']);
    expect(known(parted)).toEqual(known(whole));
    expect(sums(parted)).toEqual(sums(whole));
    const read = engineWith();
    read.load(WrittenState.of(replayed(before)));
    for (const record of after) read.apply(record);
    expect(read.stateHash()).toBe(whole.stateHash());
  });

  test('[STRANGERS-6] where there is no room, who passed by makes it, then who is away for long', () => {
    const engine = replayed([...lived, ...scan(GUEST, START + 3 * DAY_MS), clock(START + 4 * DAY_MS)]);
    const gone = (days: number) => [...strangersToForget(engine, START + days * DAY_MS)];
    expect(gone(5)).toEqual([]);
    Object.defineProperty(engine.directory, 'isFull', { value: true });
    expect(gone(0)).toEqual([]);
    expect(gone(5)).toEqual([discoveredId(VISITOR)]);
    engine.apply(clock(START + 5 * DAY_MS));
    expect(known(engine)).not.toContain(discoveredId(VISITOR));
    // What it did is still being looked into.
    expect(gone(20)).toEqual([]);
    for (const { id } of anomaliesOf(engine, GUEST)) {
      engine.apply({
        kind: 'verdict',
        anomaly: id,
        at: START + 6 * DAY_MS,
        status: 'closed',
        verdict: 'false_positive',
        remediated: false,
        actor: 'test',
        reason: 'a drill',
      });
    }
    expect(gone(16)).toEqual([]);
    expect(gone(18)).toEqual([discoveredId(GUEST)]);
  });
});
