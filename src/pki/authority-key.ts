import { createECDH, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { PkiError } from './problems.ts';
import { ECDSA_SHA256, keyFacts, RSA_SHA256 } from './signature.ts';

/** The order of P-256 begins with 32 bits of ones: a number that begins with a zero bit is below it. */
const KEY_BYTES = 32;

export type Random = (bytes: number) => Uint8Array;

/** An authority's key, wherever it is: whoever issues needs its signatures, and never the key itself. */
export interface AuthorityKey {
  readonly publicKey: KeyObject;
  /** SHA-256 with RSA (PKCS#1 v1.5) or ECDSA (DER), by the kind of key. */
  sign(data: Uint8Array): Promise<Buffer>;
}

/** A key that is held in this process. */
export function heldKey(key: KeyObject): AuthorityKey {
  return { publicKey: createPublicKey(key), sign: async (data) => sign('sha256', data, key) };
}

/** The object identifier of what such a key signs with. @throws PkiError for one that is weak, or of another kind */
export function algorithmOf({ publicKey }: AuthorityKey): string {
  const { type, isWeak } = keyFacts(publicKey);
  if (isWeak || (type !== 'ec' && type !== 'rsa'))
    throw new PkiError("An authority's key is of an elliptic curve, or RSA of 2048 bits or more");
  return type === 'ec' ? ECDSA_SHA256 : RSA_SHA256;
}

/** A signature that holds: what signs elsewhere may fail in ways of its own, and it is nobody's fault who asked. */
export async function signedBy(key: AuthorityKey, data: Uint8Array): Promise<Buffer> {
  const signature = await key.sign(data);
  if (!verify('sha256', data, key.publicKey, signature))
    throw new Error("what signs for the authority gave a signature that is not of the authority's key");
  return signature;
}

/** A new key on P-256, from the chance that is given. */
export function newKey(random: Random): KeyObject {
  const secret = Buffer.from(random(KEY_BYTES));
  secret[0] = (secret[0] ?? 0) & 0x7f;
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  const point = curve.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: secret.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}
