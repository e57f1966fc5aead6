import { createPublicKey, type KeyObject } from 'node:crypto';
import { type PkiCertificate, keyFingerprint, readCertificate } from './certificate.ts';
import { fromBase64 } from './pem.ts';
import { PkiError } from './problems.ts';
import { keyFacts, refuseCostly } from './signature.ts';

/** A key that signs tokens for workloads of a trust domain. */
interface TokenKey {
  readonly keyId: string;
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly der: Buffer;
  readonly fingerprint: string;
}

/** Whom a trust domain lets vouch for its workloads (SPIFFE Trust Domain and Bundle §4). */
export interface SpiffeBundle {
  /** Grows with every bundle; `null` where it is not said. */
  readonly sequence: number | null;
  /** After how many seconds it is worth to fetch it again. */
  readonly refreshSeconds: number | null;
  readonly authorities: readonly PkiCertificate[];
  readonly tokenKeys: readonly TokenKey[];
}

type Jwk = Readonly<Record<string, unknown>>;

/** Members of a JWK that only its owner may know (RFC 7518 §6). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const MOST_KEYS = 128;
const KEY_ID = /^[\x21-\x7e]{1,256}$/;

/** A bundle as it is written: a JWK set. Keys of other uses are passed over, as §4.2.2 has it. @throws PkiError */
export function readBundle(bytes: Buffer): SpiffeBundle {
  const said = asObject(bytes);
  const { keys } = said;
  if (!Array.isArray(keys)) throw new PkiError('It has no list "keys": a SPIFFE bundle is a JWK set');
  if (keys.length > MOST_KEYS) throw new PkiError(`It has more than ${MOST_KEYS} keys`);
  const jwks = keys.map((each: unknown) => {
    if (typeof each !== 'object' || each === null) throw new PkiError('A key of it is no JWK');
    return each as Jwk;
  });
  if (jwks.some((jwk) => SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member))))
    throw new PkiError(
      'It holds a private or secret key, which belongs to nobody but its owner: leave it out',
    );
  return {
    sequence: wholeNumber(said, 'spiffe_sequence'),
    refreshSeconds: wholeNumber(said, 'spiffe_refresh_hint'),
    authorities: jwks.filter(({ use }) => use === 'x509-svid').map(authorityOf),
    tokenKeys: tokenKeysOf(jwks.filter(({ use }) => use === 'jwt-svid')),
  };
}

/** §4.2.2: exactly one certificate, and the key is that certificate's. */
function authorityOf(jwk: Jwk): PkiCertificate {
  const { x5c } = jwk;
  const [written, ...others] = Array.isArray(x5c) ? (x5c as unknown[]) : [];
  if (typeof written !== 'string' || others.length > 0)
    throw new PkiError('A key for x509-svid of it has not exactly one certificate in "x5c"');
  const certificate = readCertificate(fromBase64(written));
  if (keyFingerprint(publicKeyOf(jwk)) !== certificate.keyFingerprint)
    throw new PkiError('A key for x509-svid of it is not the key of its certificate');
  return certificate;
}

function tokenKeysOf(jwks: readonly Jwk[]): readonly TokenKey[] {
  const found = jwks.map((jwk): TokenKey => {
    const { kid } = jwk;
    if (typeof kid !== 'string' || !KEY_ID.test(kid))
      throw new PkiError('A key for jwt-svid of it has no "kid"');
    const key = publicKeyOf(jwk);
    const { type, isWeak } = keyFacts(key);
    if (isWeak) throw new PkiError('A key for jwt-svid of it is weak (NIST SP 800-57)');
    if (type !== 'rsa' && type !== 'ec')
      throw new PkiError('A key for jwt-svid of it is neither RSA nor of an elliptic curve (JWT-SVID §2.1)');
    return {
      keyId: kid,
      key,
      der: key.export({ type: 'spki', format: 'der' }),
      fingerprint: keyFingerprint(key),
    };
  });
  if (new Set(found.map(({ keyId }) => keyId)).size < found.length)
    throw new PkiError('Two keys for jwt-svid of it have the same "kid"');
  // It would be one authority with two names, of which taking out one leaves the other.
  if (new Set(found.map(({ fingerprint }) => fingerprint)).size < found.length)
    throw new PkiError('One key for jwt-svid of it is there twice, under two "kid"');
  return found;
}

function publicKeyOf(jwk: Jwk): KeyObject {
  const key = asPublicKey(jwk);
  refuseCostly(key);
  return key;
}

function asPublicKey(jwk: Jwk): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch (cause) {
    throw new PkiError('A key of it is not understood', { cause });
  }
}

function wholeNumber(said: Jwk, member: string): number | null {
  const value = said[member];
  if (value === undefined) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PkiError(`"${member}" of it is no whole number from 0`);
}

function asObject(bytes: Buffer): Jwk {
  let said: unknown;
  try {
    said = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new PkiError('It is not JSON: a SPIFFE bundle is a JWK set', { cause });
  }
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new PkiError('It is no JSON object: a SPIFFE bundle is a JWK set');
  return said as Jwk;
}
