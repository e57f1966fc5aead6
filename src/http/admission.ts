import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clients } from './client-certificate.ts';
import type { Gate, Place } from './gate.ts';
import { refuse } from './refuse.ts';
import { LOCAL_ACTOR, type Scope, type TokenStore } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it: the token's name, or `local`. Set where a scope was needed. */
    actor: string;
    /** Where it was let in. */
    place: Place | null;
  }
}

export type Tokens = Pick<TokenStore, 'configured' | 'verifyToken'>;
export type Admission = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
type Denial = 'token_required' | 'invalid_token' | 'insufficient_scope';
type Admitted = { readonly actor: string } | { readonly denied: Denial };

/**
 * The guard of a route, before its body is read: the asker must have the scope, and there must be room. Of a body whose
 * length is not told, `bodyBytes` are expected.
 */
export function admission(
  tokens: Tokens,
  tokensRequired: boolean,
  scope: Scope,
  gate: Gate,
  bodyBytes: number,
  clients: Clients | null = null,
): Admission {
  return async (request, reply) => {
    const { authorization } = request.headers;
    const client = (await clients?.of(request)) ?? null;
    if (client === 'busy' || client?.kind === 'starting') {
      if (client === 'busy') reply.header('retry-after', clients?.retryAfterSeconds ?? 1);
      await refuse(reply, client === 'busy' ? 'busy' : 'starting');
      return;
    }
    // A token goes before a certificate of nobody known; not before one that a known device may not use any more.
    if (client?.kind === 'refused' && (client.device !== null || authorization === undefined)) {
      await refuse(reply, 'certificate_refused');
      return;
    }
    const svid = clients === null ? null : signedTokenIn(authorization);
    const workload = svid === null ? null : await clients?.ofToken(svid, request.ip);
    if (workload === 'busy' || workload?.kind === 'starting') {
      if (workload === 'busy') reply.header('retry-after', clients?.retryAfterSeconds ?? 1);
      await refuse(reply, workload === 'busy' ? 'busy' : 'starting');
      return;
    }
    if (workload?.kind === 'refused') {
      const why = `${challenge('invalid_token', scope)}, error_description="${workload.refusal}"`;
      await refuse(reply.header('www-authenticate', why), 'svid_refused');
      return;
    }
    const known = workload ?? (authorization === undefined ? client : null);
    const admitted =
      known?.kind === 'device'
        ? { actor: `${known.device.startsWith('wkl_') ? 'workload' : 'device'}:${known.device}` }
        : admit(authorization, tokens, tokensRequired, scope);
    if ('denied' in admitted) {
      await refuse(reply.header('www-authenticate', challenge(admitted.denied, scope)), admitted.denied);
      return;
    }
    const told = Number(request.headers['content-length'] ?? bodyBytes);
    const place = gate.enter(admitted.actor, Math.min(told, bodyBytes));
    if (place === null) {
      await refuse(reply.header('retry-after', gate.retryAfterSeconds), 'busy');
      return;
    }
    reply.raw.once('close', () => place.leave());
    request.place = place;
    request.actor = admitted.actor;
  };
}

/** A token in three parts is a signed one (RFC 7515 §3.1); ours have no dot. */
const SIGNED_TOKEN = /^Bearer +(?<token>[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i;

function signedTokenIn(header: string | undefined): string | null {
  return SIGNED_TOKEN.exec(header ?? '')?.groups?.['token'] ?? null;
}

/** A token that is sent is always checked, also where none is needed. */
function admit(header: string | undefined, tokens: Tokens, required: boolean, scope: Scope): Admitted {
  if (header === undefined) {
    return required || tokens.configured ? { denied: 'token_required' } : { actor: LOCAL_ACTOR };
  }
  const bearer = tokens.verifyToken(header);
  if (bearer === null) return { denied: 'invalid_token' };
  return bearer.scopes.includes(scope) ? { actor: bearer.name } : { denied: 'insufficient_scope' };
}

/** RFC 6750 §3: without a token only the scheme; with one, what was wrong with it. */
function challenge(denial: Denial, scope: Scope): string {
  const scheme = `Bearer realm="stance", scope="${scope}"`;
  return denial === 'token_required' ? scheme : `${scheme}, error="${denial}"`;
}
