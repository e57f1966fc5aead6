import { expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { type AnomalyId, DAY_MS, type EntityId, type JournalRecord, MINUTE_MS } from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  engineWith,
  entry,
  historyEnd,
  inventoried,
  replayed,
  START,
  telemetry,
  viewOf,
  vulnerability,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const [WEAK, SCANNER] = ['10.0.0.4', '10.0.0.5'];
const [weak, scanner] = [discoveredId(WEAK), discoveredId(SCANNER)];

/** One machine with a weakness, and one that moves sideways: nobody enrolled either, and both fall silent. */
const beginning: readonly JournalRecord[] = [
  configured,
  ...telemetry([
    connection(START, WEAK, '198.51.100.1'),
    vulnerability(START + 1, WEAK, { exploited: true }),
    ...Array.from({ length: 40 }, (_, host) =>
      connection(START + MINUTE_MS + host * 1_000, SCANNER, `10.0.3.${host + 1}`, {
        port: 445,
        outcome: 'rejected',
      }),
    ),
  ]),
  historyEnd,
  clock(START + 30 * DAY_MS),
];
const enrolled = inventoried(START + 30 * DAY_MS, entry('dev_printer', '10.0.9.9', { kind: 'printer' }));
const heard = telemetry([connection(START + 31 * DAY_MS, WEAK, '198.51.100.1')]);

test('[FLEET-AT-RISK-2] while nothing is enrolled no stranger leaves: the list is what the counts say', () => {
  const engine = replayed(beginning);
  const fleet = viewOf(engine).fleet();
  expect(fleet.basis).toBe('discovered');
  const { medium, high, critical } = fleet.value.riskCounts;
  expect(medium + high + critical).toBe(2);
  expect(listed(engine)).toEqual([scanner, weak].sort());
});

test('[FLEET-AT-RISK-2] once a fleet is enrolled, who passed by leaves it, but nobody of whom something grave is open', () => {
  const engine = replayed([...beginning, enrolled]);
  expect(viewOf(engine).fleet().basis).toBe('enrolled');
  expect(listed(engine)).toEqual([scanner]);

  for (const { id } of viewOf(engine).entity(scanner)?.openAnomalies() ?? []) {
    expect(listed(engine)).toEqual([scanner]);
    engine.apply(closed(id));
  }
  expect(listed(engine)).toEqual([]);
  for (const record of heard) engine.apply(record);
  expect(listed(engine)).toEqual([weak]);
});

test('[FLEET-AT-RISK-2] the list is the same from a snapshot at any record, and with several partitions', () => {
  const records = [...beginning, enrolled, ...heard, clock(START + 60 * DAY_MS)];
  for (let taken = 0; taken < records.length; taken++) {
    const engine = replayed(records.slice(0, taken));
    const copy = engineWith();
    copy.load(WrittenState.of(engine));
    const apart = replayed(records.slice(0, taken), 3);
    for (const record of records.slice(taken)) {
      for (const each of [engine, copy, apart]) each.apply(record);
      expect(listed(copy)).toEqual(listed(engine));
      expect(listed(apart)).toEqual(listed(engine));
    }
    expect(copy.stateHash()).toBe(engine.stateHash());
  }
});

function closed(anomaly: AnomalyId): JournalRecord {
  const said = { verdict: 'false_positive', remediated: false, actor: 'test', reason: 'known' } as const;
  return { kind: 'verdict', at: START + 30 * DAY_MS, anomaly, status: 'closed', ...said };
}

function listed(engine: Engine): EntityId[] {
  return viewOf(engine)
    .fleet()
    .devicesAtRisk(100)
    .map(({ id }) => id)
    .sort();
}
