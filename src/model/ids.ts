/**
 * Identifiers. Each is a branded string: a plain string cannot stand where an id is meant.
 * Ids derive from the journal or from keyed hashes, never from chance (contract §3, Determinism).
 */
export type DeviceId = `dev_${string}`;
export type UserId = `usr_${string}`;
export type WorkloadId = `wkl_${string}`;
export type EntityId = DeviceId | UserId | WorkloadId;
export type AnomalyId = `ano_${string}`;
export type IncidentId = `inc_${string}`;
export type PolicyId = `pol_${string}`;
export type SuppressionId = `sup_${string}`;
export type MaintenanceId = `mnt_${string}`;
export type AttestationId = `att_${string}`;
export type ExceptionId = `exc_${string}`;

declare const brand: unique symbol;
export type Branded<T, B extends string> = T & { readonly [brand]: B };

export type SiteId = Branded<string, 'SiteId'>;
export type SensorId = Branded<string, 'SensorId'>;
export type FeedId = Branded<string, 'FeedId'>;

/** A site or sensor or feed name: letters, digits, `.`, `_`, `-`; at most 64 characters. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** What may follow the prefix of an operator's own id, e.g. `dev_camera_floor3_east`. */
const ENTITY_ID_PATTERN = /^(?:dev|usr|wkl)_[a-z0-9][a-z0-9_.-]{0,95}$/;
export const POLICY_ID_PATTERN = /^pol_[a-z0-9][a-z0-9_.-]{0,95}$/;

export function isEntityId(text: string): text is EntityId {
  return ENTITY_ID_PATTERN.test(text);
}

export function isDeviceId(id: EntityId): id is DeviceId {
  return entityTypeOf(id) === 'device';
}

export function entityTypeOf(id: EntityId): 'device' | 'user' | 'workload' {
  if (id.startsWith('dev_')) return 'device';
  return id.startsWith('usr_') ? 'user' : 'workload';
}

/** Crockford's base 32: no I, L, O, U, so that a person can read an id aloud. */
const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** `length` base-32 characters (5 bits each) from the first bytes of a digest. */
export function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += CROCKFORD[(buffer >>> bits) & 31] ?? '';
      if (text.length === length) return text;
    }
  }
  throw new RangeError(`base32: ${bytes.length} bytes do not give ${length} characters`);
}
