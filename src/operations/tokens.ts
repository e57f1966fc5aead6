import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SCOPES, type Scope, TokenStore } from '../http/index.ts';

export { SCOPES, type Scope };

/** The tokens of a data directory. */
export function openTokens(dir: string): TokenStore {
  return new TokenStore(fileOf(dir));
}

/**
 * The tokens as they are now: a running server heeds a token that another process made or revoked with its very
 * next request, because it looks at the file's date each time and reads it anew where that changed.
 */
export class LiveTokens {
  readonly #dir: string;
  #store: TokenStore;
  #stamp: string;

  constructor(dir: string) {
    this.#dir = dir;
    this.#stamp = stampOf(dir);
    this.#store = openTokens(dir);
  }

  get configured(): boolean {
    return this.#current().configured;
  }

  verifyToken(header: string | undefined): ReturnType<TokenStore['verifyToken']> {
    return this.#current().verifyToken(header);
  }

  #current(): TokenStore {
    const stamp = stampOf(this.#dir);
    if (stamp !== this.#stamp) {
      this.#store = openTokens(this.#dir);
      this.#stamp = stamp;
    }
    return this.#store;
  }
}

/** The file is replaced whole, so that a change has another inode as well as another time. */
function stampOf(dir: string): string {
  const status = statSync(fileOf(dir), { throwIfNoEntry: false, bigint: true });
  return status === undefined ? '' : `${status.ino} ${status.mtimeNs} ${status.size}`;
}

function fileOf(dir: string): string {
  return join(dir, 'tokens.json');
}
