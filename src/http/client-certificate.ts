import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { shownBy } from './est.ts';
import type { Gate } from './gate.ts';

/** What became of the certificate that a client showed; `device` is known also where it is refused, if it is at all. */
export type ClientJudgement =
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'refused'; readonly device: string | null }
  /** Nobody can be judged yet: the history is not in. */
  | { readonly kind: 'starting' };

/** Judges certificates whose keys a handshake has proven. */
export type JudgeClient = (shown: readonly Buffer[], from: string) => Promise<ClientJudgement>;

/** What became of a token that a workload's trust domain signed: a bearer of its word, or why not. */
export type TokenJudgement =
  | Extract<ClientJudgement, { kind: 'device' | 'starting' }>
  | { readonly kind: 'refused'; readonly refusal: string };

/** Judges JWT-SVIDs. */
export type JudgeToken = (token: string, from: string) => Promise<TokenJudgement>;

/** A connection is not judged with every request; what is revoked meanwhile stops after this. */
const HOLDS_MS = 60_000;

interface Held {
  readonly judgement: ClientJudgement;
  readonly until: number;
}

/** What a certificate's chain lies in while it is judged; larger ones do not come through the handshake. */
const CHAIN_BYTES = 131_072;
/** No header is longer. */
const TOKEN_BYTES = 16_384;
/** Each is some signatures, whoever asks. */
export const JUDGEMENTS_AT_ONCE = { places: 16, bytes: 16 * CHAIN_BYTES };

/** Who is at the other end of a request's connection; `null` for a client without a certificate. */
export class Clients {
  readonly #judge: JudgeClient;
  readonly #judgeToken: JudgeToken;
  readonly #gate: Gate;
  readonly #now: () => number;
  readonly #held = new WeakMap<Socket, Held>();

  /** `now` in milliseconds, to measure how long a judgement holds. */
  constructor(
    { judge, judgeToken }: { readonly judge: JudgeClient; readonly judgeToken: JudgeToken },
    gate: Gate,
    now: () => number = () => performance.now(),
  ) {
    this.#judge = judge;
    this.#judgeToken = judgeToken;
    this.#gate = gate;
    this.#now = now;
  }

  /** After how long it is worth to come again. */
  get retryAfterSeconds(): number {
    return this.#gate.retryAfterSeconds;
  }

  /** Of a token that came with a request; `busy` as below. Each is judged anew: it may have been revoked since. */
  async ofToken(token: string, from: string): Promise<TokenJudgement | 'busy'> {
    const place = this.#gate.enter(from, TOKEN_BYTES);
    if (place === null) return 'busy';
    try {
      return await this.#judgeToken(token, from);
    } finally {
      place.leave();
    }
  }

  /** `busy` where too many of its address are being judged. */
  async of(request: FastifyRequest): Promise<ClientJudgement | 'busy' | null> {
    const { socket } = request.raw;
    const held = this.#held.get(socket);
    if (held !== undefined && this.#now() < held.until) return held.judgement;
    const shown = shownBy(request);
    if (shown.length === 0) return null;
    const place = this.#gate.enter(request.ip, CHAIN_BYTES);
    if (place === null) return 'busy';
    try {
      const judgement = await this.#judge(shown, request.ip);
      if (judgement.kind !== 'starting') this.#held.set(socket, { judgement, until: this.#now() + HOLDS_MS });
      return judgement;
    } finally {
      place.leave();
    }
  }
}
