import { constants, type KeyObject, verify } from 'node:crypto';
import type { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { PkiError } from './problems.ts';
import { pssParameters, RSA_PSS } from './pss.ts';

/**
 * How signatures are made, as far as nobody knows how to forge one (NIST SP 800-131A Rev. 2 §9): the list is of what is
 * good, and whatever is not on it is not believed. `null` where the scheme hashes within (Ed25519 and Ed448, RFC 8410).
 */
const SCHEMES: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.14': 'sha224',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '2.16.840.1.101.3.4.3.14': 'sha3-256',
  '2.16.840.1.101.3.4.3.15': 'sha3-384',
  '2.16.840.1.101.3.4.3.16': 'sha3-512',
  '1.2.840.10045.4.3.1': 'sha224',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '2.16.840.1.101.3.4.3.10': 'sha3-256',
  '2.16.840.1.101.3.4.3.11': 'sha3-384',
  '2.16.840.1.101.3.4.3.12': 'sha3-512',
  // DSA
  '2.16.840.1.101.3.4.3.1': 'sha224',
  '2.16.840.1.101.3.4.3.2': 'sha256',
  '1.3.101.112': null,
  '1.3.101.113': null,
};

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

/** How to check a signature. */
interface Scheme {
  readonly hash: string | null;
  readonly padding?: { readonly padding: number; readonly saltLength: number };
}

/** `null` for what is broken, or not known here. */
function schemeOf({ algorithm, parameters }: AlgorithmIdentifier): Scheme | null {
  if (algorithm === RSA_PSS) {
    const said = pssParameters(Buffer.from(parameters ?? new ArrayBuffer(0)));
    if (said === null) return null;
    const { hash, saltLength } = said;
    return { hash, padding: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } };
  }
  const hash = Object.hasOwn(SCHEMES, algorithm) ? SCHEMES[algorithm] : undefined;
  return hash === undefined ? null : { hash };
}

/** Whether a signature of this algorithm, with what its parameters say, can be believed. */
export function isSound(algorithm: AlgorithmIdentifier): boolean {
  return schemeOf(algorithm) !== null;
}

/** Whether bytes were signed by the owner of a key, with an algorithm that can be believed. */
export function isSignedBy(
  key: KeyObject,
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const scheme = schemeOf(algorithm);
  if (scheme === null) return false;
  try {
    return verify(scheme.hash, data, { key, ...scheme.padding }, signature);
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
