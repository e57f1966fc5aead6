import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { CERT, KEY } from './localhost.fixture.ts';

/** A request as a receiver saw it. */
export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A receiver of webhooks that notes everything; what it answers can be changed. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** The status of each answer; `null`: none at all. */
  answer: (received: Received, index: number) => number | null = () => 204;
  /** Of each answer. */
  headers: Readonly<Record<string, string>> = {};
  readonly #server;
  readonly #scheme: 'http' | 'https';

  constructor(scheme: 'http' | 'https' = 'http') {
    this.#scheme = scheme;
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers, method = '', url: path = '' } = request;
        const received = { headers, method, path, body: Buffer.concat(chunks).toString('utf8') };
        const status = this.answer(received, this.received.push(received) - 1);
        if (status === null) return;
        if (status >= 300 && status < 400) response.setHeader('location', '/elsewhere');
        response.writeHead(status, this.headers).end('thanks');
      });
    };
    this.#server =
      scheme === 'https' ? createHttps({ key: KEY, cert: CERT }, listener) : createHttp(listener);
  }

  async listen(port = 0): Promise<URL> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port: taken } = this.#server.address() as AddressInfo;
    return new URL(`${this.#scheme}://127.0.0.1:${taken}/hook?token=not-for-logs`);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get uids(): readonly string[] {
    return this.received.map(({ headers }) => String(headers['webhook-id']));
  }
}

/** A receiver of syslog over connections: takes frames apart by their octet count. */
export class SyslogReceiver {
  readonly frames: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #scheme: 'tcp' | 'tls';
  readonly #server;

  constructor(scheme: 'tcp' | 'tls' = 'tcp') {
    this.#scheme = scheme;
    const listener = (socket: Socket): void => {
      this.#sockets.add(socket);
      let bytes = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        bytes = Buffer.concat([bytes, Buffer.from(chunk)]);
        for (;;) {
          const [, count] = /^(\d+) /.exec(bytes.toString('latin1')) ?? [];
          if (count === undefined) return;
          const begin = count.length + 1;
          const end = begin + Number(count);
          if (bytes.length < end) return;
          this.frames.push(bytes.subarray(begin, end).toString('utf8'));
          bytes = bytes.subarray(end);
        }
      });
    };
    this.#server = scheme === 'tls' ? createTls({ key: KEY, cert: CERT }, listener) : createTcp(listener);
  }

  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** As a process that is killed: its connections end, and nobody listens. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    for (const socket of this.#sockets) {
      if (this.#scheme === 'tcp') socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A receiver of datagrams. */
export async function datagramReceiver(): Promise<{ port: number; datagrams: string[]; close: () => void }> {
  const socket = createSocket('udp4');
  const datagrams: string[] = [];
  socket.on('message', (bytes) => datagrams.push(bytes.toString('utf8')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, datagrams, close: () => socket.close() };
}
