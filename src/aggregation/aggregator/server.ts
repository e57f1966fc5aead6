import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex, Writable } from 'node:stream';
import { type Aggregator, limitPerNetwork } from '../../model/index.ts';
import { MOST_CLOSE_REQUEST_BYTES } from '../protocol/close-request.ts';
import { CLOSE_PATH, REPORTS_PATH } from '../protocol/doors.ts';
import { REPORT_BYTES } from '../protocol/report.ts';

/** Whatever is wrong with what was sent: this, and no more. */
const REFUSED = Buffer.from('{"error":"refused"}\n');
const REFUSED_STATUS = 400;
/** A fault of this machine, whatever it is: the same report may be taken later. */
const UNAVAILABLE = Buffer.from('{"error":"unavailable"}\n');
const UNAVAILABLE_STATUS = 503;
/** Errors of what was said in HTTP, not of the connection below it. */
const IS_OF_HTTP = /^(?:HPE_|ERR_HTTP_)/;
const ACCEPTED = Buffer.from('{"accepted":true}\n');
export interface DoorLimits {
  /** Reports of 66 kB each at once, some 17 MB. */
  readonly connections: number;
  /** Of one address, or one IPv6 network of a subscriber; behind a proxy all come from the proxy's. */
  readonly connectionsPerNetwork: number;
  /** Until TLS stands: before it does, no other limit of time begins. */
  readonly handshakeMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  /** Until an answer is taken: as long as the key holder waits for one. */
  readonly answerMs: number;
}

const LIMITS: DoorLimits = {
  connections: 256,
  connectionsPerNetwork: 32,
  handshakeMs: 5_000,
  headersMs: 5_000,
  requestMs: 15_000,
  answerMs: 30_000,
};

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The aggregator's two doors. Both say who may enter by signatures over what is sent. */
export function aggregatorServer(aggregator: Aggregator, tls: Tls | null, limits = LIMITS): Server {
  const doors = new Map<string, Door>([
    [
      REPORTS_PATH,
      {
        mostBytes: REPORT_BYTES.most,
        answer: async (body) => ((await aggregator.accept(body)) ? { status: 202, body: ACCEPTED } : REFUSAL),
      },
    ],
    [
      CLOSE_PATH,
      {
        mostBytes: MOST_CLOSE_REQUEST_BYTES,
        answer: async (body) => {
          const aggregate = await aggregator.close(body);
          return aggregate === null ? REFUSAL : { status: 200, body: aggregate };
        },
      },
    ],
  ]);
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const door = request.method === 'POST' ? doors.get(request.url ?? '') : undefined;
    void enter(request, door)
      // It was told to the operator where it happened; a sender that went away hears nothing anyhow.
      .catch(() => ({ status: UNAVAILABLE_STATUS, body: UNAVAILABLE }))
      .then((answer) => send(request, response, answer, limits.answerMs));
  };
  const settings = {
    requestTimeout: limits.requestMs,
    headersTimeout: limits.headersMs,
    connectionsCheckingInterval: 1_000,
  };
  const handshakeTimeout = limits.handshakeMs;
  const server =
    tls === null
      ? createServer(settings, listener)
      : createTlsServer({ ...settings, ...tls, handshakeTimeout }, listener);
  server.maxConnections = limits.connections;
  if (tls !== null) limitPerNetwork(server, limits.connectionsPerNetwork);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Before TLS stands there is nothing to answer on, and nobody else lets go of the socket.
    if (!socket.writable || !IS_OF_HTTP.test(error.code ?? '')) {
      socket.destroy();
      return;
    }
    socket.end(
      `HTTP/1.1 ${REFUSED_STATUS} Bad Request\r\nConnection: close\r\nContent-Length: ${REFUSED.length}\r\n\r\n${REFUSED.toString()}`,
    );
    destroyAfter(socket, limits.answerMs);
  });
  return server;
}

interface Door {
  readonly mostBytes: number;
  readonly answer: (body: Uint8Array) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}

const REFUSAL: Answer = { status: REFUSED_STATUS, body: REFUSED };

async function enter(request: IncomingMessage, door: Door | undefined): Promise<Answer> {
  const body = door === undefined ? null : await bodyOf(request, door.mostBytes);
  return door === undefined || body === null ? REFUSAL : door.answer(body);
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

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: Answer,
  answerMs: number,
): void {
  // A body that was not read to its end cannot be followed by another request.
  const isRead = request.complete;
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/octet-stream' : 'application/json',
    'content-length': body.length,
    ...(isRead ? {} : { connection: 'close' }),
  });
  response.end(body);
  destroyAfter(response, answerMs);
  if (!isRead) response.once('finish', () => request.destroy());
}

/** Who takes nothing of an answer, or a byte now and then, holds a connection no longer than this. */
function destroyAfter(stream: Writable, ms: number): void {
  const patience = setTimeout(() => stream.destroy(), ms).unref();
  stream.once('close', () => clearTimeout(patience));
}
