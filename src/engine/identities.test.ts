import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import type { DeviceId, JournalRecord } from '../model/index.ts';
import { anyTelemetry } from './any-telemetry.fixture.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  engineWith,
  eventRecords,
  START,
  telemetry,
  viewOf,
  vulnerability,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const devices = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map(discoveredId);
const device = fc.constantFrom(...devices);

function identity(kind: 'merge' | 'split', from: DeviceId, into: DeviceId): JournalRecord {
  return { kind, at: START, from, into, actor: 'test', reason: null };
}

/** Telemetry, event by event, among chains of merges and splits in any order. */
const anyChains: fc.Arbitrary<readonly JournalRecord[]> = fc
  .tuple(
    anyTelemetry,
    fc.array(fc.tuple(fc.nat(100), fc.constantFrom('merge' as const, 'split' as const), device, device), {
      minLength: 4,
      maxLength: 30,
    }),
  )
  .map(([events, words]) => {
    const records: JournalRecord[] = [configured, ...eventRecords(events, 1)];
    for (const [place, kind, from, into] of words) {
      records.splice(1 + Math.floor((place / 101) * records.length), 0, identity(kind, from, into));
    }
    return records;
  });

function copyOf(engine: Engine, partitions: number): Engine {
  const copy = engineWith({ partitions });
  copy.load(WrittenState.of(engine));
  return copy;
}

function answers(engine: Engine) {
  return [...viewOf(engine).entities()]
    .map((each) => {
      const { id, scoreExact } = each;
      return { id, scoreExact, factors: each.factors(), open: each.openAnomalies(), learnt: each.baseline() };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('[SNAP-10] chains of merges, split in any order', () => {
  test.each([1, 3])('go on alike after they were written down, with %i partitions', (partitions) => {
    fc.assert(
      fc.property(anyChains, fc.nat(1_000), (records, place) => {
        const at = Math.floor((place / 1_001) * records.length);
        const whole = engineWith({ partitions });
        for (const record of records.slice(0, at)) whole.apply(record);
        const resumed = copyOf(whole, partitions);
        for (const record of records.slice(at)) for (const engine of [whole, resumed]) engine.apply(record);
        expect(answers(resumed)).toEqual(answers(whole));
        expect(resumed.stateHash()).toBe(whole.stateHash());
      }),
      { numRuns: 12 },
    );
  });

  test('say the same in one partition and in three', () => {
    fc.assert(
      fc.property(anyChains, (records) => {
        const [one, three] = [engineWith({ partitions: 1 }), engineWith({ partitions: 3 })];
        for (const record of records) for (const engine of [one, three]) engine.apply(record);
        expect(answers(three)).toEqual(answers(one));
      }),
      { numRuns: 30 },
    );
  });

  test('what two of a chain had in turn is lived by one of them when they are parted', () => {
    const [a, b, c] = devices as [DeviceId, DeviceId, DeviceId, DeviceId];
    const records = [
      configured,
      ...telemetry([
        connection(START, '10.0.0.2', '10.0.0.3'),
        vulnerability(START, '10.0.0.1', { exploited: true }),
      ]),
      identity('merge', a, b),
      identity('merge', b, c),
      identity('split', a, b),
      identity('split', b, c),
    ];
    const engine = engineWith();
    for (const record of records) engine.apply(record);
    const resumed = copyOf(engine, 1);
    const more = [
      ...telemetry([vulnerability(START + 1, '10.0.0.1', { exploited: true, resolved: true })]),
      clock(START + 2),
    ];
    for (const record of more) for (const each of [engine, resumed]) each.apply(record);
    expect(answers(resumed)).toEqual(answers(engine));
    expect(resumed.stateHash()).toBe(engine.stateHash());
  });
});
