import {
  type EpochMs,
  LIMITS,
  type RevocationKnowledge,
  type Stateful,
  type StateReader,
  type StateWriter,
  type TrustAnchor,
} from '../model/index.ts';

interface Revoked {
  readonly thisUpdate: EpochMs;
  readonly nextUpdate: EpochMs | null;
  readonly serials: Map<string, EpochMs>;
}

/** Which authorities are believed, and whom they revoked. */
export class TrustAnchors implements Stateful {
  #anchors: readonly TrustAnchor[] = [];
  /** By the authority's key, the oldest word first. */
  readonly #revoked = new Map<string, Revoked>();

  get all(): readonly TrustAnchor[] {
    return this.#anchors;
  }

  get isEmpty(): boolean {
    return this.#anchors.length === 0 && this.#revoked.size === 0;
  }

  replace(anchors: readonly TrustAnchor[]): void {
    this.#anchors = anchors.slice(0, LIMITS.trustAnchors);
  }

  has(id: string): boolean {
    return this.#anchors.some((each) => each.id === id);
  }

  /** An older list than the known one says nothing. */
  hear({ issuer, thisUpdate, nextUpdate, revoked }: RevocationKnowledge): void {
    const before = this.#revoked.get(issuer);
    if (before !== undefined && before.thisUpdate > thisUpdate) return;
    this.#revoked.delete(issuer);
    this.#revoked.set(issuer, { thisUpdate, nextUpdate, serials: new Map(revoked) });
    this.#keepToBound();
  }

  /** One more, by the authority that is run here. */
  revoke(issuer: string, serial: string, at: EpochMs): void {
    const { serials = new Map<string, EpochMs>() } = this.#revoked.get(issuer) ?? {};
    if (!serials.has(serial)) serials.set(serial, at);
    this.#revoked.set(issuer, { thisUpdate: at, nextUpdate: null, serials });
  }

  /** Since when a certificate is revoked; `null` where it is not. */
  revokedAt(issuer: string | null, serial: string): EpochMs | null {
    return issuer === null ? null : (this.#revoked.get(issuer)?.serials.get(serial) ?? null);
  }

  revocations(): readonly RevocationKnowledge[] {
    return Array.from(this.#revoked, ([issuer, { thisUpdate, nextUpdate, serials }]) => {
      return { issuer, thisUpdate, nextUpdate, revoked: [...serials] };
    });
  }

  save(to: StateWriter): void {
    to.records('anchors', this.#anchors);
    to.records('revocations', this.revocations());
  }

  load(from: StateReader): void {
    this.#anchors = [...from.records('anchors')] as TrustAnchor[];
    for (const each of from.records('revocations') as Iterable<RevocationKnowledge>) this.hear(each);
  }

  #keepToBound(): void {
    let total = 0;
    for (const { serials } of this.#revoked.values()) total += serials.size;
    for (const [issuer, { serials }] of this.#revoked) {
      if (total <= LIMITS.revokedSerials || this.#revoked.size === 1) return;
      this.#revoked.delete(issuer);
      total -= serials.size;
    }
  }
}
