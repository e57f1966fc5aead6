import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { replaceDurably } from '../files/index.ts';
import { type EpochMs, jsonIn, NAME_PATTERN } from '../model/index.ts';

export const SCOPES = ['read', 'ingest', 'operate', 'lookup'] as const;
export type Scope = (typeof SCOPES)[number];

/** The actor of a request that needed no token; no token may take the name. */
export const LOCAL_ACTOR = 'local';

const PREFIX = 'stance_';
const SECRET_BYTES = 32;
/** `Bearer` and the token, with room; what is longer is not hashed. */
const HEADER_CHARS = 256;
/** Every request is compared with each. */
const MAX_TOKENS = 1_000;

const StoredToken = z.strictObject({
  name: z.string().regex(NAME_PATTERN),
  scopes: z.array(z.enum(SCOPES)).min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  created_at: z.number(),
  revoked_at: z.number().nullable(),
});
const TokenFile = z.strictObject({ version: z.literal(1), tokens: z.array(StoredToken).max(MAX_TOKENS) });
type StoredToken = z.infer<typeof StoredToken>;

/** A token as it may be shown: neither the secret nor its hash. */
export interface TokenInfo {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: EpochMs;
  readonly revokedAt: EpochMs | null;
}

export interface Bearer {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

class TokenError extends Error {
  readonly code: 'invalid_name' | 'name_taken' | 'no_scope' | 'unknown_name' | 'too_many' | 'bad_file';

  constructor(code: TokenError['code'], message: string) {
    super(message);
    this.name = 'TokenError';
    this.code = code;
  }
}

/**
 * The named bearer tokens of one data directory, in a file that only its owner can read.
 *
 * Stored is the SHA-256 of a secret of 256 random bits. A slow hash (scrypt) protects secrets that can be guessed;
 * these cannot, and a slow hash on every request would be a way to exhaust the server. A revoked token keeps its
 * name for ever: the name is the actor in records, and must not come to mean someone else.
 */
export class TokenStore {
  readonly #path: string;
  #tokens: readonly StoredToken[];

  constructor(path: string) {
    this.#path = path;
    this.#tokens = read(path);
  }

  /** True once any token was ever made: revoking the last one closes the door, it does not open it. */
  get configured(): boolean {
    return this.#tokens.length > 0;
  }

  /**
   * Makes a token from 32 random bytes, on disk when it resolves. The returned text is the only copy of the secret.
   * @throws {TokenError} for a bad or taken name, or no scope
   * @throws DiskFull
   */
  async createToken(
    name: string,
    scopes: readonly Scope[],
    random: Uint8Array,
    now: EpochMs,
  ): Promise<string> {
    if (!NAME_PATTERN.test(name) || name === LOCAL_ACTOR) {
      throw new TokenError(
        'invalid_name',
        `A token's name has letters, digits, ".", "_" and "-", at most 64, and is not "${LOCAL_ACTOR}".`,
      );
    }
    if (this.#tokens.some((token) => token.name === name)) {
      throw new TokenError('name_taken', `There is or was a token named "${name}"; choose another name.`);
    }
    if (scopes.length === 0) throw new TokenError('no_scope', `A token needs a scope: ${SCOPES.join(', ')}.`);
    if (this.#tokens.length >= MAX_TOKENS) throw new TokenError('too_many', `At most ${MAX_TOKENS} tokens.`);
    if (random.length !== SECRET_BYTES) throw new RangeError(`a token needs ${SECRET_BYTES} random bytes`);
    const secret = PREFIX + Buffer.from(random).toString('base64url');
    const stored = {
      name,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      sha256: digest(secret).toString('hex'),
      created_at: now,
      revoked_at: null,
    };
    await this.#save([...this.#tokens, stored]);
    return secret;
  }

  /** For good when it resolves, also after a loss of power. @throws {TokenError} for a name that no token has @throws DiskFull */
  async revokeToken(name: string, now: EpochMs): Promise<void> {
    if (!this.#tokens.some((token) => token.name === name)) {
      throw new TokenError('unknown_name', `There is no token named "${name}".`);
    }
    await this.#save(
      this.#tokens.map((token) =>
        token.name === name ? { ...token, revoked_at: token.revoked_at ?? now } : token,
      ),
    );
  }

  listTokens(): TokenInfo[] {
    return this.#tokens.map(({ name, scopes, created_at, revoked_at }) => ({
      name,
      scopes,
      createdAt: created_at,
      revokedAt: revoked_at,
    }));
  }

  /** Whose token an `Authorization` header carries, or `null`. Compares with every token in constant time. */
  verifyToken(header: string | undefined): Bearer | null {
    if (header === undefined || header.length > HEADER_CHARS) return null;
    const secret = /^Bearer +(?<secret>[A-Za-z0-9_-]+)$/i.exec(header)?.groups?.['secret'];
    if (secret === undefined) return null;
    const presented = digest(secret);
    let bearer: Bearer | null = null;
    for (const { sha256, revoked_at, name, scopes } of this.#tokens) {
      const same = timingSafeEqual(presented, Buffer.from(sha256, 'hex'));
      if (same && revoked_at === null) bearer = { name, scopes };
    }
    return bearer;
  }

  async #save(tokens: readonly StoredToken[]): Promise<void> {
    await replaceDurably(this.#path, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
    this.#tokens = tokens;
  }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function read(path: string): readonly StoredToken[] {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return [];
  if ((status.mode & 0o077) !== 0) {
    throw new TokenError('bad_file', `${path} can be read by others; only its owner may: chmod 600 ${path}`);
  }
  const parsed = TokenFile.safeParse(jsonIn(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data.tokens;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new TokenError('bad_file', `${path} is not a token file: the field "${field}" is wrong.`);
}
