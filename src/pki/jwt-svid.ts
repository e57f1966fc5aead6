import type { KeyObject } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { readSpiffeId, type SpiffeId } from '../model/index.ts';

/** Why a token is not believed: reason → one sentence, with the clause that it follows from. */
export const TOKEN_REFUSALS = {
  malformed: 'It is no signed token in compact form (JWT-SVID §2, RFC 7515 §3.1)',
  algorithm: 'It is signed by an algorithm that is not allowed (JWT-SVID §2.1)',
  type: 'Its type is neither JWT nor JOSE (JWT-SVID §2.3)',
  subject: 'Its subject is no SPIFFE ID of a workload (JWT-SVID §3.1)',
  audience: 'It is for another audience (JWT-SVID §3.2)',
  expired: 'It has expired, or does not say when it will (JWT-SVID §3.3)',
  not_yet_valid: 'It is not valid yet (RFC 7519 §4.1.5, §4.1.6)',
  long_lived: 'It is valid for longer than is believed of a token that anybody may carry',
  untrusted: 'No key of its trust domain is believed under its key id (JWT-SVID §4)',
  bad_signature: 'Its signature does not verify (JWT-SVID §4)',
} as const;
export type TokenRefusal = keyof typeof TOKEN_REFUSALS;

/** A key that is believed to sign for a trust domain. */
export interface BelievedKey {
  readonly domain: string;
  readonly keyId: string | null;
  readonly key: KeyObject;
}

export interface TokenQuestion<K extends BelievedKey> {
  readonly token: string;
  readonly keys: readonly K[];
  /** Names of the one who is asked: one of them must be in `aud`. */
  readonly audiences: readonly string[];
  readonly at: number;
}

export type TokenVerdict<K extends BelievedKey> =
  | {
      readonly trusted: true;
      readonly id: SpiffeId;
      readonly by: K;
      readonly issuedAt: number;
      readonly expiresAt: number;
    }
  | { readonly trusted: false; readonly refusal: TokenRefusal };

/** JWT-SVID §2.1: algorithm → kind of key, and the curve where it takes only one (RFC 7518 §3.4). */
const ALGORITHMS: Readonly<Record<string, readonly [type: 'rsa' | 'ec', curve?: string]>> = {
  RS256: ['rsa'],
  RS384: ['rsa'],
  RS512: ['rsa'],
  PS256: ['rsa'],
  PS384: ['rsa'],
  PS512: ['rsa'],
  ES256: ['ec', 'prime256v1'],
  ES384: ['ec', 'secp384r1'],
  ES512: ['ec', 'secp521r1'],
};
const MOST_CHARS = 8_192;
/** Whoever carries a token is believed, so it is not believed for long: SPIRE gives five minutes. */
const LONGEST_LIFE_MS = 3_600_000;
/** Clocks differ; an expiry is an expiry. */
const SKEW_MS = 60_000;
/** Without a key id each key of the domain is tried, and no more than these. */
const MOST_KEYS_TRIED = 8;

class Refused extends Error {
  readonly refusal: TokenRefusal;

  constructor(refusal: TokenRefusal) {
    super(TOKEN_REFUSALS[refusal]);
    this.refusal = refusal;
  }
}

/** Checks a JWT-SVID against the keys of its own trust domain, and of no other. */
export async function checkToken<K extends BelievedKey>(
  question: TokenQuestion<K>,
): Promise<TokenVerdict<K>> {
  try {
    return await believed(question);
  } catch (cause) {
    if (cause instanceof Refused) return { trusted: false, refusal: cause.refusal };
    throw cause;
  }
}

async function believed<K extends BelievedKey>({
  token,
  keys,
  audiences,
  at,
}: TokenQuestion<K>): Promise<TokenVerdict<K>> {
  const { algorithm, keyId } = headerOf(token);
  const claims = claimsOf(token);
  const id = typeof claims['sub'] === 'string' ? readSpiffeId(claims['sub']) : null;
  if (id === null || id.path === '') throw new Refused('subject');
  const fitting = keys.filter(
    (each) =>
      each.domain === id.domain && (keyId === null || each.keyId === keyId) && isKeyFor(algorithm, each.key),
  );
  if (fitting.length === 0) throw new Refused('untrusted');
  const by = await signerOf(token, algorithm, fitting.slice(0, MOST_KEYS_TRIED));
  if (by === null) throw new Refused('bad_signature');
  // Nothing of a token is judged before its signature: whoever forges one learns nothing of what would be believed.
  return { trusted: true, id, by, ...lifeOf(claims, audiences, at) };
}

function isKeyFor(algorithm: string, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const [type, curve] = ALGORITHMS[algorithm] ?? [];
  return asymmetricKeyType === type && (curve === undefined || asymmetricKeyDetails?.namedCurve === curve);
}

function headerOf(token: string): { readonly algorithm: string; readonly keyId: string | null } {
  if (token.length > MOST_CHARS || token.split('.').length !== 3) throw new Refused('malformed');
  const header = decoded(token);
  const { alg, typ, kid, crit } = header;
  if (typeof alg !== 'string' || !Object.hasOwn(ALGORITHMS, alg)) throw new Refused('algorithm');
  if (typ !== undefined && typ !== 'JWT' && typ !== 'JOSE') throw new Refused('type');
  // Extensions that must be understood (RFC 7515 §4.1.11): none are.
  if (crit !== undefined || (kid !== undefined && typeof kid !== 'string')) throw new Refused('malformed');
  return { algorithm: alg, keyId: kid ?? null };
}

function decoded(token: string): Readonly<Record<string, unknown>> & { readonly kid?: unknown } {
  try {
    return { ...decodeProtectedHeader(token) };
  } catch {
    throw new Refused('malformed');
  }
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, body = ''] = token.split('.');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64url'));
    const claims: unknown = JSON.parse(text);
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims))
      return claims as Readonly<Record<string, unknown>>;
  } catch {
    throw new Refused('malformed');
  }
  throw new Refused('malformed');
}

async function signerOf<K extends BelievedKey>(
  token: string,
  algorithm: string,
  keys: readonly K[],
): Promise<K | null> {
  for (const each of keys) {
    try {
      await compactVerify(token, each.key, { algorithms: [algorithm] });
      return each;
    } catch (cause) {
      if (!(cause instanceof errors.JOSEError)) throw cause;
    }
  }
  return null;
}

function lifeOf(claims: Readonly<Record<string, unknown>>, audiences: readonly string[], at: number) {
  const { aud, exp, nbf, iat } = claims;
  const named = (Array.isArray(aud) ? (aud as unknown[]) : [aud]).filter((each) => typeof each === 'string');
  if (!named.some((each) => audiences.includes(each))) throw new Refused('audience');
  const expiresAt = instantOf(exp);
  if (expiresAt === null || expiresAt <= at) throw new Refused('expired');
  const from = [instantOf(nbf), instantOf(iat)];
  if ((nbf !== undefined && from[0] === null) || (iat !== undefined && from[1] === null))
    throw new Refused('malformed');
  if (from.some((each) => each !== null && each > at + SKEW_MS)) throw new Refused('not_yet_valid');
  if (expiresAt > at + LONGEST_LIFE_MS + SKEW_MS) throw new Refused('long_lived');
  return { issuedAt: from[1] ?? from[0] ?? at, expiresAt };
}

/** RFC 7519 §2, NumericDate: seconds, fractions allowed. */
function instantOf(said: unknown): number | null {
  return typeof said === 'number' && Number.isFinite(said) && Math.abs(said) < 8.64e12
    ? Math.floor(said * 1_000)
    : null;
}
