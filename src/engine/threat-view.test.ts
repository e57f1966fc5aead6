import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type DeviceId, type EntityId, HOUR_MS, type JournalRecord } from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  discoveredId,
  entry,
  fed,
  inventoried,
  listing,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const LISTED = '185.234.47.21';

describe('[THREAT-STORE-1] that nothing is listed', () => {
  const stale = (...records: Parameters<typeof replayed>[0]) => {
    const threat = viewOf(replayed([configured, ...records])).threat('192.0.2.99');
    return 'refused' in threat ? threat.refused : threat.store;
  };

  test('says little where there is no feed, or none that is fetched any more', () => {
    expect(stale()).toEqual({ feeds: 0, newest: null, stale: true });
    expect(stale(fed(START, listing(LISTED)), clock(START + 7 * DAY_MS))).toEqual({
      feeds: 1,
      newest: START,
      stale: false,
    });
    expect(stale(fed(START, listing(LISTED)), clock(START + 8 * DAY_MS))).toMatchObject({ stale: true });
  });

  test('before there is telemetry feeds age against the newest of them', () => {
    expect(stale(fed(START, listing(LISTED)))).toMatchObject({ stale: false });
  });
});

test('[THREAT-ACTOR-1] whom an indicator is of is the claim of a feed, and shown with it', () => {
  const engine = replayed([configured, fed(START, listing(LISTED, { actors: ['Acme Spider'] }))]);
  expect(viewOf(engine).threat(LISTED)).toMatchObject({
    actors: ['Acme Spider'],
    evidence: [{ feed: 'local', actors: ['Acme Spider'] }],
  });
});

test('[THREAT-ACTOR-3] a name that several groups bear names them all, and its source', () => {
  const actors = [
    { name: 'APT28', aliases: ['Shared Name'] },
    { name: 'TA473', aliases: ['Shared Name'] },
  ];
  const catalogue = { id: 'groups', name: 'Groups', actors };
  const engine = replayed([
    configured,
    { kind: 'actor_names', at: START, catalogue, actor: 'test' },
    fed(START, listing(LISTED, { actors: ['Shared Name', 'apt-28', 'Acme Spider'] })),
  ]);
  const told = viewOf(engine).threat(LISTED);
  const [apt28, ta473] = actors.map(({ name }) => ({ name, catalogue: 'groups' }));
  expect('refused' in told ? told : told.claims).toEqual([
    { claimed: 'Acme Spider', feeds: ['local'], candidates: [], isAmbiguous: false },
    { claimed: 'Shared Name', feeds: ['local'], candidates: [apt28, ta473], isAmbiguous: true },
    { claimed: 'apt-28', feeds: ['local'], candidates: [apt28], isAmbiguous: false },
  ]);
});

test('[THREAT-VALID-1] past the time for which its feed stands by it a listing says nothing more', () => {
  const until = START + 2 * DAY_MS;
  const at = (time: number) => {
    const engine = replayed([configured, fed(START, listing(LISTED, { validUntil: until })), clock(time)]);
    const threat = viewOf(engine).threat(LISTED);
    return 'refused' in threat ? threat.refused : threat.reputation;
  };
  expect(at(START + DAY_MS)).toBe('malicious');
  expect(at(until)).toBe('unknown');
});

describe('[THREAT-SEEN-3] who met a destination', () => {
  const MET = '198.51.100.7';
  const seenOf = (engine: Engine, destination = MET) => {
    const threat = viewOf(engine).threat(destination);
    if ('refused' in threat) throw new Error(threat.refused);
    const { entities, total, approximate, count } = threat.seen;
    return { entities, total, approximate, count };
  };

  test('is the device of the inventory, once it turned out to be that, and counts once', () => {
    const engine = replayed([
      configured,
      ...telemetry([connection(START, '10.0.0.1', MET)]),
      inventoried(START + 1, entry('dev_pump', '10.0.0.1')),
    ]);
    const pump = { entities: ['dev_pump'], total: 1, approximate: false };
    expect(seenOf(engine)).toEqual({ ...pump, count: 1 });
    expect(viewOf(engine).contacted(MET)).toEqual({ entities: ['dev_pump'], isApproximate: false });
    for (const record of telemetry([connection(START + HOUR_MS, '10.0.0.1', MET)])) engine.apply(record);
    expect(seenOf(engine)).toEqual({ ...pump, count: 2 });
  });

  test('is nobody any more who was forgotten, and the answer says that there was one', () => {
    const engine = replayed([
      configured,
      ...telemetry([connection(START, '10.0.0.1', MET)]),
      clock(START + 91 * DAY_MS),
    ]);
    expect(viewOf(engine).entity(discoveredId('10.0.0.1'))).toBeNull();
    expect(seenOf(engine)).toEqual({ entities: [], total: 0, approximate: true, count: 1 });
    expect(viewOf(engine).contacted(MET)).toEqual({ entities: [], isApproximate: true });
  });

  test('is told alike wherever it is asked, whatever was merged and split', () => {
    const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
    const remotes = ['203.0.113.1', '203.0.113.2'];
    const device = fc.constantFrom<DeviceId>(...addresses.map(discoveredId), 'dev_pump');
    type Step = 'inventory' | { kind: 'merge' | 'split'; from: DeviceId; into: DeviceId } | Talk;
    type Talk = { from: string; to: string };
    const step = fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({ from: fc.constantFrom(...addresses), to: fc.constantFrom(...remotes) }),
      fc.record({ kind: fc.constantFrom('merge' as const, 'split' as const), from: device, into: device }),
      fc.constant('inventory' as const),
    );
    const recordsOf = (each: Step, at: number): readonly JournalRecord[] => {
      if (each === 'inventory') return [inventoried(at, entry('dev_pump', '10.0.0.1'))];
      if ('to' in each) return telemetry([connection(at, each.from, each.to)]);
      return [{ ...each, at, actor: 'test', reason: null }];
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const records = steps.flatMap((each, i) => recordsOf(each, START + i * HOUR_MS));
        const engine = replayed([configured, ...records]);
        const view = viewOf(engine);
        for (const remote of remotes) {
          const { entities, total } = seenOf(engine, remote);
          const known = [...view.entities()].filter((each) =>
            each.baseline().knownDestinations?.includes(remote),
          );
          expect(view.contacted(remote)).toEqual({ entities, isApproximate: false });
          expect(total).toBe(new Set(entities).size);
          const present: EntityId[] = Array.from(view.entities(), ({ id }) => id);
          expect(present).toEqual(expect.arrayContaining([...entities]));
          // What two met while they were one was met by the one that they were, though who parts takes its ways along.
          const parted = steps.flatMap((each) =>
            each !== 'inventory' && 'kind' in each && each.kind === 'split' ? [each.from] : [],
          );
          const lasting = known.filter(({ id }) => !parted.some((each) => each === id));
          expect(entities).toEqual(expect.arrayContaining(lasting.map(({ id }) => id)));
          expect(known.length > 0 && entities.length === 0).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });
});
