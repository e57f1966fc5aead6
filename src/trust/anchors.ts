import {
  type EpochMs,
  type KnownBundle,
  LIMITS,
  type RevocationKnowledge,
  type Stateful,
  type StateReader,
  type StateWriter,
  type TrustAnchor,
  type TrustAnchorsRecord,
} from '../model/index.ts';

/** As it is written down: what an authority's list says, or what was revoked here. */
interface RevocationSaid extends RevocationKnowledge {
  readonly by?: 'operator';
}

interface Revoked {
  readonly thisUpdate: EpochMs;
  readonly nextUpdate: EpochMs | null;
  readonly anchorKey: string | null;
  readonly serials: Map<string, EpochMs>;
}

/** Which authorities are believed, and whom they revoked. */
export class TrustAnchors implements Stateful {
  #anchors: readonly TrustAnchor[] = [];
  #bundles: readonly KnownBundle[] = [];
  #withheld: readonly string[] = [];
  /** What their lists say, by the authority's key, the oldest word first. */
  readonly #revoked = new Map<string, Revoked>();
  /** What operators revoked here: by the same key, serial → when. No list takes it back, and it is never dropped. */
  readonly #revokedHere = new Map<string, Map<string, EpochMs>>();

  get all(): readonly TrustAnchor[] {
    return this.#anchors;
  }

  /** Outlives what a bundle listed: an older one would bring back what was taken out. */
  get bundles(): readonly KnownBundle[] {
    return this.#bundles;
  }

  /** Ids that operators took out, the oldest first. */
  get withheld(): readonly string[] {
    return this.#withheld;
  }

  get isEmpty(): boolean {
    const said = this.#anchors.length + this.#bundles.length + this.#withheld.length;
    return said === 0 && this.#revoked.size === 0 && this.#revokedHere.size === 0;
  }

  replace({ anchors, bundles, withheld }: TrustAnchorsRecord): void {
    this.#anchors = anchors.slice(0, LIMITS.trustAnchors);
    this.#bundles = bundles ?? this.#bundles;
    this.#withheld = withheld?.slice(-LIMITS.withheldAnchors) ?? this.#withheld;
    // A list that nobody vouches for any more would shut out the next of the same authority.
    for (const [issuer, { anchorKey }] of this.#revoked)
      if (!this.#hasKey(anchorKey ?? issuer)) this.#revoked.delete(issuer);
  }

  has(id: string): boolean {
    return this.#anchors.some((each) => each.id === id);
  }

  /** An older list than the known one says nothing, nor does one whose anchor is not believed. */
  hear({ issuer, thisUpdate, nextUpdate, revoked, anchorKey }: RevocationKnowledge): void {
    if (!this.#hasKey(anchorKey ?? issuer)) return;
    const before = this.#revoked.get(issuer);
    if (before !== undefined && before.thisUpdate > thisUpdate) return;
    this.#revoked.delete(issuer);
    this.#revoked.set(issuer, {
      thisUpdate,
      nextUpdate,
      anchorKey: anchorKey ?? null,
      serials: new Map(revoked),
    });
    this.#keepToBound();
  }

  /** One more, by an operator's word. */
  revoke(issuer: string, serial: string, at: EpochMs): void {
    const own = this.#revokedHere.get(issuer) ?? new Map<string, EpochMs>();
    this.#revokedHere.set(issuer, own);
    if (!own.has(serial)) own.set(serial, at);
  }

  /** Since when a certificate is revoked; `null` where it is not. */
  revokedAt(issuer: string | null, serial: string): EpochMs | null {
    if (issuer === null) return null;
    const here = this.#revokedHere.get(issuer)?.get(serial) ?? null;
    const listed = this.#revoked.get(issuer)?.serials.get(serial) ?? null;
    return here === null || listed === null ? (here ?? listed) : Math.min(here, listed);
  }

  /** Everybody whom an authority revoked, by its list or by an operator's word. */
  revokedBy(issuer: string): ReadonlyMap<string, EpochMs> {
    const listed = this.#revoked.get(issuer)?.serials ?? [];
    return new Map([...listed, ...(this.#revokedHere.get(issuer) ?? [])]);
  }

  /** How many an operator's word revoked of an authority: it only grows. */
  revokedHere(issuer: string): number {
    return this.#revokedHere.get(issuer)?.size ?? 0;
  }

  /** From when the list of an authority is that is known; `null` for none. */
  listOf(issuer: string): EpochMs | null {
    return this.#revoked.get(issuer)?.thisUpdate ?? null;
  }

  /** The lists that count: whose, and when the next was promised. */
  *lists(): Iterable<Pick<RevocationKnowledge, 'issuer' | 'nextUpdate'>> {
    for (const [issuer, { nextUpdate }] of this.#revoked) yield { issuer, nextUpdate };
  }

  /** How many the lists of others than these revoked. */
  listedBeside(issuers: ReadonlySet<string>): number {
    let total = 0;
    for (const [each, { serials }] of this.#revoked) if (!issuers.has(each)) total += serials.size;
    return total;
  }

  save(to: StateWriter): void {
    to.records('anchors', this.#anchors);
    to.records('revocations', this.#said());
    if (this.#bundles.length > 0) to.records('bundles', this.#bundles);
    if (this.#withheld.length > 0) to.texts('withheld', this.#withheld);
  }

  load(from: StateReader): void {
    this.#anchors = [...from.records('anchors')] as TrustAnchor[];
    if (from.has('bundles')) this.#bundles = [...from.records('bundles')] as KnownBundle[];
    if (from.has('withheld')) this.#withheld = [...from.texts('withheld')];
    for (const each of from.records('revocations') as Iterable<RevocationSaid>) {
      if (each.by === 'operator') this.#revokedHere.set(each.issuer, new Map(each.revoked));
      else this.hear(each);
    }
  }

  *#said(): Iterable<RevocationSaid> {
    for (const [issuer, { thisUpdate, nextUpdate, anchorKey, serials }] of this.#revoked) {
      const by = anchorKey === null ? {} : { anchorKey };
      yield { issuer, thisUpdate, nextUpdate, revoked: [...serials], ...by };
    }
    for (const [issuer, serials] of this.#revokedHere) {
      const thisUpdate = [...serials.values()].reduce((a, b) => Math.max(a, b), 0);
      yield { issuer, thisUpdate, nextUpdate: null, revoked: [...serials], by: 'operator' };
    }
  }

  #hasKey(key: string): boolean {
    return this.#anchors.some((each) => each.key === key);
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
