import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { type FaultReporter, LIMITS, limitPerNetwork } from '../model/index.ts';
import { admission, type Tokens } from './admission.ts';
import type { Binding } from './binding.ts';
import type { ControlOperation } from './control.ts';
import { Draining } from './draining.ts';
import { errorBody, type HttpErrorCode, statusOf, tooLarge } from './errors.ts';
import { EST_DOORS, type EstDesk, mountEst } from './est.ts';
import { mountEvents } from './events.ts';
import { type FeedIntake, mountFeeds } from './feeds.ts';
import { Gate } from './gate.ts';
import { refuseForeign } from './guard.ts';
import type { Intake } from './intake.ts';
import { landingPage } from './landing.ts';
import { endIfSlow } from './leash.ts';
import { mountOperatorDoors, OPERATOR_DOORS, WORD_BYTES } from './operator-doors.ts';
import { JUDGEMENTS_AT_ONCE, type JudgeClient, type JudgeToken, Provers } from './provers.ts';
import { refuse } from './refuse.ts';

/** On their way in, or waiting for the engine; of the largest, four. */
const BATCHES_AT_ONCE = { places: 64, bytes: 4 * LIMITS.batchBytes };
/** A question is under 10 kB; the rest is room for what a client adds. */
const QUESTION_BYTES = 1_048_576;
/** About a millisecond of work each; more at once only makes all of them late. */
const QUESTIONS_AT_ONCE = { places: 64, bytes: 64 * QUESTION_BYTES };
/** A proxy in front has all its clients' connections. */
const CONNECTIONS = 1_024;
const CONNECTIONS_OF_ONE = 768;
/** Each is a record on the disk, or a look at what is in memory. */
const WORDS_AT_ONCE = { places: 32, bytes: 32 * WORD_BYTES };
/** Each is a signature or two, and a record. */
const ENROLMENTS_AT_ONCE = { places: 16, bytes: 16 * 32_768 };
/** Each lies in memory whole, and is read there. */
const FEEDS_AT_ONCE = { places: 4, bytes: 2 * LIMITS.feedBytes };
/** Each is some hundred milliseconds of work; nobody else's words wait for them. */
const LOOKUPS_AT_ONCE = { places: 4, bytes: 4 * WORD_BYTES };
/** Each is a whole set of policies. */
const POLICY_SETS_AT_ONCE = { places: 4, bytes: 4 * LIMITS.policyBytes };
/** For a whole request to arrive: 16 MiB over a line of 5 Mbit/s. Slow senders must not hold all places. */
const REQUEST_TIMEOUT_MS = 30_000;
/** For its head, also of one that says nothing at all. */
const HEAD_TIMEOUT_MS = 10_000;
/** How late these may be noticed. */
const LOOK_EVERY_MS = 1_000;

/** Whoever connects and says nothing holds a place no longer. */
const HANDSHAKE_MS = 10_000;

const METHODS = new Map([
  ['/', 'GET, HEAD'],
  ['/healthz', 'GET, HEAD'],
  ['/v1/events', 'POST'],
  ...Object.entries(EST_DOORS).map(
    ([path, method]) => [path, method === 'GET' ? 'GET, HEAD' : method] as const,
  ),
  ['/v1/feeds', 'POST'],
  ...OPERATOR_DOORS.map(({ path }) => [path, methodsOf(path)] as const),
]);

export interface Health {
  readonly ready: boolean;
  /** Questions are answered already, though what came last is not taken in yet. */
  readonly answering?: boolean;
  /** How far the start is, e.g. `{ phase: 'history', events: 120000 }`. */
  readonly progress: Readonly<Record<string, unknown>>;
  /** The sinks of findings, where there are any. */
  readonly outputs?: readonly Readonly<Record<string, unknown>>[];
  /** The reports to the fleet's aggregator, where any are sent. */
  readonly fleet?: Readonly<Record<string, unknown>> | null;
  /** Records of the journal that no posture rests on. */
  readonly setAside?: number;
  /** Why nothing is taken in until a restart. */
  readonly fault?: string | null;
}

export interface HttpServerSettings {
  readonly version: string;
  readonly binding: Binding;
  readonly tokens: Tokens;
  readonly health: () => Health;
  readonly intake: Intake;
  /** Where feeds are sent to; without it there is no such door. */
  readonly feeds?: FeedIntake;
  /** The MCP door; it is called with requests that passed the guards and the token check. */
  readonly mcp: (request: IncomingMessage, response: ServerResponse, asker: string) => Promise<void>;
  /** Those behind the doors for operators; without them there are no such doors. */
  readonly operations?: Readonly<Record<string, ControlOperation>>;
  /** Devices that show certificates and ask for them; without it the server asks nobody for one. Needs TLS. */
  readonly devices?: DeviceDoors;
  readonly reportFault: FaultReporter;
}

export interface DeviceDoors {
  readonly judge: JudgeClient;
  readonly judgeToken: JudgeToken;
  /** `null` while it is not there yet. */
  readonly desk: () => EstDesk | null;
}

/** The HTTP server, not yet listening: `await server.listen(binding)`. Every route is behind the Host and Origin guard. */
export function createHttpServer(settings: HttpServerSettings): FastifyInstance {
  const { binding, tokens, intake, mcp, devices } = settings;
  const app = fastify({
    forceCloseConnections: true,
    return503OnClosing: false,
    serverFactory: (handler) => serverFor(binding, devices !== undefined, handler),
    frameworkErrors: (_error, _request, reply) => void refuse(reply, 'bad_request'),
    clientErrorHandler: refuseUnreadable,
  });
  const draining = new Draining();
  draining.mount(app);
  app.decorateRequest('actor', '');
  app.decorateRequest('mayRead', false);
  app.decorateRequest('place', null);
  app.addHook('onRequest', async (request, reply) => {
    const refused = isAmbiguous(request.raw)
      ? 'bad_request'
      : refuseForeign(request.headers, binding.allowedHosts);
    if (refused !== null) await refuse(reply, refused);
  });
  answerErrors(app, settings.reportFault);
  mountPages(app, settings);
  const intakeGate = draining.gate(BATCHES_AT_ONCE);
  const provers = devices === undefined ? null : new Provers(devices, new Gate(JUDGEMENTS_AT_ONCE));
  const batches = admission(tokens, binding.tokensRequired, 'ingest', intakeGate, LIMITS.batchBytes, provers);
  app.register(async (scope) => mountEvents(scope, intake, batches));
  const questionGate = new Gate(QUESTIONS_AT_ONCE);
  const questions = admission(tokens, binding.tokensRequired, 'read', questionGate, QUESTION_BYTES);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/mcp', { onRequest: questions }, async (request, reply) => {
      reply.hijack();
      endIfSlow(request.raw, reply.raw);
      await request.place?.during(() => mcp(request.raw, reply.raw, request.actor));
    });
  });
  if (devices !== undefined && binding.tls !== null)
    app.register(async (scope) => mountEst(scope, devices.desk, draining.gate(ENROLMENTS_AT_ONCE)));
  const isReady = () => settings.health().ready;
  const { operations, feeds } = settings;
  if (feeds !== undefined) {
    const gate = draining.gate(FEEDS_AT_ONCE);
    const admit = admission(tokens, binding.tokensRequired, 'operate', gate, LIMITS.feedBytes);
    app.register(async (scope) => mountFeeds(scope, feeds, { admit, isReady }));
  }
  if (operations === undefined) return app;
  const wordGate = draining.gate(WORDS_AT_ONCE);
  app.register(async (scope) =>
    mountOperatorDoors(scope, {
      operations,
      isReady,
      admit: {
        GET: admission(tokens, binding.tokensRequired, 'read', wordGate, WORD_BYTES),
        POST: admission(tokens, binding.tokensRequired, 'operate', wordGate, WORD_BYTES),
        lookup: admission(tokens, binding.tokensRequired, 'lookup', new Gate(LOOKUPS_AT_ONCE), WORD_BYTES),
        large: admission(
          tokens,
          binding.tokensRequired,
          'operate',
          draining.gate(POLICY_SETS_AT_ONCE),
          LIMITS.policyBytes,
        ),
      },
    }),
  );
  return app;
}

/** Of a door for operators. */
function methodsOf(path: string): string {
  const methods = OPERATOR_DOORS.filter((door) => door.path === path).map(({ method }) => method);
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
}

function answerErrors(app: FastifyInstance, reportFault: FaultReporter): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allow = METHODS.get(path);
    return allow === undefined
      ? refuse(reply, 'not_found')
      : refuse(reply.header('allow', allow), 'method_not_allowed');
  });
  app.setErrorHandler((error, request, reply) => {
    const code = requestFault(error);
    // What is still on its way of a slow body is not waited for.
    if (code === 'body_too_slow') reply.header('connection', 'close');
    if (code === 'body_too_large')
      return reply.code(statusOf(code)).send(tooLarge(request.routeOptions.bodyLimit));
    if (code !== null) return refuse(reply, code);
    // Nobody hears the answer, and whoever can connect could fill the log.
    if (hasGone(request.raw)) return refuse(reply, 'bad_request');
    return reply.code(500).send(errorBody('internal', reportFault('http', error)));
  });
}

/** What needs no token: the first page, and the health that probes ask for. */
function mountPages(app: FastifyInstance, { binding, version, health }: HttpServerSettings): void {
  const scheme = binding.tls === null ? 'http' : 'https';
  app.get('/', (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .header('x-content-type-options', 'nosniff')
      .send(landingPage(`${scheme}://${request.host}`, version)),
  );
  app.get('/healthz', (_request, reply: FastifyReply) => {
    const {
      ready,
      answering = false,
      progress,
      outputs = [],
      fleet = null,
      setAside = 0,
      fault = null,
    } = health();
    if (fault !== null) return reply.code(503).send({ status: 'restart_needed', message: fault });
    const sinks = outputs.length === 0 ? {} : { outputs };
    const aside = setAside === 0 ? {} : { set_aside: setAside };
    if (ready) return { status: 'ready', ...sinks, ...(fleet === null ? {} : { fleet }), ...aside };
    return reply.code(503).send({ ...progress, status: answering ? 'catching_up' : 'starting' });
  });
}

function serverFor(
  { tls }: Binding,
  asksForCertificates: boolean,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const timeouts = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEAD_TIMEOUT_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const server =
    tls === null
      ? createPlainServer(timeouts, handler)
      : createTlsServer(
          {
            ...timeouts,
            ...tls,
            ...asking(asksForCertificates),
            minVersion: 'TLSv1.2',
            handshakeTimeout: HANDSHAKE_MS,
          },
          handler,
        );
  server.maxConnections = CONNECTIONS;
  limitPerNetwork(server, CONNECTIONS_OF_ONE);
  return server;
}

/** Every certificate is taken, and judged afterwards: the handshake proves its key all the same (RFC 8446 §4.4.3). */
function asking(asksForCertificates: boolean) {
  return asksForCertificates ? { requestCert: true, rejectUnauthorized: false } : {};
}

/**
 * Two Host fields, or a target with an authority of its own (RFC 9112 §3.2, §3.2.2): a proxy in front may have judged
 * by the one that is not judged here.
 */
function isAmbiguous({ rawHeaders, url }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return hosts.length > 1 || url?.startsWith('/') !== true;
}

/** Errors of the parser and of Node's own limits; others are of the connection, on which nothing can be answered. */
const IS_OF_HTTP = /^(?:HPE_|ERR_HTTP_)/;

/** To bytes that are no HTTP, over the bare connection. */
function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: Socket): void {
  // Before TLS stands nobody else lets go of the socket.
  if (!IS_OF_HTTP.test(code ?? '')) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(errorBody('bad_request'));
  const head = `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  // Whoever does not close its side would keep its place.
  if (socket.writable) socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
  else socket.destroy();
}

/** The sender left before it had sent all: what follows from that is nobody's fault here. */
function hasGone({ complete, destroyed, socket }: IncomingMessage): boolean {
  return !complete && (destroyed || socket.destroyed);
}

/** What Fastify says of a bad request, in the words of the table; `null` for a fault of ours. */
function requestFault(error: unknown): HttpErrorCode | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  if (error.statusCode === 408) return 'body_too_slow';
  if (error.statusCode === 413) return 'body_too_large';
  if (error.statusCode === 415) return 'unsupported_media_type';
  return typeof error.statusCode === 'number' && error.statusCode < 500 ? 'bad_request' : null;
}
