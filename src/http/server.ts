import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type FaultReporter, LIMITS } from '../model/index.ts';
import type { Binding } from './binding.ts';
import { errorBody, type HttpErrorCode, statusOf } from './errors.ts';
import { mountEvents } from './events.ts';
import { Gate } from './gate.ts';
import { refuseForeign } from './guard.ts';
import type { Intake } from './intake.ts';
import { landingPage } from './landing.ts';
import { LOCAL_ACTOR, type Scope, type TokenStore } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it: the token's name, or `local`. Set where a scope was needed. */
    actor: string;
  }
}

/** Each may hold a body of `LIMITS.batchBytes` in memory. */
const BATCHES_AT_ONCE = 8;
/** About a millisecond of work each; more at once only makes all of them late. */
const QUESTIONS_AT_ONCE = 64;
const RETRY_AFTER_SECONDS = 1;
const CONNECTIONS = 1_024;
/** For a whole request to arrive: 16 MiB over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;

const METHODS: Readonly<Record<string, string>> = {
  '/': 'GET, HEAD',
  '/healthz': 'GET, HEAD',
  '/v1/events': 'POST',
};

export interface Health {
  readonly ready: boolean;
  /** How far the start is, e.g. `{ phase: 'history', events: 120000 }`. */
  readonly progress: Readonly<Record<string, unknown>>;
}

export interface HttpServerSettings {
  readonly version: string;
  readonly binding: Binding;
  readonly tokens: Pick<TokenStore, 'configured' | 'verifyToken'>;
  readonly health: () => Health;
  readonly intake: Intake;
  /** The MCP door; it is called with requests that passed the guards and the token check. */
  readonly mcp: (request: IncomingMessage, response: ServerResponse, asker: string) => Promise<void>;
  readonly reportFault: FaultReporter;
}

/** The HTTP server, not yet listening: `await server.listen(binding)`. Every route is behind the Host and Origin guard. */
export function createHttpServer(settings: HttpServerSettings): FastifyInstance {
  const { binding, tokens, health, version, mcp, reportFault } = settings;
  const app = fastify({
    bodyLimit: LIMITS.batchBytes,
    forceCloseConnections: true,
    serverFactory: (handler) => serverFor(binding, handler),
  });
  app.decorateRequest('actor', '');
  app.addHook('onRequest', async (request, reply) => {
    const refused = refuseForeign(request.headers, binding.allowedHosts);
    if (refused !== null) await refuse(reply, refused);
  });
  app.setNotFoundHandler((request, reply) => {
    const allow = METHODS[new URL(request.url, 'http://stance').pathname];
    return allow === undefined
      ? refuse(reply, 'not_found')
      : refuse(reply.header('allow', allow), 'method_not_allowed');
  });
  app.setErrorHandler((error, _request, reply) => {
    const code = requestFault(error);
    if (code !== null) return refuse(reply, code);
    return reply.code(500).send(errorBody('internal', reportFault('http', error)));
  });

  /** Route guard: the token must have the scope, and there must be room. */
  function admit(scope: Scope, gate: Gate) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const refused = identify(request, scope);
      if (refused !== null) {
        await refuse(reply.header('www-authenticate', challenge(refused, scope)), refused);
        return;
      }
      const leave = gate.enter();
      if (leave === null) await refuse(reply.header('retry-after', RETRY_AFTER_SECONDS), 'busy');
      else reply.raw.once('close', leave);
    };
  }

  /** Notes who asks. A token that is sent is always checked, also where none is needed. */
  function identify(
    request: FastifyRequest,
    scope: Scope,
  ): 'token_required' | 'invalid_token' | 'insufficient_scope' | null {
    const { authorization } = request.headers;
    if (authorization === undefined) {
      if (binding.tokensRequired || tokens.configured) return 'token_required';
      request.actor = LOCAL_ACTOR;
      return null;
    }
    const bearer = tokens.verifyToken(authorization);
    if (bearer === null) return 'invalid_token';
    if (!bearer.scopes.includes(scope)) return 'insufficient_scope';
    request.actor = bearer.name;
    return null;
  }

  app.get('/', (request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .header('x-content-type-options', 'nosniff')
      .send(landingPage(`${binding.tls === null ? request.protocol : 'https'}://${request.host}`, version)),
  );
  app.get('/healthz', (_request, reply) => {
    const { ready, progress } = health();
    return ready ? { status: 'ready' } : reply.code(503).send({ ...progress, status: 'starting' });
  });
  app.register(async (scope) =>
    mountEvents(scope, settings.intake, admit('ingest', new Gate(BATCHES_AT_ONCE)), refuse),
  );
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.all('/mcp', { onRequest: admit('read', new Gate(QUESTIONS_AT_ONCE)) }, async (request, reply) => {
      reply.hijack();
      await mcp(request.raw, reply.raw, request.actor);
    });
  });
  return app;
}

function serverFor({ tls }: Binding, handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS };
  const server =
    tls === null
      ? createPlainServer(timeouts, handler)
      : createTlsServer({ ...timeouts, ...tls, minVersion: 'TLSv1.2' }, handler);
  server.maxConnections = CONNECTIONS;
  return server;
}

function refuse(reply: FastifyReply, code: HttpErrorCode): FastifyReply {
  return reply.code(statusOf(code)).send(errorBody(code));
}

/** RFC 6750 §3: without a token only the scheme; with one, what was wrong with it. */
function challenge(code: 'token_required' | 'invalid_token' | 'insufficient_scope', scope: Scope): string {
  const scheme = `Bearer realm="stance", scope="${scope}"`;
  return code === 'token_required' ? scheme : `${scheme}, error="${code}"`;
}

/** What Fastify says of a bad request, in the words of the table; `null` for a fault of ours. */
function requestFault(error: unknown): HttpErrorCode | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return null;
  if (error.statusCode === 413) return 'body_too_large';
  if (error.statusCode === 415) return 'unsupported_media_type';
  return typeof error.statusCode === 'number' && error.statusCode < 500 ? 'bad_request' : null;
}
