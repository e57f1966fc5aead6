import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, type Event, FACTOR_NAMES, HOUR_MS, type JournalRecord } from '../model/index.ts';
import { DEFAULT_PROFILE } from '../scoring/index.ts';
import { anyTelemetry, C2 } from './any-telemetry.fixture.ts';
import {
  clock,
  advised,
  configured,
  discoveredId,
  engineWith,
  entry,
  eventRecords,
  fed,
  historyEnd,
  HQ,
  installed,
  inventoried,
  listing,
  policy,
  ruled,
  START,
  viewOf,
  warned,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const [four, five] = [discoveredId('10.0.0.4'), discoveredId('10.0.0.5')];
const actor = 'test';
const said = { actor, reason: 'known' } as const;
const identity = { from: four, into: five, actor, reason: null };

/** What an operator may say at any time. */
const word: fc.Arbitrary<(at: number) => JournalRecord> = fc.constantFrom(
  () => configured,
  (at: number) =>
    inventoried(at, entry('dev_camera', '10.0.0.1', { kind: 'ip_camera', criticality: 'high' })),
  (at: number) =>
    inventoried(
      at,
      entry('dev_files', '10.0.0.2', {
        kind: 'server',
        workloads: [{ id: 'wkl_files', kind: 'server', image: null, instances: 1 }],
      }),
    ),
  (at: number) => fed(at, listing(C2)),
  (at: number) => fed(at),
  (at: number) => warned(at, 'exclude', C2),
  (at: number) => warned(at, 'caution'),
  (at: number) => ruled(at, policy('pol_c2', { action: 'deny', destination: { networks: [C2] } })),
  (at: number) => ruled(at),
  (at: number): JournalRecord => ({ kind: 'enrol', at, entities: [five], actor, reason: null }),
  (at: number): JournalRecord => ({ kind: 'merge', at, ...identity }),
  (at: number): JournalRecord => ({ kind: 'split', at, ...identity }),
  (at: number): JournalRecord => ({ kind: 'profile', at, version: '2', profile: DEFAULT_PROFILE, actor }),
  (at: number) => advised(at, '1.5'),
  (at: number) => advised(at, '3.0'),
  (at: number) => installed(at, four, '1.0'),
  (at: number) => installed(at, five, '2.0'),
  (at: number) => clock(at + HOUR_MS),
  () => historyEnd,
  (at: number) => suppression(at, at + HOUR_MS),
  (at: number) => suppression(at, at + 30 * DAY_MS),
  (at: number): JournalRecord => ({
    kind: 'maintenance',
    at,
    scope: { site: HQ, tag: null, entity: null },
    from: at,
    to: at + 6 * HOUR_MS,
    ...said,
  }),
  (at: number): JournalRecord => ({ kind: 'baseline_accept', at, entity: four, anomaly: null, ...said }),
  (at: number): JournalRecord => ({ kind: 'baseline_revert', at, entity: four, ...said }),
);

function suppression(at: number, expiresAt: number): JournalRecord {
  const scope = { entity: five, tag: null, type: null, destination: null, port: null };
  return { kind: 'suppress', at, scope, owner: 'soc', expiresAt, ...said };
}

/** Telemetry in small records, and the operator's words in between. */
const anyRecords: fc.Arbitrary<readonly JournalRecord[]> = fc
  .tuple(
    anyTelemetry,
    fc.integer({ min: 1, max: 30 }),
    fc.array(fc.tuple(fc.nat(100), word), { maxLength: 12 }),
  )
  .map(([events, size, words]) => {
    const telemetry = eventRecords(events, size);
    const placed = words.map(([place, say]) => {
      const index = Math.floor((place / 101) * telemetry.length);
      return { index, record: say(latest(telemetry[index]?.events ?? [])) };
    });
    const between = (index: number) =>
      placed.filter((each) => each.index === index).map(({ record }) => record);
    return [configured, ...telemetry.flatMap((record, index) => [...between(index), record]), historyEnd];
  });

function latest(events: readonly Event[]): number {
  return Math.max(START, ...events.map(({ time }) => time));
}

function copyOf(engine: Engine, partitions: number): Engine {
  const copy = engineWith({ partitions });
  copy.load(WrittenState.of(engine));
  return copy;
}

function answers(engine: Engine) {
  const view = viewOf(engine);
  const entities = [...view.entities()].map((each) => [
    each.id,
    each.scoreExact,
    each.riskReason,
    each.factors(),
    each.openAnomalies(),
    each.baseline(),
  ]);
  const fleet = view.fleet();
  const atRisk = fleet.devicesAtRisk(Number.POSITIVE_INFINITY).map(({ id }) => id);
  return {
    entities,
    fleet: { ...fleet, devicesAtRisk: null, having: FACTOR_NAMES.map((name) => fleet.having(name)) },
    atRisk,
  };
}

function expectAlike(a: Engine, b: Engine): void {
  expect(a.stateHash()).toBe(b.stateHash());
  expect(answers(a)).toEqual(answers(b));
}

/** Records in stretches, cut at places of so many per mille. */
function cut(records: readonly JournalRecord[], places: readonly number[]): (readonly JournalRecord[])[] {
  const starts = places.map((place) => Math.floor((place / 1_000) * records.length)).sort((a, b) => a - b);
  return [0, ...starts].map((start, index) => records.slice(start, starts[index] ?? records.length));
}

describe('[SNAP-10] an engine that was written down and read', () => {
  test.each([1, 2, 3])(
    'goes on as if it had never stopped, at any record, with %i partitions',
    (partitions) => {
      fc.assert(
        fc.property(anyRecords, fc.array(fc.nat(999), { minLength: 1, maxLength: 3 }), (records, places) => {
          const whole = engineWith({ partitions });
          let resumed = engineWith({ partitions });
          for (const stretch of cut(records, places)) {
            resumed = copyOf(resumed, partitions);
            expectAlike(resumed, whole);
            for (const record of stretch) for (const engine of [whole, resumed]) engine.apply(record);
          }
          expect(resumed.stateHash()).toBe(whole.stateHash());
          expect(answers(resumed)).toEqual(answers(whole));
        }),
        { numRuns: 20 },
      );
    },
  );

  test('says nothing of what it was told while it is read', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        const engine = engineWith();
        for (const record of records) engine.apply(record);
        const copy = engineWith();
        let told = 0;
        copy.listen({
          postureChanged: () => told++,
          anomalyChanged: () => told++,
          atRiskChanged: () => told++,
        });
        copy.load(WrittenState.of(engine));
        expect(told).toBe(0);
      }),
      { numRuns: 10 },
    );
  });
});
