import { type KeyObject, verify } from 'node:crypto';
import { PkiError } from './problems.ts';

const HASHES: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.2': 'md2',
  '1.2.840.113549.1.1.4': 'md5',
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10040.4.3': 'sha1',
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  // Ed25519 and Ed448 hash within (RFC 8410).
  '1.3.101.112': null,
  '1.3.101.113': null,
};
const BROKEN = new Set(['md2', 'md5', 'sha1']);

export const RSA_SHA256 = '1.2.840.113549.1.1.11';
export const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

/** NIST SP 800-57 Part 1 Rev. 5, table 2: 112 bits of strength. */
const LEAST_BITS = { rsa: 2_048, 'rsa-pss': 2_048, dsa: 2_048 };
const LEAST_CURVE_BITS = 224;
const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp256k1: 256,
  secp224r1: 224,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
};

export function isBrokenHash(algorithm: string): boolean {
  return BROKEN.has(HASHES[algorithm] ?? '');
}

/** Whether bytes were signed by the owner of a key, with an algorithm that is known here. */
export function isSignedBy(
  key: KeyObject,
  algorithm: string,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const hash = HASHES[algorithm];
  if (hash === undefined || hash === 'md2') return false;
  try {
    return verify(hash, data, key, signature);
  } catch {
    return false;
  }
}

export interface KeyFacts {
  readonly type: string;
  readonly bits: number | null;
  readonly isWeak: boolean;
}

/** Beyond these a check of one signature takes a large part of a second, and no honest key has so much. */
const MOST_BITS = 8_192;
const MOST_EXPONENT = 2n ** 64n;

/** @throws PkiError for a key that is made to cost whoever checks with it */
export function refuseCostly({ asymmetricKeyDetails }: KeyObject): void {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  if (modulusLength > MOST_BITS) throw new PkiError(`A key has more than ${MOST_BITS} bits`);
  if (publicExponent >= MOST_EXPONENT) throw new PkiError('A key has an exponent of more than 64 bits');
}

/** A key of a kind or curve that is not known here counts as weak: nobody vouches for it. */
export function keyFacts(key: KeyObject): KeyFacts {
  const type = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (type === 'ed25519' || type === 'ed448')
    return { type, bits: type === 'ed448' ? 448 : 256, isWeak: false };
  if (type === 'ec') {
    const bits = CURVE_BITS[namedCurve ?? ''] ?? null;
    return { type, bits, isWeak: bits === null || bits < LEAST_CURVE_BITS };
  }
  const least = Object.hasOwn(LEAST_BITS, type) ? LEAST_BITS[type as keyof typeof LEAST_BITS] : Infinity;
  return { type, bits: modulusLength ?? null, isWeak: (modulusLength ?? 0) < least };
}
