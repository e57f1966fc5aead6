import type { EntityId } from '../model/index.ts';

/** The partition of an entity: FNV-1a of its id, the same on every machine and for ever. */
export function partitionOf<T>(id: EntityId, partitions: readonly T[]): T {
  const [only] = partitions;
  if (partitions.length === 1 && only !== undefined) return only;
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  const partition = partitions[(hash >>> 0) % partitions.length];
  if (partition === undefined) throw new RangeError('an engine has at least one partition');
  return partition;
}
