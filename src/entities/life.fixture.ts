import fc from 'fast-check';
import type { Address, DeviceId, EntityId, EntityProfile, InventoryReport, Sealed } from '../model/index.ts';
import { DAY_MS, HOUR_MS } from '../model/index.ts';
import type { Directory } from './directory.ts';
import { account, at, entry, host, hostName, HQ, inventory, lease, mac, PLANT } from './directory.fixture.ts';

/** What may happen to a directory, at random: for properties that hold whatever happens. */
const CLOUD = 'cloud' as typeof HQ;
const SITES = [HQ, PLANT, CLOUD];
export const START = Date.UTC(2026, 4, 21, 9);

/** Few, so that devices meet: private, shared, somebody's broadcast, nobody's, elsewhere, and IPv6. */
const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.3',
  '10.0.0.4',
  '10.0.0.5',
  '10.9.0.4',
  '10.0.0.255',
  '203.0.113.9',
  '203.0.113.10',
  '224.0.0.251',
  'fd00::7',
];
const MACS = ['one', 'two', 'three', 'router', 'random-1', 'random-2'];
const HOSTS = [undefined, 'pc', 'phone'];

/** Mostly the first ones, so that something comes of it. */
const mostly = <T>(few: readonly T[], seldom: readonly T[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...few) },
    { weight: 1, arbitrary: fc.constantFrom(...seldom) },
  );
const address = mostly(['10.0.0.1', '10.0.0.2', '10.0.0.3'], ADDRESSES);
const anyAddress = fc.constantFrom(...ADDRESSES);
const macName = mostly(['one', 'random-1', 'random-2'], MACS);
const hostOf = fc.constantFrom(...HOSTS);
const site = mostly([HQ, CLOUD], SITES);
/** Devices that there may be: by what they may be discovered, and from the inventory. */
const DEVICES: readonly DeviceId[] = [
  'dev_address.hq.10.0.0.1',
  'dev_mac.hq.mac-one',
  'dev_camera',
  'dev_address.cloud.10.0.0.2',
];
const device = fc.constantFrom(...DEVICES);
const person = fc.nat(9);
/** Both ways, often close together, sometimes days apart. */
const time = fc.oneof(
  fc.integer({ min: START, max: START + 2 * HOUR_MS }),
  fc.integer({ min: START, max: START + 4 * DAY_MS }),
);

const talk = fc.record({
  kind: fc.constant('talk'),
  site,
  from: address,
  to: anyAddress,
  mac: fc.option(macName),
  local: fc.constantFrom(null, true, false),
  time,
});
export type Talk = typeof talk extends fc.Arbitrary<infer T> ? T : never;

const changes = fc.oneof(
  fc.record({
    kind: fc.constant('lease'),
    site,
    address: fc.oneof({ weight: 4, arbitrary: address }, { weight: 1, arbitrary: anyAddress }),
    mac: fc.option(macName, { nil: undefined }),
    host: hostOf,
    time,
    leaseMs: fc.constantFrom(null, 1, HOUR_MS),
  }),
  fc.record({ kind: fc.constant('host'), address, mac: fc.option(macName), host: hostOf, time }),
  fc.record({
    kind: fc.constant('report'),
    address: fc.option(address),
    mac: macName,
    model: fc.nat(1),
    time,
  }),
  fc.record({ kind: fc.constant('certificate'), site, address, time }),
  fc.record({ kind: fc.constant('signIn'), person, who: device, time }),
  fc.record({ kind: fc.constantFrom('merge', 'split'), from: device, into: device }),
  fc.record({ kind: fc.constant('enrol'), who: device, time }),
  fc.record({
    kind: fc.constant('inventory'),
    time,
    entries: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('camera', 'portal', 'phone'),
        site,
        addresses: fc.uniqueArray(address, { maxLength: 2 }),
        macs: fc.uniqueArray(macName, { maxLength: 2 }),
        hosts: fc.uniqueArray(fc.constantFrom('pc', 'phone'), { maxLength: 1 }),
        certificate: fc.boolean(),
      }),
      { maxLength: 2, selector: ({ name }) => name },
    ),
  }),
  fc.record({ kind: fc.constant('configure'), shared: fc.constantFrom('10.9.0.0/24', '10.0.0.4/32') }),
);
type Change = typeof changes extends fc.Arbitrary<infer T> ? T : never;

export type Step = Talk | Change;
export const life = fc.array(fc.oneof({ weight: 1, arbitrary: talk }, { weight: 1, arbitrary: changes }), {
  maxLength: 60,
  size: 'max',
});

/** What happens, but for conversations: each test has its own way to take those. */
export function happen(directory: Directory, step: Change): void {
  switch (step.kind) {
    case 'lease':
      directory.observeLease(lease(step.address, step.time, given(step)));
      return;
    case 'host':
      directory.observeHost(
        host(step.address, step.time, given({ host: step.host, mac: step.mac ?? undefined })),
      );
      return;
    case 'report':
      directory.observeInventoryReport(report(step.address, step.mac, step.model, step.time));
      return;
    case 'certificate':
      directory.observeCertificate(step.site, at(step.address), 'ab'.repeat(32), step.time);
      return;
    case 'signIn': {
      const user = directory.userOf(account(`p${step.person}`), HQ, step.time);
      if (user !== null) directory.noteActive(user, step.who, step.time);
      return;
    }
    case 'merge':
    case 'split':
      directory[step.kind]({ from: step.from, into: step.into });
      return;
    case 'enrol':
      directory.enrol({ kind: 'enrol', at: step.time, entities: [step.who], actor: 'test', reason: null });
      return;
    case 'inventory':
      directory.applyInventory(inventory(step.time, ...step.entries.map(entryOf)));
      return;
    case 'configure': {
      const configured = { ...directory.siteOf(HQ), shared: [step.shared] };
      directory.configure({ tenant: 'acme', sites: [configured], domains: {} });
    }
  }
}

/** Everything that anybody may ask, but for when entities were seen. */
export function allAnswers(directory: Directory): unknown {
  const times = [0, 1, 30, 61, 24 * 60, 3 * 24 * 60].map((minutes) => START + minutes * 60_000);
  return {
    found: SITES.map((where) =>
      ADDRESSES.map((each) => [
        directory.isLocal(where, at(each)),
        directory.isLocal(where, at(each, true)),
        ...times.map((when) => directory.find(where, at(each), when)),
      ]),
    ),
    profiles: [...directory.entities()].map((id) => ({ ...directory.profileNow(id), ...UNSEEN })),
  };
}

/** Profiles as they stand, by id. */
export function profilesOf(directory: Directory): ReadonlyMap<EntityId, EntityProfile | null> {
  return new Map([...directory.entities()].map((id) => [id, directory.profileNow(id)]));
}

const UNSEEN = { firstSeen: null, lastSeen: null };

function given<T extends object>(facts: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function report(where: string | null, by: string, model: number, when: number): InventoryReport<Sealed> {
  const { provenance } = lease('10.0.0.1', when, {});
  return {
    kind: 'inventory',
    time: when,
    provenance,
    address: where as Address | null,
    mac: mac(by),
    hostName: null,
    deviceKind: null,
    manufacturer: null,
    model: `model ${model}`,
    firmware: null,
  };
}

function entryOf(facts: {
  name: string;
  site: typeof HQ;
  addresses: readonly string[];
  macs: readonly string[];
  hosts: readonly string[];
  certificate: boolean;
}) {
  return entry(`dev_${facts.name}`, {
    site: facts.site,
    addresses: facts.addresses as Address[],
    macs: facts.macs.map((name) => mac(name).fingerprint),
    hostNames: facts.hosts.map(hostName),
    ...(facts.certificate ? { certificates: ['ab'.repeat(32)] } : {}),
  });
}
