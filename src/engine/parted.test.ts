import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { type FactorName, HOUR_MS, type JournalRecord, type Observation } from '../model/index.ts';
import { C2 } from './any-telemetry.fixture.ts';
import {
  configured,
  connection,
  discoveredId,
  engineWith,
  entityIn,
  fed,
  listing,
  policy,
  replayed,
  ruled,
  START,
  telemetry,
} from './engine-harness.fixture.ts';
import type { Adoption } from './belongings.ts';
import type { Engine } from './engine.ts';

const [ADDRESS, OTHER] = ['10.0.0.5', '10.0.0.4'];
const [id, other] = [discoveredId(ADDRESS), discoveredId(OTHER)];

function identity(kind: 'merge' | 'split'): JournalRecord {
  return { kind, at: START, from: other, into: id, actor: 'test', reason: null };
}

const noSsh = ruled(START, policy('pol_ssh', { action: 'deny', destination: { ports: [22] } }));

/** Distinct violations of `noSsh`, by the last number of the destination. */
function forbidden(address: string, first: number, count: number): Observation[] {
  return Array.from({ length: count }, (_, i) =>
    connection(START + (first + i) * 1_000, address, `198.51.100.${first + i}`, { port: 22 }),
  );
}

function calls(address: string, count: number, { time = START, port = 443 } = {}): Observation[] {
  return Array.from({ length: count }, (_, i) =>
    connection(time + i * 1_000, address, '198.51.100.1', { port }),
  );
}

function ports(...all: readonly number[]): JournalRecord {
  return ruled(START, policy('pol_ports', { destination: { ports: all } }));
}

function happens(engine: Engine, ...observations: readonly Observation[]): void {
  for (const record of telemetry(observations)) engine.apply(record);
}

function published(engine: Engine, name: FactorName, whose = id) {
  return entityIn(engine, whose)
    .factors()
    .find((each) => each.name === name);
}

describe('[ENGINE-14] who another identity parts from', () => {
  test('does not hold on to a step that the other reached', () => {
    const engine = replayed([
      configured,
      noSsh,
      ...telemetry([...forbidden(ADDRESS, 1, 8), ...forbidden(OTHER, 9, 2)]),
    ]);
    expect(published(engine, 'policy_violation')).toMatchObject({ p: 0.2 });
    engine.apply(identity('merge'));
    expect(published(engine, 'policy_violation')).toMatchObject({ p: 0.3 });
    engine.apply(identity('split'));
    // Eight would hold ten's step, had it been its own.
    expect(published(engine, 'policy_violation')).toMatchObject({ p: 0.2 });
  });

  test('has a step again that it held and the merge took', () => {
    const later = START + 77 * HOUR_MS;
    const engine = replayed([
      configured,
      fed(START, listing(C2)),
      ...telemetry([
        connection(START, ADDRESS, C2, { outcome: 'blocked' }),
        // The listing is less sure by now.
        connection(later, OTHER, C2),
        connection(later, OTHER, '198.51.100.1'),
      ]),
    ]);
    const before = published(engine, 'c2_blocked');
    expect(before).toMatchObject({ p: 0.25 });
    engine.apply(identity('merge'));
    expect(published(engine, 'c2_blocked')).toMatchObject({ p: 0.2 });
    engine.apply(identity('split'));
    expect(published(engine, 'c2_blocked')).toEqual(before);
  });

  test('keeps a step that has moved since the merge', () => {
    const engine = replayed([
      configured,
      noSsh,
      ...telemetry([...forbidden(ADDRESS, 1, 1), ...forbidden(OTHER, 2, 2)]),
    ]);
    engine.apply(identity('merge'));
    happens(engine, ...forbidden(ADDRESS, 4, 7));
    expect(published(engine, 'policy_violation')).toMatchObject({ p: 0.3 });
    engine.apply(identity('split'));
    expect(published(engine, 'policy_violation')).toMatchObject({ p: 0.3 });
  });

  test('goes on from what it publishes where an older release merged them, which kept neither', () => {
    const engine = replayed([
      configured,
      ports(443),
      ...telemetry([...calls(ADDRESS, 30), ...calls(OTHER, 30)]),
    ]);
    engine.apply(identity('merge'));
    const resumed = engineWith();
    resumed.load(asOlderReleasesWrote(engine));
    resumed.apply(identity('split'));
    expect(published(resumed, 'policy_not_assessed')).toBeUndefined();
    expect(published(resumed, 'policy_not_assessed', other)).toBeDefined();
  });
});

function asOlderReleasesWrote(engine: Engine): WrittenState {
  const written = WrittenState.of(engine);
  const folded = written.part('folded');
  const adoptions = [...folded.records('adoptions')] as [string, Adoption][];
  const older = adoptions.map(([from, adoption]) => {
    const { stood: _, coverage: __, ...rest } = adoption;
    const { coverage: ___, ...belongings } = adoption.belongings;
    return [from, { ...rest, belongings }];
  });
  const records = folded.records.bind(folded);
  folded.records = (name: string) => (name === 'adoptions' ? older : records(name));
  return written;
}

describe('[ENGINE-14] the share of connections that policies speak of', () => {
  /** All of the one is covered, a quarter of the other. */
  function two(): Engine {
    return replayed([
      configured,
      ports(443),
      ...telemetry([...calls(ADDRESS, 40), ...calls(OTHER, 10), ...calls(OTHER, 30, { port: 8_443 })]),
    ]);
  }

  const shares = (engine: Engine) =>
    [id, other].map((each) => published(engine, 'traffic_not_covered', each)?.p ?? 0);

  test('is of all that both did while they are one, and of each again when they are two', () => {
    const engine = two();
    expect(shares(engine)).toEqual([0, 0.1]);
    engine.apply(identity('merge'));
    expect(published(engine, 'traffic_not_covered')?.p).toBe(0.06);
    engine.apply(identity('split'));
    expect(shares(engine)).toEqual([0, 0.1]);
  });

  test('counts for the one what was seen while they were one', () => {
    const engine = two();
    engine.apply(identity('merge'));
    happens(engine, ...calls(ADDRESS, 20, { time: START + HOUR_MS }));
    engine.apply(identity('split'));
    expect(shares(engine)).toEqual([0, 0.1]);
  });

  test('is not given back where policies speak of something else by now', () => {
    const engine = two();
    engine.apply(identity('merge'));
    engine.apply(ports(443, 8_443));
    engine.apply(identity('split'));
    expect(shares(engine)).toEqual([0, 0]);
    for (const each of [id, other]) expect(published(engine, 'policy_not_assessed', each)).toBeDefined();
  });
});
