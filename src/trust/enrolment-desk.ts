import {
  type CertificateIssuedRecord,
  type DeviceId,
  dropOldest,
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
  #waiting: ReadonlyMap<DeviceId, EpochMs> | null = null;

  get isEmpty(): boolean {
    return this.#tokens.size === 0 && this.#requests.size === 0;
  }

  /** By the SHA-256 of its secret; `null` where there is none, it was used, or it is over. */
  token(secret: string, now: EpochMs): EnrolmentToken | null {
    for (const token of this.#tokens.values()) {
      if (token.secret === secret) return token.expiresAt > now ? token : null;
    }
    return null;
  }

  tokens(): readonly EnrolmentToken[] {
    return [...this.#tokens.values()];
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
  waiting(): ReadonlyMap<DeviceId, EpochMs> {
    this.#waiting ??= new Map(
      this.requests()
        .filter(({ decision }) => decision === 'pending')
        .map(({ device, at }) => [device, at]),
    );
    return this.#waiting;
  }

  give(token: EnrolmentToken, now: EpochMs): void {
    for (const [id, { expiresAt }] of this.#tokens) if (expiresAt <= now) this.#forget(id);
    if (this.#tokens.size >= LIMITS.enrolmentTokens) dropOldest(this.#tokens);
    this.#tokens.set(token.id, token);
  }

  ask({ request: id, device, key, token, at }: EnrolmentRequestRecord): void {
    this.#waiting = null;
    if (this.#requests.size >= LIMITS.enrolmentRequests) dropOldest(this.#requests);
    this.#requests.set(id, { id, device, key, token, at, decision: 'pending' });
  }

  /** The device that waited. A rejected token is used up: another has to be given. */
  decide({ request: id, approved }: EnrolmentDecisionRecord): DeviceId | null {
    const request = this.#requests.get(id);
    if (request === undefined) return null;
    this.#waiting = null;
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

  #forget(token: string): void {
    this.#waiting = null;
    this.#tokens.delete(token);
    for (const [id, request] of this.#requests) if (request.token === token) this.#requests.delete(id);
  }
}
