import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { whyNot } from './connection-trouble.ts';
import { type Message, type Sink, SinkError } from './sink.ts';
import { type SyslogFacility, syslogMessage } from './syslog.ts';

/** A receiver that died says so when something arrives at it: within a round trip. */
const CONFIRM_MS = 250;

export interface SyslogStreamSettings {
  readonly host: string;
  readonly port: number;
  /** `null`: plain TCP. `ca`: PEM, or the authorities that Node knows. */
  readonly tls: { readonly ca: Buffer | null } | null;
  readonly facility: SyslogFacility;
  readonly hostname: string;
  /** To connect, and for the system to take a message. */
  readonly timeoutMs: number;
}

/**
 * Syslog over one connection, framed by octet counting (RFC 6587; over TLS RFC 5425). Syslog has no acknowledgement:
 * what was sent is held for taken when the connection is still whole a moment later.
 */
export class SyslogStream implements Sink {
  readonly changesAtOnce = 100;
  readonly #settings: SyslogStreamSettings;
  #socket: Socket | null = null;
  #trouble: unknown = null;

  constructor(settings: SyslogStreamSettings) {
    this.#settings = settings;
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { facility, hostname } = this.#settings;
    const socket = await this.#connected(signal);
    const text = syslogMessage(message, facility, hostname);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.write(`${Buffer.byteLength(text)} ${text}`, (error) =>
      error instanceof Error ? reject(error) : resolve(),
    );
    await this.#inTime(promise, signal);
  }

  async confirm(signal: AbortSignal): Promise<void> {
    const socket = this.#socket;
    await pause(CONFIRM_MS, undefined, { signal });
    if (socket === null || socket !== this.#socket || socket.destroyed) throw this.#lost();
  }

  close(): void {
    this.#socket?.end();
    this.#socket = null;
  }

  async #connected(signal: AbortSignal): Promise<Socket> {
    if (this.#socket !== null && !this.#socket.destroyed) return this.#socket;
    const { host, port, tls } = this.#settings;
    this.#trouble = null;
    const socket =
      tls === null
        ? connect({ host, port })
        : connectTls({
            host,
            port,
            minVersion: 'TLSv1.2',
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            // RFC 6066 knows no addresses as server names.
            ...(isIP(host) === 0 ? { servername: host } : {}),
          });
    socket.setKeepAlive(true, 30_000);
    socket.on('error', (cause) => {
      this.#trouble = cause;
    });
    // A receiver that ends its side reads no more. What it says is not for us.
    socket.on('end', () => socket.destroy()).resume();
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
    });
    this.#socket = socket;
    await this.#inTime(once(socket, tls === null ? 'connect' : 'secureConnect'), signal);
    return socket;
  }

  /** A connection on which something failed or hangs is not used again. */
  async #inTime(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const { timeoutMs } = this.#settings;
    const over = new AbortController();
    const late = pause(timeoutMs, 'late', { signal: AbortSignal.any([signal, over.signal]) });
    try {
      if ((await Promise.race([work, late])) === 'late')
        throw new SinkError(`nothing went on for ${timeoutMs} ms`);
    } catch (cause) {
      this.#socket?.destroy();
      this.#socket = null;
      throw cause instanceof SinkError ? cause : new SinkError(whyNot(cause), { cause });
    } finally {
      over.abort();
      await late.catch(() => undefined);
    }
  }

  #lost(): SinkError {
    const cause = this.#trouble;
    return cause === null
      ? new SinkError('the receiver closed the connection')
      : new SinkError(whyNot(cause), { cause });
  }
}
