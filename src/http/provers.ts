import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { shownBy } from './est.ts';
import type { Gate } from './gate.ts';

/** Who proved a key, or was named by a trust domain: a device or a workload, by its id. */
interface Proven {
  readonly kind: 'prover';
  readonly prover: string;
}

/** Nobody can be judged yet: the history is not in. */
interface Starting {
  readonly kind: 'starting';
}

/** What became of the certificate that a client showed; whose it is, is known also where it is refused, if it is at all. */
export type ClientJudgement =
  | Proven
  | Starting
  | { readonly kind: 'refused'; readonly prover: string | null };

/** Judges certificates whose keys a handshake has proven. */
export type JudgeClient = (shown: readonly Buffer[], from: string) => Promise<ClientJudgement>;

/** What became of a token that a workload's trust domain signed: a bearer of its word, or why not. */
type TokenJudgement = Proven | Starting | { readonly kind: 'refused'; readonly refusal: string };

/** Judges JWT-SVIDs. */
export type JudgeToken = (token: string, from: string) => Promise<TokenJudgement>;

/** Who sends a request, as far as what it shows says. */
export type Judged =
  | Proven
  | Starting
  /** Too many of its address are being judged. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number }
  | { readonly kind: 'refused'; readonly code: 'certificate_refused' }
  | { readonly kind: 'refused'; readonly code: 'svid_refused'; readonly refusal: string };

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

/** A token in three parts is a signed one (RFC 7515 §3.1); ours have no dot. */
const SIGNED_TOKEN = /^Bearer +(?<token>[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i;

/** Devices and workloads that prove who they are: by the certificate of their connection, or by a JWT-SVID. */
export class Provers {
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

  /** `null` where it shows nothing of that kind, or what counts is the token beside it. */
  async of(request: FastifyRequest): Promise<Judged | null> {
    const { authorization } = request.headers;
    const client = await this.#ofConnection(request);
    if (client?.kind === 'busy' || client?.kind === 'starting') return client;
    // A token goes before a certificate of nobody known; not before one that a known device may not use any more.
    if (client?.kind === 'refused' && (client.prover !== null || authorization === undefined))
      return { kind: 'refused', code: 'certificate_refused' };
    const svid = SIGNED_TOKEN.exec(authorization ?? '')?.groups?.['token'];
    if (svid !== undefined) return this.#ofToken(svid, request.ip);
    return client?.kind === 'prover' && authorization === undefined ? client : null;
  }

  /** Each is judged anew: it may have been revoked since. */
  async #ofToken(token: string, from: string): Promise<Judged> {
    const judged = await this.#gate.within(from, TOKEN_BYTES, () => this.#judgeToken(token, from));
    if (judged === null) return this.#busy();
    return judged.kind === 'refused' ? { ...judged, code: 'svid_refused' } : judged;
  }

  async #ofConnection(request: FastifyRequest) {
    const { socket } = request.raw;
    const held = this.#held.get(socket);
    if (held !== undefined && this.#now() < held.until) return held.judgement;
    const shown = shownBy(request);
    if (shown.length === 0) return null;
    const judgement = await this.#gate.within(request.ip, CHAIN_BYTES, () => this.#judge(shown, request.ip));
    if (judgement === null) return this.#busy();
    if (judgement.kind !== 'starting') this.#held.set(socket, { judgement, until: this.#now() + HOLDS_MS });
    return judgement;
  }

  #busy(): Extract<Judged, { kind: 'busy' }> {
    return { kind: 'busy', retryAfterSeconds: this.#gate.retryAfterSeconds };
  }
}
