import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, type DeviceId, type EpochMs, HOUR_MS } from '../model/index.ts';
import { account, at, entry, HQ, host, inventory, lease, mac, newDirectory } from './directory.fixture.ts';
import { Devices } from './devices.ts';
import type { Directory } from './directory.ts';
import { Revision } from './revision.ts';
import { happen, life, profilesOf, START, type Step } from './life.fixture.ts';

const EVERYBODY = { isMeant: () => true, isSpared: () => false, most: 1_000 };

function live(directory: Directory, steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind !== 'talk') happen(directory, step);
    else talked(directory, step.from, step.time, step.mac ?? undefined);
  }
}

function talked(directory: Directory, from: string, time: EpochMs, by?: string): DeviceId | null {
  const device = directory.resolve(HQ, at(from), time, by === undefined ? undefined : mac(by));
  if (device !== null) directory.seen(device, time);
  return device;
}

function forgotten(directory: Directory, meant: Partial<typeof EVERYBODY> = {}): ReadonlySet<DeviceId> {
  const gone = new Set(directory.strangers({ ...EVERYBODY, ...meant }));
  directory.forgetStrangers(gone);
  return gone;
}

/** Machines that nobody met, in the places of those that are gone. */
function newcomers(directory: Directory, count: number): readonly DeviceId[] {
  return Array.from({ length: count }, (_, i) => {
    const id = talked(directory, `10.200.0.${i + 1}`, START + 5 * DAY_MS);
    if (id === null) throw new Error('there is no room');
    return id;
  });
}

describe('strangers that are forgotten', () => {
  test('[STRANGERS-1] leave nothing that whoever comes next could be taken for', () => {
    fc.assert(
      fc.property(life, life, fc.func(fc.boolean()), (past, future, isSpared) => {
        const directory = newDirectory();
        live(directory, past);
        const before = profilesOf(directory);
        const gone = forgotten(directory, { isSpared });
        const left = [...before].filter(([id]) => !gone.has(id as DeviceId));
        expect([...profilesOf(directory)]).toEqual(left);
        for (const id of gone) expect(directory.profile(id)).toBeNull();
        const made = newcomers(directory, gone.size + 2);
        expect([...profilesOf(directory)].filter(([id]) => before.has(id))).toEqual(left);
        for (const [index, id] of made.entries()) {
          const addresses = directory.addressesOf(id, START + 6 * DAY_MS);
          expect(addresses).toEqual([`10.200.0.${index + 1}`]);
        }
        const written = WrittenState.of(directory);
        const copy = newDirectory();
        copy.load(written);
        expect(WrittenState.of(copy).said()).toEqual(written.said());
        live(directory, future);
        live(copy, future);
        expect(WrittenState.of(copy).said()).toEqual(WrittenState.of(directory).said());
      }),
      { numRuns: 120 },
    );
  });

  test('[STRANGERS-2] are never one of the fleet, or one that was merged', () => {
    const directory = newDirectory();
    directory.applyInventory(inventory(START, entry('dev_camera', { addresses: ['10.0.0.1' as never] })));
    const [a, b, c, adopted] = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'].map((each) =>
      talked(directory, each, START),
    ) as DeviceId[];
    directory.merge({ from: a as DeviceId, into: b as DeviceId });
    directory.enrol({
      kind: 'enrol',
      at: START,
      entities: [adopted as DeviceId],
      actor: 'test',
      reason: null,
    });
    expect(forgotten(directory)).toEqual(new Set([c]));
    expect(forgotten(directory)).toEqual(new Set());
    expect(directory.strangersForgotten).toBe(1);
  });

  test('[STRANGERS-2] go in the order of their silence, no more than asked for', () => {
    const directory = newDirectory();
    const hours = [5, 1, 4, 2, 3, 0];
    const ids = hours.map((hour, i) => talked(directory, `10.0.0.${i + 1}`, START + hour * HOUR_MS));
    const longest = directory.strangers({ ...EVERYBODY, most: 3 });
    expect(longest).toEqual([ids[5], ids[1], ids[3]]);
    const early = (_: EpochMs, last: EpochMs): boolean => last < START + 2 * HOUR_MS;
    expect(directory.strangers({ ...EVERYBODY, isMeant: early })).toEqual([ids[5], ids[1]]);
  });

  test('[STRANGERS-3] come back under the same id, by whatever they are known, and as if they were new', () => {
    const directory = newDirectory();
    directory.observeLease(lease('10.0.0.1', START, { mac: 'one', host: 'pc' }));
    directory.observeHost(host('10.0.0.2', START, { host: 'phone' }));
    talked(directory, '10.0.0.3', START, 'two');
    for (const id of directory.entities()) directory.seen(id, START);
    const before = [...directory.entities()];
    expect(before).toHaveLength(3);
    expect(forgotten(directory).size).toBe(3);
    expect(directory.find(HQ, at('10.0.0.1'), START)).toBeNull();
    const later = START + DAY_MS;
    directory.observeHost(host('10.0.0.7', later, { host: 'phone' }));
    directory.observeLease(lease('10.0.0.8', later, { mac: 'one' }));
    talked(directory, '10.0.0.3', later);
    expect(new Set(directory.entities())).toEqual(new Set(before));
    expect(directory.addressesOf(before[0] as DeviceId, later)).toEqual(['10.0.0.8']);
  });

  test('[STRANGERS-3] a device that had more addresses than are remembered of it leaves none behind', () => {
    const directory = newDirectory();
    for (let i = 1; i <= 40; i++) {
      directory.observeLease(lease(`10.0.1.${i}`, START + i, { mac: 'one' }));
      talked(directory, `10.0.1.${i}`, START + i);
    }
    forgotten(directory);
    newcomers(directory, 1);
    for (let i = 1; i <= 40; i++) expect(directory.find(HQ, at(`10.0.1.${i}`), START + DAY_MS)).toBeNull();
  });

  test('[STRANGERS-3] a user is on no device that was forgotten', () => {
    const directory = newDirectory();
    const device = talked(directory, '10.0.0.1', START) as DeviceId;
    const user = directory.userOf(account('ann'), HQ, START);
    if (user === null) throw new Error('no user');
    directory.noteActive(user, device, START);
    expect(directory.devicesOf(user, START + 1)).toEqual([device]);
    forgotten(directory);
    expect(directory.devicesOf(user, START + 1)).toEqual([]);
  });
});

test('[STRANGERS-6] where one was forgotten, there is room for one more', () => {
  const devices = new Devices((_, site, key): DeviceId => `dev_${site}.${key}`, new Revision(), 2);
  const discover = (key: string) => devices.discover('address', HQ, key);
  const [one, two] = [discover('10.0.0.1'), discover('10.0.0.2')];
  expect([one, two, discover('10.0.0.3')].map((each) => each?.number ?? null)).toEqual([0, 1, null]);
  expect([devices.isFull, devices.size, devices.overflow]).toEqual([true, 2, 1]);
  if (one === null) throw new Error('there was room');
  devices.remove([one]);
  expect([devices.isFull, devices.size, devices.forgotten]).toEqual([false, 1, 1]);
  // That there was none is told no more.
  expect(devices.overflow).toBe(0);
  expect([...devices.ids()]).toEqual(['dev_hq.10.0.0.2']);
  expect(discover('10.0.0.4')?.number).toBe(0);
  expect(discover('10.0.0.5')).toBeNull();
});
