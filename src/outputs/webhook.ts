import {
  Agent as HttpAgent,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { EpochMs } from '../model/index.ts';
import { whyNot } from './connection-trouble.ts';
import { hostOf, publicLookup, refusePrivateLiteral } from './host.ts';
import { signatureHeaders } from './signature.ts';
import { type Message, type Sink, SinkError } from './sink.ts';

export interface WebhookSettings {
  readonly url: URL;
  readonly secrets: readonly Buffer[];
  /** For the whole of a request, from resolving the name to the answer's head. */
  readonly timeoutMs: number;
  /** PEM; `null`: the authorities that Node knows. */
  readonly ca: Buffer | null;
  readonly allowPrivate: boolean;
  /** Of Stance, for the user agent. */
  readonly version: string;
  readonly now: () => EpochMs;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

/** `POST`s a finding a request, signed; the receiver has it when it answers 2xx. Nothing else counts, no redirect either. */
export class Webhook implements Sink {
  readonly changesAtOnce = 1;
  readonly #settings: WebhookSettings;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    const kept = { keepAlive: true, maxSockets: 1 };
    this.#agent = settings.url.protocol === 'https:' ? new HttpsAgent(kept) : new HttpAgent(kept);
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { url, allowPrivate, timeoutMs } = this.#settings;
    if (!allowPrivate) refusePrivateLiteral(hostOf(url));
    const deadline = AbortSignal.timeout(timeoutMs);
    const { status, retryAfter } = await this.#post(message, AbortSignal.any([signal, deadline])).catch(
      (cause: unknown) => {
        if (cause instanceof SinkError) throw cause;
        if (deadline.aborted) throw new SinkError(`no answer within ${timeoutMs} ms`, { cause });
        throw new SinkError(whyNot(cause), { cause });
      },
    );
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 400)
      throw new SinkError(`it answered ${status}: redirects are not followed, give the final URL`);
    const retryAfterMs = retryAfterIn(retryAfter, this.#settings.now());
    throw new SinkError(`it answered ${status}`, { retryAfterMs });
  }

  async confirm(): Promise<void> {}

  close(): void {
    this.#agent.destroy();
  }

  /** What else the answer says is of no interest. */
  #post(message: Message, signal: AbortSignal): Promise<Answer> {
    const { url, secrets, ca, allowPrivate, version, now } = this.#settings;
    const seconds = Math.floor(now() / 1_000);
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(message.body),
        'user-agent': `stance/${version}`,
        ...signatureHeaders(message.uid, seconds, message.body, secrets),
      },
      ...(allowPrivate ? {} : { lookup: publicLookup }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const answered = (response: IncomingMessage): void => {
      response.on('error', () => undefined).resume();
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
    };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca === null ? {} : { ca }) }, answered)
        : httpRequest(url, options, answered);
    request.on('error', reject);
    request.end(message.body);
    return promise;
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3); what is neither asks for nothing. */
function retryAfterIn(text: string | undefined, now: EpochMs): number {
  if (text === undefined) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
