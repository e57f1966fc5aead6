import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, DeviceId, EntityId } from '../model/index.ts';
import { HOUR_MS } from '../model/index.ts';
import { at, entry, HQ, inventory, lease, newDirectory, PLANT } from './directory.fixture.ts';
import { diffInventory } from './inventory-diff.ts';

const T = Date.UTC(2026, 4, 21, 9);
const a = (text: string) => text as Address;

describe('an inventory import', () => {
  test('[ENT-20] an entry enrols, and a discovered device that it describes becomes that entry', () => {
    const directory = newDirectory();
    const byAddress = directory.resolve(HQ, at('10.0.0.1'), T);
    const byMac = directory.observeLease(lease('10.0.0.2', T, { mac: 'badge' })).device;
    const byName = directory.observeLease(lease('10.0.0.3', T, { mac: 'pc', host: 'pc' })).device;
    for (const id of [byAddress, byMac, byName]) if (id !== null) directory.seen(id, T);
    const outcome = directory.applyInventory(
      inventory(
        T + 1,
        entry('dev_camera', { addresses: [a('10.0.0.1')] }),
        entry('dev_badge', { macs: ['mac-badge'] }),
        entry('dev_pc', { hostNames: ['host-pc'] }),
      ),
    );
    expect(outcome.enrolled).toEqual(['dev_badge', 'dev_camera', 'dev_pc']);
    expect(outcome.merged).toEqual([
      { from: byMac, into: 'dev_badge' },
      { from: byAddress, into: 'dev_camera' },
      { from: byName, into: 'dev_pc' },
    ]);
    expect(directory.resolve(HQ, at('10.0.0.1'), T)).toBe('dev_camera');
    expect(directory.profile('dev_camera')).toMatchObject({
      enrolment: { state: 'enrolled', at: T + 1, by: 'inventory' },
      firstSeen: T,
    });
    expect([...directory.entities()].sort()).toEqual(['dev_badge', 'dev_camera', 'dev_pc']);
  });

  test('a device with another MAC at the address is not the entry', () => {
    const directory = newDirectory();
    const guest = directory.observeLease(lease('10.0.0.1', T, { mac: 'guest' })).device;
    const camera = entry('dev_camera', { addresses: [a('10.0.0.1')], macs: ['mac-camera'] });
    expect(directory.applyInventory(inventory(T, camera)).merged).toEqual([]);
    expect(directory.canonical(guest as EntityId)).toBe(guest);
  });

  test('[ENT-21] a missing entry is reported and stays enrolled; a second import of the same changes nothing', () => {
    const directory = newDirectory();
    const [one, two] = [entry('dev_one'), entry('dev_two')];
    directory.applyInventory(inventory(T, one, two));
    const before = directory.snapshot();
    expect(directory.applyInventory(inventory(T + 1, two, one))).toEqual({
      enrolled: [],
      updated: [],
      missing: [],
      merged: [],
    });
    expect(directory.snapshot()).toEqual(before);
    expect(directory.applyInventory(inventory(T + 2, two)).missing).toEqual(['dev_one']);
    expect(directory.profile('dev_one')?.enrolment.state).toBe('enrolled');
  });

  test('the order of the entries does not matter', () => {
    const entries = [
      entry('dev_a', { addresses: [a('10.0.0.1')] }),
      entry('dev_b', { macs: ['mac-b'] }),
      entry('dev_c', { kind: 'server' }),
      entry('dev_d', { hostNames: ['host-d'] }),
    ];
    const imported = (order: typeof entries) => {
      const directory = newDirectory();
      directory.resolve(HQ, at('10.0.0.1'), T);
      directory.applyInventory(inventory(T, ...order));
      return directory.snapshot();
    };
    const expected = imported(entries);
    // There are 24 orders.
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (order) => {
        expect(imported(order)).toEqual(expected);
      }),
      { numRuns: 48 },
    );
  });

  test('an address that moves to another entry was the first one’s until then', () => {
    const directory = newDirectory();
    directory.applyInventory(inventory(T, entry('dev_old', { addresses: [a('10.0.0.1')] })));
    directory.applyInventory(
      inventory(T + HOUR_MS, entry('dev_old'), entry('dev_new', { addresses: [a('10.0.0.9')] })),
    );
    directory.applyInventory(
      inventory(T + 2 * HOUR_MS, entry('dev_old'), entry('dev_new', { addresses: [a('10.0.0.1')] })),
    );
    expect(directory.find(HQ, at('10.0.0.1'), T)).toBe('dev_old');
    expect(directory.find(HQ, at('10.0.0.1'), T + 2 * HOUR_MS)).toBe('dev_new');
  });

  test('an entry that names another site is known there from then on', () => {
    const directory = newDirectory();
    directory.applyInventory(inventory(T, entry('dev_pc', { addresses: [a('10.0.0.1')] })));
    directory.applyInventory(inventory(T + 1, entry('dev_pc', { addresses: [a('10.0.0.1')], site: PLANT })));
    expect(directory.find(PLANT, at('10.0.0.1'), T + 1)).toBe('dev_pc');
    expect(directory.profile('dev_pc')?.site).toBe(PLANT);
  });
});

describe('workloads', () => {
  test('[ENT-22] a server is one entity with two ids', () => {
    const directory = newDirectory();
    directory.applyInventory(
      inventory(T, entry('dev_store', { kind: 'server' }), entry('wkl_mail', { kind: 'server' })),
    );
    expect(directory.canonical('wkl_store')).toBe('dev_store');
    expect(directory.profile('wkl_store')).toMatchObject({
      id: 'dev_store',
      type: 'device',
      alias: 'wkl_store',
    });
    expect(directory.profile('wkl_mail')).toEqual(directory.profile('dev_mail'));
    expect([...directory.entities()]).toEqual(['dev_store', 'dev_mail']);
  });

  test('a container is an entity of its own, on its host', () => {
    const directory = newDirectory();
    const container = { id: 'wkl_indexer', kind: 'container', image: 'indexer:2', instances: 2 } as const;
    const server = { id: 'wkl_node', kind: 'server', image: 'Debian 13', instances: 1 } as const;
    directory.applyInventory(
      inventory(T, entry('dev_host', { workloads: [container, server], owner: 'data' })),
    );
    expect(directory.canonical('wkl_node')).toBe('dev_host');
    expect(directory.profile('wkl_indexer')).toMatchObject({
      type: 'workload',
      host: 'dev_host',
      owner: 'data',
      kind: 'container',
    });
    expect([...directory.entities()]).toEqual(['dev_host', 'wkl_indexer']);
  });
});

describe('the operator joins and parts identities', () => {
  test('[ENT-23] a merge folds past and future; a split restores both exactly', () => {
    const leases = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('one', 'two', 'three')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(leases, leases, (earlier, between) => {
        const run = (merging: boolean) => {
          const directory = newDirectory();
          const from = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device as DeviceId;
          const into = directory.observeLease(lease('10.0.0.2', T, { mac: 'two' })).device as DeviceId;
          const observe = (steps: typeof earlier, time: number) => {
            for (const [n, mac] of steps) directory.observeLease(lease(`10.0.0.${n}`, time, { mac }));
          };
          observe(earlier, T + 1);
          const merged = merging ? directory.merge({ from, into }) : null;
          expect(directory.canonical(from)).toBe(merging ? into : from);
          observe(between, T + 2);
          const split = merging ? directory.split({ from, into }) : null;
          expect([merged?.kind, split?.kind]).toEqual(merging ? ['merged', 'split'] : [undefined, undefined]);
          return directory.snapshot();
        };
        expect(run(true)).toEqual(run(false));
      }),
      { numRuns: 50 },
    );
  });

  test('what cannot be merged or split is refused with its reason', () => {
    const directory = newDirectory();
    directory.applyInventory(inventory(T, entry('dev_a'), entry('dev_b'), entry('dev_c')));
    const pair = { from: 'dev_a', into: 'dev_b' } as const;
    expect(directory.split(pair)).toEqual({ kind: 'refused', reason: 'not_merged' });
    expect(directory.merge({ from: 'dev_a', into: 'dev_x' })).toEqual({
      kind: 'refused',
      reason: 'unknown_entity',
    });
    directory.merge(pair);
    expect(directory.merge({ from: 'dev_b', into: 'dev_a' })).toEqual({
      kind: 'refused',
      reason: 'same_entity',
    });
  });

  test('[ENT-24] the operator adopts discovered entities; again or unknown is said', () => {
    const directory = newDirectory();
    const id = directory.resolve(HQ, at('10.0.0.1'), T) as DeviceId;
    const record = { kind: 'enrol', at: T, entities: [id, 'dev_x'], actor: 'test', reason: null } as const;
    expect(directory.enrol(record)).toEqual({ enrolled: [id], already: [], unknown: ['dev_x'] });
    expect(directory.enrol(record)).toEqual({ enrolled: [], already: [id], unknown: ['dev_x'] });
    expect(directory.profile(id)?.enrolment).toEqual({ state: 'enrolled', at: T, by: 'operator' });
  });

  test('a mistyped id finds its neighbours', () => {
    const directory = newDirectory();
    const ids = ['dev_camera_floor3_east', 'dev_camera_floor3_west', 'dev_badge_reader_1'] as const;
    directory.applyInventory(
      inventory(T, ...ids.map((id) => entry(id)), entry('dev_s1', { name: 'Video store', kind: 'server' })),
    );
    expect(directory.nearest('dev_camera_flor3_east', 1)).toEqual(['dev_camera_floor3_east']);
    expect(directory.nearest('camera', 5)).toEqual(['dev_camera_floor3_east', 'dev_camera_floor3_west']);
    expect(directory.nearest('video', 5)).toEqual(['dev_s1']);
    expect(directory.nearest('zzzzzzzzzzzz', 5)).toEqual([]);
  });
});

test('[ENT-25] a dry run says what an import would add, change and miss', () => {
  const before = [entry('dev_a'), entry('dev_b', { tags: ['x', 'y'] }), entry('dev_c')];
  const after = [
    entry('dev_d'),
    entry('dev_b', { tags: ['y', 'x'] }),
    entry('dev_a', { firmware: '2', owner: 'it' }),
  ];
  expect(diffInventory(before, after)).toEqual({
    added: ['dev_d'],
    changed: [{ id: 'dev_a', fields: ['firmware', 'owner'] }],
    missing: ['dev_c'],
    unchanged: 1,
  });
});
