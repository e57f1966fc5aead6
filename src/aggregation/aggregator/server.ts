import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Aggregator } from '../../model/index.ts';
import { MOST_ASKING_BYTES } from '../protocol/asking.ts';
import { CLOSE_PATH, REPORTS_PATH } from '../protocol/doors.ts';
import { REPORT_BYTES } from '../protocol/report.ts';

/** Whatever is wrong, and with what: this, and no more. */
const REFUSED = Buffer.from('{"error":"refused"}\n');
const REFUSED_STATUS = 400;
const ACCEPTED = Buffer.from('{"accepted":true}\n');
/** Reports of 66 kB each at once, some 17 MB. */
const CONNECTIONS = 256;
const REQUEST_MS = 15_000;
const HEADERS_MS = 5_000;

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The aggregator's two doors. Both say who may enter by signatures over what is sent. */
export function aggregatorServer(aggregator: Aggregator, tls: Tls | null): Server {
  const doors = new Map<string, Door>([
    [
      REPORTS_PATH,
      {
        mostBytes: REPORT_BYTES.most,
        answer: async (body) => ((await aggregator.accept(body)) ? { status: 202, body: ACCEPTED } : null),
      },
    ],
    [
      CLOSE_PATH,
      {
        mostBytes: MOST_ASKING_BYTES,
        answer: async (body) => {
          const aggregate = await aggregator.close(body);
          return aggregate === null ? null : { status: 200, body: aggregate };
        },
      },
    ],
  ]);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const door = request.method === 'POST' ? doors.get(request.url ?? '') : undefined;
    void enter(request, door)
      .catch(() => null)
      .then((answer) => send(request, response, answer));
  };
  const settings = {
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: 1_000,
  };
  const server =
    tls === null ? createServer(settings, listener) : createTlsServer({ ...settings, ...tls }, listener);
  server.maxConnections = CONNECTIONS;
  server.on('clientError', (_error: Error, socket: Duplex) => {
    if (!socket.writable) return;
    socket.end(
      `HTTP/1.1 ${REFUSED_STATUS} Bad Request\r\nConnection: close\r\nContent-Length: ${REFUSED.length}\r\n\r\n${REFUSED.toString()}`,
    );
  });
  return server;
}

interface Door {
  readonly mostBytes: number;
  /** `null`: refused. */
  readonly answer: (body: Uint8Array) => Promise<Answer | null>;
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

async function enter(request: IncomingMessage, door: Door | undefined): Promise<Answer | null> {
  if (door === undefined) return null;
  const body = await bodyOf(request, door.mostBytes);
  return body === null ? null : door.answer(body);
}

/** `null` for a body whose length is not said, or is more than the most: nothing of it is held. */
async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  const said = request.headers['content-length'];
  if (said === undefined || !/^\d{1,9}$/.test(said) || Number(said) > mostBytes) return null;
  const body = Buffer.allocUnsafe(Number(said));
  let at = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk) || at + chunk.length > body.length) return null;
    at += chunk.copy(body, at);
  }
  return at === body.length ? body : null;
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer | null): void {
  const { status, body } = answer ?? { status: REFUSED_STATUS, body: REFUSED };
  // A body that was not read to its end cannot be followed by another request.
  const isRead = request.complete;
  response.writeHead(status, {
    'content-type': answer === null || status === 202 ? 'application/json' : 'application/octet-stream',
    'content-length': body.length,
    ...(isRead ? {} : { connection: 'close' }),
  });
  response.end(body);
  if (!isRead) response.once('finish', () => request.destroy());
}
