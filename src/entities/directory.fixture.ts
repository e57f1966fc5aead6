import type {
  Address,
  AddressLease,
  DeviceId,
  Endpoint,
  Fingerprint,
  Fleet,
  HostSeen,
  InventoryEntry,
  InventoryRecord,
  Sealed,
  SealedAccount,
  SealedMac,
  SensorId,
  SiteId,
  UserId,
} from '../model/index.ts';
import { Directory } from './directory.ts';

/** A small site for this room's tests: ids that can be read, and events with only what a test is about. */
export const HQ = 'hq' as SiteId;
export const PLANT = 'plant' as SiteId;

const fleet: Fleet = {
  tenant: 'acme',
  sites: [HQ, PLANT].map((id) => ({
    id,
    networks: ['10.0.0.0/8', 'fd00::/8'],
    timeZone: 'UTC',
    workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
    shared: ['10.9.0.0/24'],
  })),
  domains: {},
};

export function newDirectory(): Directory {
  const directory = new Directory({
    deviceIdFrom: (kind, site, key): DeviceId => `dev_${kind}.${site}.${key.replaceAll(':', '-')}`,
    userIdFrom: (ordinal): UserId => `usr_${ordinal}`,
  });
  directory.configure(fleet);
  return directory;
}

export function at(address: string, local: boolean | null = null): Endpoint {
  return { address: address as Address, port: null, local };
}

export function mac(name: string): SealedMac {
  return { fingerprint: `mac-${name}` as Fingerprint, vendor: name.startsWith('random') ? null : 'ac:cc:8e' };
}

export function hostName(name: string): Fingerprint {
  return `host-${name}` as Fingerprint;
}

export function account(name: string, nature: SealedAccount['nature'] = 'person'): SealedAccount {
  return { fingerprint: `account-${name}` as Fingerprint, nature };
}

function provenance(site: SiteId) {
  return { site, sensor: 'sensor' as SensorId, uid: null, communityId: null };
}

export interface LeaseOf {
  readonly mac?: string;
  readonly host?: string;
  readonly site?: SiteId;
  readonly leaseMs?: number | null;
}

export function lease(address: string, time: number, by: LeaseOf): AddressLease<Sealed> {
  return {
    kind: 'lease',
    time,
    provenance: provenance(by.site ?? HQ),
    address: address as Address,
    mac: by.mac === undefined ? null : mac(by.mac),
    hostName: by.host === undefined ? null : hostName(by.host),
    leaseMs: by.leaseMs ?? null,
  };
}

export function host(address: string, time: number, by: Pick<LeaseOf, 'mac' | 'host'>): HostSeen<Sealed> {
  const seen = { kind: 'host', time, provenance: provenance(HQ), host: at(address) } as const;
  return {
    ...seen,
    ...(by.mac === undefined ? {} : { mac: mac(by.mac) }),
    ...(by.host === undefined ? {} : { hostName: hostName(by.host) }),
  };
}

export function entry(id: InventoryEntry['id'], facts: Partial<InventoryEntry> = {}): InventoryEntry {
  return {
    id,
    site: HQ,
    kind: 'ip_camera',
    name: null,
    manufacturer: null,
    model: null,
    firmware: null,
    addresses: [],
    macs: [],
    hostNames: [],
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: null,
    workloads: [],
    ...facts,
  };
}

export function inventory(time: number, ...entries: readonly InventoryEntry[]): InventoryRecord {
  return { kind: 'inventory', at: time, entries, actor: 'test' };
}
