import type { KeyObject } from 'node:crypto';
import type { Agreement, Round } from '../../model/index.ts';
import { ByteReader, nameBytes, u48 } from './byte-reader.ts';
import { Refused } from './refused.ts';
import { isSigned, signed, SIGNATURE_BYTES } from './signing.ts';

const MAGIC = 'SFC1';
export const MOST_ASKING_BYTES = 256;

/**
 * The key holder's asking to close a round and hand over its aggregate. Repeated, by whomever, it gives the same
 * aggregate, which is of no use without the secret key.
 */
export function askingBytes(
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
export function readAsking(
  bytes: Uint8Array,
  { tenant, keyId, releaseKeyObject }: Pick<Agreement, 'tenant' | 'keyId'> & { releaseKeyObject: KeyObject },
): Round {
  if (bytes.length > MOST_ASKING_BYTES || bytes.length < SIGNATURE_BYTES) throw new Refused('size');
  const message = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  const reader = new ByteReader(bytes);
  reader.expect(MAGIC);
  if (reader.name() !== tenant) throw new Refused('tenant');
  if (reader.hex(16) !== keyId) throw new Refused('key');
  const round = reader.u48();
  const signature = reader.take(SIGNATURE_BYTES);
  reader.end();
  if (!isSigned('close', message, signature, releaseKeyObject)) throw new Refused('signature');
  return round;
}
