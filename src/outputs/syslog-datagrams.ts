import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { lookup } from 'node:dns/promises';
import { whyNot } from './connection-trouble.ts';
import { type Message, type Sink, SinkError } from './sink.ts';
import { type SyslogFacility, syslogMessage } from './syslog.ts';

export interface SyslogDatagramsSettings {
  readonly host: string;
  readonly port: number;
  readonly facility: SyslogFacility;
  readonly hostname: string;
}

/** Syslog over UDP, a datagram a finding (RFC 5426): what is lost on the way is lost. */
export class SyslogDatagrams implements Sink {
  readonly changesAtOnce = 100;
  readonly #settings: SyslogDatagramsSettings;
  #socket: Socket | null = null;

  constructor(settings: SyslogDatagramsSettings) {
    this.#settings = settings;
  }

  async send(message: Message): Promise<void> {
    const { host, port, facility, hostname } = this.#settings;
    const text = syslogMessage(message, facility, hostname);
    try {
      const { address, family } = await lookup(host);
      const socket = this.#socketOf(family === 6 || isIP(address) === 6 ? 'udp6' : 'udp4');
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.send(text, port, address, (error) => (error instanceof Error ? reject(error) : resolve()));
      await promise;
    } catch (cause) {
      this.close();
      throw new SinkError(whyNot(cause), { cause });
    }
  }

  async confirm(): Promise<void> {}

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #socketOf(type: 'udp4' | 'udp6'): Socket {
    if (this.#socket !== null) return this.#socket;
    const socket = createSocket(type);
    // Each send has its own word of what failed.
    socket.on('error', () => undefined).unref();
    this.#socket = socket;
    return socket;
  }
}
