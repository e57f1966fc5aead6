import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { shownBy } from './est.ts';

/** What became of the certificate that a client showed; `device` is known also where it is refused, if it is at all. */
export type ClientJudgement =
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'refused'; readonly device: string | null };

/** Judges certificates whose keys a handshake has proven. */
export type JudgeClient = (shown: readonly Buffer[], from: string) => Promise<ClientJudgement>;

/** A connection is not judged with every request; what is revoked meanwhile stops after this. */
const HOLDS_MS = 60_000;

interface Held {
  readonly judgement: ClientJudgement;
  readonly until: number;
}

/** Who is at the other end of a request's connection; `null` for a client without a certificate. */
export class Clients {
  readonly #judge: JudgeClient;
  readonly #now: () => number;
  readonly #held = new WeakMap<Socket, Held>();

  /** `now` in milliseconds, to measure how long a judgement holds. */
  constructor(judge: JudgeClient, now: () => number = () => performance.now()) {
    this.#judge = judge;
    this.#now = now;
  }

  async of(request: FastifyRequest): Promise<ClientJudgement | null> {
    const { socket } = request.raw;
    const held = this.#held.get(socket);
    if (held !== undefined && this.#now() < held.until) return held.judgement;
    const shown = shownBy(request);
    if (shown.length === 0) return null;
    const judgement = await this.#judge(shown, request.ip);
    this.#held.set(socket, { judgement, until: this.#now() + HOLDS_MS });
    return judgement;
  }
}
