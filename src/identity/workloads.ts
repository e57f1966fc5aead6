import type { Engine } from '../engine/index.ts';
import type { DeviceId, EntityId } from '../model/index.ts';
import type { Prover } from '../trust/index.ts';

/** A workload that is its own machine has a device id of the same name. */
export function machineOf({ directory }: Engine, id: EntityId): DeviceId | null {
  const device = `dev_${id.slice(4)}` as const;
  return directory.profile(device) === null ? null : device;
}

/** Whom the inventory names by a SPIFFE ID, letter by letter; nothing else makes a workload known. */
export function workloadOf(engine: Engine, spiffeId: string): Prover | null {
  const id = engine.directory.inventory.namedBy(spiffeId);
  if (id === null) return null;
  return id.startsWith('dev_') ? machineOf(engine, id) : proverOf(engine, id);
}

/** Who proves a key under an id: a server's workload is its machine. */
export function proverOf({ directory }: Engine, id: EntityId): Prover | null {
  const entity = directory.canonical(id);
  return entity.startsWith('usr_') || directory.profile(entity) === null ? null : (entity as Prover);
}
