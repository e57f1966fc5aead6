import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What is signed begins with what it is: a signature under one never counts under another. */
type Purpose = 'report' | 'close' | 'release';

export const SIGNATURE_BYTES = 64;

/** Ed25519 (RFC 8032). */
export function signed(purpose: Purpose, message: Uint8Array, key: KeyObject): Buffer {
  return sign(null, framed(purpose, message), key);
}

export function isSigned(
  purpose: Purpose,
  message: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
): boolean {
  return signature.length === SIGNATURE_BYTES && verify(null, framed(purpose, message), key, signature);
}

function framed(purpose: Purpose, message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`stance fleet statistics 1 ${purpose}\n`), message]);
}

/** @throws TypeError for what is no Ed25519 key, SPKI in base 64 */
export function readPublicKey(text: string): KeyObject {
  return ed25519(() => createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' }));
}

/** @throws TypeError for what is no Ed25519 key, PKCS #8 in base 64 */
export function readPrivateKey(text: string): KeyObject {
  return ed25519(() => createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' }));
}

/** Of a public key, or of the one that belongs to a private key. */
export function publicKeyText(key: KeyObject): string {
  const own = key.type === 'private' ? createPublicKey(key) : key;
  return own.export({ format: 'der', type: 'spki' }).toString('base64');
}

export function privateKeyText(key: KeyObject): string {
  return key.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

function ed25519(read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw new TypeError('an Ed25519 key is needed, and this is no key', { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`an Ed25519 key is needed, this one is ${String(key.asymmetricKeyType)}`);
  return key;
}
