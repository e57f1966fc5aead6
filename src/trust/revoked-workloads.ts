import type { EpochMs, Stateful, StateReader, StateWriter } from '../model/index.ts';

/**
 * SPIFFE IDs that operators revoked: whatever their trust domain gives them, until an operator lets them back in. Their SVIDs
 * live for minutes, so that revoking one by its number ends nothing.
 */
export class RevokedWorkloads implements Stateful {
  readonly #since = new Map<string, EpochMs>();

  get size(): number {
    return this.#since.size;
  }

  all(): Iterable<readonly [spiffeId: string, at: EpochMs]> {
    return this.#since;
  }

  put(spiffeId: string, isRevoked: boolean, at: EpochMs): void {
    if (!isRevoked) this.#since.delete(spiffeId);
    else if (!this.#since.has(spiffeId)) this.#since.set(spiffeId, at);
  }

  revokedAt(spiffeId: string | undefined): EpochMs | null {
    return spiffeId === undefined ? null : (this.#since.get(spiffeId) ?? null);
  }

  save(to: StateWriter): void {
    to.records('since', this.#since);
  }

  load(from: StateReader): void {
    for (const [spiffeId, at] of from.records('since') as Iterable<[string, EpochMs]>)
      this.#since.set(spiffeId, at);
  }
}
