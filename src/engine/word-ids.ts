import { createHash } from 'node:crypto';
import {
  base32,
  type MaintenanceId,
  type MaintenanceRecord,
  type SuppressionId,
  type SuppressRecord,
} from '../model/index.ts';

const ID_CHARACTERS = 10;

/** From what was said, when and by whom: the same word said again at the same instant is the same suppression. */
export function suppressionId({ at, scope, owner, expiresAt, actor }: SuppressRecord): SuppressionId {
  const { entity, tag, type, destination, port } = scope;
  return `sup_${idOf(at, entity, tag, type, destination, port, owner, expiresAt, actor)}`;
}

export function maintenanceId({ at, scope, from, to, actor }: MaintenanceRecord): MaintenanceId {
  const { site, tag, entity } = scope;
  return `mnt_${idOf(at, site, tag, entity, from, to, actor)}`;
}

function idOf(...said: readonly (string | number | null)[]): string {
  return base32(createHash('sha256').update(JSON.stringify(said)).digest(), ID_CHARACTERS);
}
