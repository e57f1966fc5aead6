import type { StateReader, StateWriter, UserId, WorkloadId } from '../model/index.ts';
import { Aliases } from './aliases.ts';
import type { Workload } from './device.ts';
import { LastImport } from './last-import.ts';
import type { DeviceIdFrom } from './devices.ts';
import { Devices } from './devices.ts';
import { Places } from './places.ts';
import type { Revision } from './revision.ts';
import { Sharing } from './sharing.ts';
import { PooledTexts, TextPool } from './text-pool.ts';
import { Users } from './users.ts';

/** Keyed hashes made outside, so that ids reveal nothing and no key lives here. */
export interface DirectoryKeys {
  readonly deviceIdFrom: DeviceIdFrom;
  /** The opaque id of the n-th user, counted from 0. */
  readonly userIdFrom: (ordinal: number) => UserId;
}

/** All that the directory knows: everything else of it follows from this and the rules. */
export interface Population {
  readonly devices: Devices;
  readonly users: Users;
  readonly workloads: Map<WorkloadId, Workload>;
  readonly aliases: Aliases;
  readonly sharing: Sharing;
  readonly places: Places;
  readonly lastImport: LastImport;
}

export function newPopulation({ deviceIdFrom, userIdFrom }: DirectoryKeys, revision: Revision): Population {
  const devices = new Devices(deviceIdFrom, revision);
  return {
    devices,
    users: new Users(userIdFrom, revision),
    workloads: new Map(),
    aliases: new Aliases(revision),
    sharing: new Sharing(),
    places: new Places(devices, revision),
    lastImport: new LastImport(devices),
  };
}

export function savePopulation(population: Population, to: StateWriter): void {
  const { devices, users, workloads, aliases, sharing, places, lastImport } = population;
  const texts = new TextPool();
  devices.save(to.part('devices'));
  places.save(to.part('places'), texts);
  users.save(to.part('users'));
  to.records('workloads', workloads.values());
  aliases.save(to.part('aliases'));
  sharing.save(to.part('sharing'));
  lastImport.save(to.part('last_import'));
  texts.save(to.part('texts'));
}

/** Into a new, empty one. Devices come first: the others name them. */
export function loadPopulation(population: Population, from: StateReader): void {
  const { devices, users, workloads, aliases, sharing, places, lastImport } = population;
  const texts = new PooledTexts(from.part('texts'));
  devices.load(from.part('devices'), texts);
  places.load(from.part('places'), texts);
  users.load(from.part('users'));
  for (const workload of from.records('workloads') as Iterable<Workload>) {
    workloads.set(workload.id, { ...workload });
  }
  aliases.load(from.part('aliases'));
  sharing.load(from.part('sharing'), devices);
  if (from.has('last_import')) lastImport.load(from.part('last_import'));
}
