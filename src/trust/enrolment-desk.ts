import {
  type CertificateIssuedRecord,
  type DeviceId,
  type EntityId,
  type EnrolmentDecisionRecord,
  type EnrolmentRequestRecord,
  type EnrolmentToken,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** A device that asked for a certificate, and what was decided. */
export interface EnrolmentRequest {
  readonly id: string;
  readonly device: DeviceId;
  readonly key: string;
  readonly token: string;
  readonly at: EpochMs;
  readonly decision: 'pending' | 'approved' | 'rejected';
}

/** One-time tokens and the requests that were made with them. A token is used once: for one key, until it is issued. */
export class EnrolmentDesk implements Stateful {
  readonly #tokens = new Map<string, EnrolmentToken>();
  readonly #requests = new Map<string, EnrolmentRequest>();
  /** Follows from the requests; made when it is asked for. */
  #waiting: ReadonlyMap<EntityId, EpochMs> | null = null;
  /** Tokens with which somebody asked; follows from the requests too. */
  #asked: ReadonlySet<string> | null = null;

  get isEmpty(): boolean {
    return this.#tokens.size === 0 && this.#requests.size === 0;
  }

  /**
   * By the SHA-256 of its secret; `null` where there is none, it was used, or it is over. Whoever asked in time may wait for
   * the decision, and fetch what was decided.
   */
  token(secret: string, now: EpochMs): EnrolmentToken | null {
    for (const token of this.#tokens.values()) {
      if (token.secret === secret) return this.#isOver(token, now) ? null : token;
    }
    return null;
  }

  /** Those that still serve. */
  tokens(now: EpochMs): readonly EnrolmentToken[] {
    return [...this.#tokens.values()].filter((each) => !this.#isOver(each, now));
  }

  requests(): readonly EnrolmentRequest[] {
    return [...this.#requests.values()];
  }

  request(id: string): EnrolmentRequest | null {
    return this.#requests.get(id) ?? null;
  }

  /** The request that was made with a token. */
  madeWith(token: string): EnrolmentRequest | null {
    return this.requests().find((each) => each.token === token) ?? null;
  }

  /** Since when each device waits for a decision. */
  waiting(): ReadonlyMap<EntityId, EpochMs> {
    this.#waiting ??= new Map(
      this.requests()
        .filter(({ decision }) => decision === 'pending')
        .map(({ device, at }) => [device, at]),
    );
    return this.#waiting;
  }

  /** Devices whose requests gave way. */
  give(token: EnrolmentToken, now: EpochMs): readonly DeviceId[] {
    for (const each of this.#tokens.values()) if (this.#isOver(each, now)) this.#tokens.delete(each.id);
    const [oldest] = this.#tokens.keys();
    const isFull = this.#tokens.size >= LIMITS.enrolmentTokens && oldest !== undefined;
    const forgotten = isFull ? this.#forget(oldest) : [];
    this.#tokens.set(token.id, token);
    return forgotten;
  }

  /** Devices whose requests gave way. */
  ask({ request: id, device, key, token, at }: EnrolmentRequestRecord): readonly DeviceId[] {
    this.#changed();
    const oldest = this.#requests.size >= LIMITS.enrolmentRequests ? this.requests()[0] : undefined;
    if (oldest !== undefined) this.#requests.delete(oldest.id);
    this.#requests.set(id, { id, device, key, token, at, decision: 'pending' });
    return oldest === undefined ? [] : [oldest.device];
  }

  /** The device that waited. A rejected token is used up: another has to be given. */
  decide({ request: id, approved }: EnrolmentDecisionRecord): DeviceId | null {
    const request = this.#requests.get(id);
    if (request === undefined) return null;
    this.#changed();
    if (approved) this.#requests.set(id, { ...request, decision: 'approved' });
    else this.#forget(request.token);
    return request.device;
  }

  issued({ token }: Pick<CertificateIssuedRecord, 'token'>): void {
    if (token !== null) this.#forget(token);
  }

  save(to: StateWriter): void {
    to.records('tokens', this.#tokens.values());
    to.records('requests', this.#requests.values());
  }

  load(from: StateReader): void {
    for (const each of from.records('tokens') as Iterable<EnrolmentToken>) this.#tokens.set(each.id, each);
    for (const each of from.records('requests') as Iterable<EnrolmentRequest>)
      this.#requests.set(each.id, each);
  }

  #isOver({ id, expiresAt }: EnrolmentToken, now: EpochMs): boolean {
    this.#asked ??= new Set(this.requests().map(({ token }) => token));
    return expiresAt <= now && !this.#asked.has(id);
  }

  #changed(): void {
    this.#waiting = null;
    this.#asked = null;
  }

  #forget(token: string): readonly DeviceId[] {
    this.#tokens.delete(token);
    const made = this.requests().filter((each) => each.token === token);
    if (made.length > 0) this.#changed();
    for (const { id } of made) this.#requests.delete(id);
    return made.map(({ device }) => device);
  }
}
