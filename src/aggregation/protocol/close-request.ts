import type { KeyObject } from 'node:crypto';
import type { Agreement, Round } from '../../model/index.ts';
import type { KnownAgreement } from './agreement.ts';
import { ByteReader, MOST_NAME_BYTES, nameBytes, u48, U48_BYTES } from './byte-reader.ts';
import { KEY_ID_BYTES } from './parameters.ts';
import { Refused } from './refused.ts';
import { isSigned, signed, SIGNATURE_BYTES } from './signing.ts';

const MAGIC = 'SFC1';
export const MOST_CLOSE_REQUEST_BYTES =
  MAGIC.length + MOST_NAME_BYTES + KEY_ID_BYTES + U48_BYTES + SIGNATURE_BYTES;

/**
 * The key holder's request to close a round and hand over its aggregate. Repeated, by whomever, it gives the same
 * aggregate, which is of no use without the secret key.
 */
export function closeRequestBytes(
  { tenant, keyId }: Pick<Agreement, 'tenant' | 'keyId'>,
  round: Round,
  key: KeyObject,
): Buffer {
  const message = Buffer.concat([
    Buffer.from(MAGIC),
    nameBytes(tenant),
    Buffer.from(keyId, 'hex'),
    u48(round),
  ]);
  return Buffer.concat([message, signed('close', message, key)]);
}

/** @throws Refused */
export function readCloseRequest(
  bytes: Uint8Array,
  { tenant, keyId, releaseKeyObject }: KnownAgreement,
): Round {
  if (bytes.length > MOST_CLOSE_REQUEST_BYTES || bytes.length < SIGNATURE_BYTES) throw new Refused('size');
  const message = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  const reader = new ByteReader(bytes);
  reader.expect(MAGIC);
  if (reader.name() !== tenant) throw new Refused('tenant');
  if (reader.hex(KEY_ID_BYTES) !== keyId) throw new Refused('key');
  const round = reader.u48();
  const signature = reader.take(SIGNATURE_BYTES);
  reader.end();
  if (!isSigned('close', message, signature, releaseKeyObject)) throw new Refused('signature');
  return round;
}
