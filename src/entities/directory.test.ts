import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address, EntityId } from '../model/index.ts';
import { DAY_MS, HOUR_MS, LIMITS, MINUTE_MS } from '../model/index.ts';
import { Bindings } from './bindings.ts';
import { Devices } from './devices.ts';
import {
  account,
  at,
  entry,
  host,
  hostName,
  HQ,
  inventory,
  lease,
  mac,
  newDirectory,
  PLANT,
} from './directory.fixture.ts';
import { PlainState } from './plain-state.ts';
import { Revision } from './revision.ts';

const T = Date.UTC(2026, 4, 21, 9);
const a = (text: string) => text as Address;

/** Who 10.0.0.1 was at each time, after leases of different devices in this order. */
function whoWas(order: readonly number[]) {
  const directory = newDirectory();
  for (const time of order) directory.observeLease(lease('10.0.0.1', time, { mac: `m${time}` }));
  return Array.from({ length: 102 }, (_, time) => directory.find(HQ, at('10.0.0.1'), time));
}

describe('addresses become devices', () => {
  test('[ENT-1] an unknown local address becomes one discovered device, an external address none', () => {
    const directory = newDirectory();
    const id = directory.resolve(HQ, at('10.0.0.5'), T);
    expect(id).not.toBeNull();
    expect(directory.resolve(HQ, at('10.0.0.5'), T + 1)).toBe(id);
    expect(directory.resolve(HQ, at('203.0.113.9'), T)).toBeNull();
    expect([...directory.entities()]).toEqual([id]);
    expect(directory.profile(id as EntityId)).toMatchObject({
      type: 'device',
      enrolment: { state: 'discovered' },
      site: HQ,
    });
  });

  test('[ENT-2] equal addresses at two sites are two devices', () => {
    const directory = newDirectory();
    expect(directory.resolve(HQ, at('10.0.0.5'), T)).not.toBe(directory.resolve(PLANT, at('10.0.0.5'), T));
  });

  test.each(['224.0.0.251', '255.255.255.255', '0.0.0.0', '127.0.0.1', 'ff02::fb', '10.0.0.255'])(
    '%s is never an entity',
    (address) => {
      const directory = newDirectory();
      expect(directory.resolve(HQ, at(address, true), T)).toBeNull();
      expect([...directory.entities()]).toEqual([]);
    },
  );

  test('a site that nobody configured has the private ranges and what its sensor calls local', () => {
    const directory = newDirectory();
    const cloud = 'cloud' as typeof HQ;
    expect(directory.siteOf(cloud)).toMatchObject({ networks: null, timeZone: 'UTC' });
    expect(directory.isLocal(cloud, at('192.168.1.7'))).toBe(true);
    expect(directory.isLocal(cloud, at('198.51.100.7'))).toBe(false);
    expect(directory.isLocal(cloud, at('198.51.100.7', true))).toBe(true);
    expect(directory.isLocal(HQ, at('192.168.1.7', true))).toBe(false);
  });

  test('to look for a destination that never answered makes no device', () => {
    const directory = newDirectory();
    expect(directory.find(HQ, at('10.0.0.5'), T)).toBeNull();
    expect([...directory.entities()]).toEqual([]);
  });
});

describe('leases', () => {
  test('[ENT-3] two devices that swap an address do not swap their histories', () => {
    const directory = newDirectory();
    const one = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device;
    const two = directory.observeLease(lease('10.0.0.2', T, { mac: 'two' })).device;
    expect(one).not.toBe(two);
    const later = T + HOUR_MS;
    expect(directory.observeLease(lease('10.0.0.2', later, { mac: 'one' })).device).toBe(one);
    expect(directory.observeLease(lease('10.0.0.1', later, { mac: 'two' })).device).toBe(two);
    expect(directory.resolve(HQ, at('10.0.0.1'), later + 1)).toBe(two);
    expect(directory.resolve(HQ, at('10.0.0.2'), later + 1)).toBe(one);
    expect([...directory.entities()]).toHaveLength(2);
  });

  test('[ENT-14] a certificate that the inventory lists outweighs a lease, as long as it is shown', () => {
    const directory = newDirectory();
    const listed = entry('dev_portal', { kind: 'server', certificates: ['ab'.repeat(32)] });
    directory.applyInventory(inventory(T, listed));
    const stranger = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device;
    directory.observeCertificate(HQ, at('10.0.0.1'), 'AB:'.repeat(31) + 'AB', T + MINUTE_MS);
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 2 * MINUTE_MS)).toBe('dev_portal');
    directory.observeCertificate(HQ, at('10.0.0.2'), 'cd'.repeat(32), T + MINUTE_MS);
    expect(directory.find(HQ, at('10.0.0.2'), T + 2 * MINUTE_MS)).toBeNull();
    // The record of the time before it was shown, and of the time after, is the lease's device.
    expect(directory.resolve(HQ, at('10.0.0.1'), T)).toBe(stranger);
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 2 * HOUR_MS)).toBe(stranger);
  });

  test('[ENT-15] a certificate that an entry no longer lists proves nothing', () => {
    const directory = newDirectory();
    const certificates = ['ab'.repeat(32)];
    directory.applyInventory(inventory(T, entry('dev_portal', { certificates })));
    directory.applyInventory(inventory(T + MINUTE_MS, entry('dev_portal')));
    directory.observeCertificate(HQ, at('10.0.0.1'), certificates[0] ?? '', T + 2 * MINUTE_MS);
    expect(directory.find(HQ, at('10.0.0.1'), T + 3 * MINUTE_MS)).toBeNull();
  });

  test('[ENT-4] a late event is the device that had the address then', () => {
    const directory = newDirectory();
    const one = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device;
    const two = directory.observeLease(lease('10.0.0.1', T + HOUR_MS, { mac: 'two' })).device;
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 30 * MINUTE_MS)).toBe(one);
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 61 * MINUTE_MS)).toBe(two);
  });

  test('[ENT-5] a device known only by its address stays itself when a lease shows its MAC', () => {
    const directory = newDirectory();
    const found = directory.resolve(HQ, at('10.0.0.1'), T);
    expect(directory.observeLease(lease('10.0.0.1', T + 1, { mac: 'one' })).device).toBe(found);
    expect(directory.observeLease(lease('10.0.0.2', T + 2, { mac: 'one' })).device).toBe(found);
    const other = directory.observeLease(lease('10.0.0.1', T + HOUR_MS, { mac: 'two' })).device;
    expect(other).not.toBe(found);
    expect(directory.resolve(HQ, at('10.0.0.1'), T)).toBe(found);
  });

  test('a lease outweighs the inventory while it runs, and no longer', () => {
    const directory = newDirectory();
    directory.applyInventory(
      inventory(T, entry('dev_camera', { addresses: [a('10.0.0.1')], macs: ['mac-camera'] })),
    );
    const guest = directory.observeLease(lease('10.0.0.1', T, { mac: 'guest', leaseMs: HOUR_MS })).device;
    expect(guest).not.toBe('dev_camera');
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 1)).toBe(guest);
    expect(directory.resolve(HQ, at('10.0.0.1'), T + HOUR_MS)).toBe('dev_camera');
  });

  test('an expired lease is still the latest word where there is no better one', () => {
    const directory = newDirectory();
    directory.resolve(HQ, at('10.0.0.1'), T);
    directory.observeLease(lease('10.0.0.1', T + 1, { mac: 'one', leaseMs: 1 }));
    const two = directory.observeLease(lease('10.0.0.1', T + 2, { mac: 'two', leaseMs: 1 })).device;
    expect(directory.resolve(HQ, at('10.0.0.1'), T + DAY_MS)).toBe(two);
  });

  test('[ENT-6] in whatever order leases of different devices arrive, an address was the same device at each time', () => {
    const leases = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        leases.chain((times) =>
          fc.tuple(fc.constant(times), fc.shuffledSubarray(times, { minLength: times.length })),
        ),
        ([times, shuffled]) => {
          expect(whoWas(shuffled)).toEqual(whoWas(times));
        },
      ),
    );
  });
});

describe('MACs on connections', () => {
  test("[ENT-7] a router's MAC, seen with many addresses, joins none of them", () => {
    const directory = newDirectory();
    directory.observeLease(lease('10.0.0.1', T, { mac: 'router' }));
    const addresses = ['10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.4', '10.0.1.5'];
    for (const address of addresses) directory.resolve(HQ, at(address), T + 1, mac('router'));
    const devices = addresses.map((address) => directory.resolve(HQ, at(address), T + 2, mac('router')));
    expect(new Set(devices).size).toBe(addresses.length);
  });

  test('a MAC beside an external address is a gateway and proves nothing at once', () => {
    const directory = newDirectory();
    const gateway = directory.observeLease(lease('10.0.0.1', T, { mac: 'router' })).device;
    directory.resolve(HQ, at('203.0.113.9'), T, mac('router'));
    expect(directory.resolve(HQ, at('10.0.1.1'), T + 1, mac('router'))).not.toBe(gateway);
  });

  test('a device with a MAC of its own is followed to another address', () => {
    const directory = newDirectory();
    const id = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device;
    expect(directory.resolve(HQ, at('fd00::7'), T + 1, mac('one'))).toBe(id);
  });

  test('a MAC only seen on connections is a hint for the inventory', () => {
    const directory = newDirectory();
    const found = directory.resolve(HQ, at('10.0.0.1'), T, mac('camera'));
    const outcome = directory.applyInventory(inventory(T, entry('dev_camera', { macs: ['mac-camera'] })));
    expect(outcome.merged).toEqual([{ from: found, into: 'dev_camera' }]);
    expect(directory.resolve(HQ, at('10.0.0.1'), T + 1)).toBe('dev_camera');
  });
});

describe('randomised MACs', () => {
  test('[ENT-8] a randomised MAC alone never makes an enrolled device', () => {
    const directory = newDirectory();
    const before = directory.observeLease(lease('10.0.0.1', T, { mac: 'random-1' })).device;
    directory.applyInventory(
      inventory(T + 1, entry('dev_phone', { macs: ['mac-random-1'], hostNames: ['host-phone'] })),
    );
    expect(directory.canonical(before as EntityId)).toBe(before);
    const after = directory.observeLease(lease('10.0.0.2', T + 2, { mac: 'random-1' })).device;
    expect(directory.profile(after as EntityId)?.enrolment.state).toBe('discovered');
    expect(directory.observeLease(lease('10.0.0.3', T + 3, { mac: 'random-1', host: 'phone' })).device).toBe(
      'dev_phone',
    );
  });

  test('a host name joins the changing MACs of one machine until two machines turn out to carry it', () => {
    const directory = newDirectory();
    const phone = directory.observeLease(lease('10.0.0.1', T, { mac: 'random-1', host: 'phone' })).device;
    expect(
      directory.observeLease(lease('10.0.0.2', T + DAY_MS, { mac: 'random-2', host: 'phone' })).device,
    ).toBe(phone);
    directory.observeLease(lease('10.0.0.1', T + DAY_MS + 1, { mac: 'random-1', host: 'phone' }));
    const other = directory.observeLease(
      lease('10.0.0.2', T + DAY_MS + 2, { mac: 'random-2', host: 'phone' }),
    ).device;
    expect(other).not.toBe(phone);
    expect(
      directory.observeLease(lease('10.0.0.9', T + DAY_MS + 3, { mac: 'random-3', host: 'phone' })).device,
    ).not.toBe(phone);
  });

  test('a host name does not join machines with MACs of their own', () => {
    const directory = newDirectory();
    const one = directory.observeLease(lease('10.0.0.1', T, { mac: 'one', host: 'pc' })).device;
    expect(directory.observeLease(lease('10.0.0.2', T, { mac: 'two', host: 'pc' })).device).not.toBe(one);
  });
});

describe('shared addresses', () => {
  test('[ENT-9] a declared NAT or VPN address is an entity of its own, whoever leases it', () => {
    const directory = newDirectory();
    const person = directory.observeLease(lease('10.0.0.1', T, { mac: 'one' })).device;
    const vpn = directory.observeLease(lease('10.9.0.4', T, { mac: 'one' })).device;
    expect(vpn).not.toBe(person);
    expect(directory.profile(vpn as EntityId)?.shared).toBe('declared');
    expect(directory.resolve(HQ, at('10.9.0.4'), T, mac('one'))).toBe(vpn);
    directory.applyInventory(
      inventory(T, entry('dev_gateway', { addresses: [a('10.0.0.254')], roles: ['nat'] })),
    );
    expect(directory.profile('dev_gateway')?.shared).toBe('declared');
  });

  test('[ENT-10] many people signing in from one address within a day make it suspected, volume never does', () => {
    const directory = newDirectory();
    const id = directory.resolve(HQ, at('10.0.0.7'), T);
    if (id === null) throw new Error('must resolve');
    for (let i = 0; i < 10_000; i++) directory.resolve(HQ, at('10.0.0.7'), T + i);
    for (let i = 0; i < 7; i++) signIn(i, T);
    expect(directory.profile(id)?.shared).toBe('no');
    signIn(7, T + 2 * DAY_MS);
    expect(directory.profile(id)?.shared).toBe('no');
    for (let i = 0; i < 8; i++) signIn(i, T + 2 * DAY_MS);
    expect(directory.profile(id)?.shared).toBe('suspected');

    function signIn(person: number, time: number): void {
      const user = directory.userOf(account(`p${person}`), HQ, time);
      if (user !== null && id !== null) directory.noteActive(user, id, time);
    }
  });

  test('two clients of one proxy, or four host names at one address, make it suspected', () => {
    const directory = newDirectory();
    const proxy = directory.resolve(HQ, at('10.0.0.8'), T);
    for (const client of ['10.0.0.1', '10.0.0.2']) {
      const asking = directory.resolve(HQ, at(client), T);
      if (proxy !== null && asking !== null) directory.noteProxyUse(proxy, asking, T);
    }
    expect(directory.profile(proxy as EntityId)?.shared).toBe('suspected');
    const nat = directory.resolve(HQ, at('10.0.0.9'), T);
    for (const name of ['a', 'b', 'c', 'd']) directory.observeHost(host('10.0.0.9', T, { host: name }));
    expect(directory.profile(nat as EntityId)?.shared).toBe('suspected');
  });
});

describe('users', () => {
  test('[ENT-11] a user has an opaque id from first sight, a machine account none', () => {
    const directory = newDirectory();
    expect(directory.userOf(account('pc$', 'machine'), HQ, T)).toBeNull();
    expect(directory.userOf(account('sarah'), HQ, T)).toBe('usr_0');
    expect(directory.userOf(account('backup', 'service'), PLANT, T)).toBe('usr_1');
    expect(directory.userOf(account('sarah'), PLANT, T + 1)).toBe('usr_0');
    expect(directory.userByFingerprint(account('sarah').fingerprint)).toBe('usr_0');
    expect(directory.userByFingerprint(hostName('nobody'))).toBeNull();
    expect(directory.profile('usr_1')).toMatchObject({ type: 'user', kind: 'service', site: PLANT });
  });

  test('a user is on the devices of the last 14 days', () => {
    const directory = newDirectory();
    const user = directory.userOf(account('sarah'), HQ, T);
    const device = directory.resolve(HQ, at('10.0.0.1'), T);
    if (user === null || device === null) throw new Error('must resolve');
    directory.noteActive(user, device, T);
    expect(directory.devicesOf(user, T + 14 * DAY_MS - 1)).toEqual([device]);
    expect(directory.devicesOf(user, T + 14 * DAY_MS)).toEqual([]);
  });
});

describe('an attacker who invents machines', () => {
  test('[ENT-13] beyond the bound they are counted, and those that are known stay known', () => {
    const devices = new Devices((kind, site, key) => `dev_${kind}.${site}.${key}`, new Revision(), 2);
    const first = devices.discover('address', HQ, '10.0.0.1');
    devices.discover('address', HQ, '10.0.0.2');
    expect(devices.discover('address', HQ, '10.0.0.3')).toBeNull();
    expect(devices.overflow).toBe(1);
    expect(devices.discover('address', HQ, '10.0.0.1')).toBe(first);
    expect(devices.declare('dev_camera', HQ).id).toBe('dev_camera');
  });

  test('what is remembered of one address is bounded, and never pushes out the inventory', () => {
    const devices = new Devices((kind, site, key) => `dev_${kind}.${site}.${key}`, new Revision());
    const bindings = new Bindings(devices, new Revision());
    const camera = devices.declare('dev_camera', HQ);
    bindings.claim(a('10.0.0.1'), camera, 'inventory', 0, null);
    for (let i = 1; i < 1_000; i++) {
      bindings.claim(a('10.0.0.1'), devices.declare(`dev_${i}`, HQ), 'lease', i, i + 1);
    }
    expect(bindings.holder(a('10.0.0.1'), 999)?.id).toBe('dev_999');
    expect(bindings.holder(a('10.0.0.1'), 5_000)).toBe(camera);
    const said = new PlainState();
    bindings.save(said);
    expect(said.said).toMatchObject({ claims: { rows: { end: LIMITS.bindingsPerAddress } } });
  });
});

describe('the same calls', () => {
  test('[ENT-12] give the same snapshot, and it is plain JSON', () => {
    const step = fc.record({
      address: fc.integer({ min: 1, max: 6 }).map((n) => `10.0.0.${n}`),
      mac: fc.constantFrom('one', 'two', 'random-1', 'random-2'),
      host: fc.constantFrom(undefined, 'pc', 'phone'),
      time: fc.integer({ min: T, max: T + 3 * DAY_MS }),
      how: fc.constantFrom('lease', 'connection', 'host'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = () => {
          const directory = newDirectory();
          for (const { address, mac: m, host: h, time, how } of steps) {
            const by = h === undefined ? { mac: m } : { mac: m, host: h };
            if (how === 'lease') directory.observeLease(lease(address, time, by));
            if (how === 'host') directory.observeHost(host(address, time, by));
            const id = directory.resolve(HQ, at(address), time, mac(m));
            if (id === null) throw new Error('a local address must resolve');
            expect(directory.canonical(id)).toBe(id);
            directory.seen(id, time);
          }
          return directory.snapshot();
        };
        const snapshot = run();
        expect(run()).toEqual(snapshot);
        expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
      }),
      { numRuns: 50 },
    );
  });
});
