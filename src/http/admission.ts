import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Gate, Place } from './gate.ts';
import type { Provers } from './provers.ts';
import { refuse } from './refuse.ts';
import { LOCAL_ACTOR, type Scope, type TokenStore } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it: the token's name, or `local`. Set where a scope was needed. */
    actor: string;
    /** Whether that one may read, too. */
    mayRead: boolean;
    /** Where it was let in. */
    place: Place | null;
  }
}

export type Tokens = Pick<TokenStore, 'configured' | 'verifyToken'>;
export type Admission = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
type Denial = 'token_required' | 'invalid_token' | 'insufficient_scope';
type Admitted = { readonly actor: string; readonly mayRead: boolean } | { readonly denied: Denial };

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
  provers: Provers | null = null,
): Admission {
  return async (request, reply) => {
    const judged = (await provers?.of(request)) ?? null;
    switch (judged?.kind) {
      case 'busy':
        await refuse(reply.header('retry-after', judged.retryAfterSeconds), 'busy');
        return;
      case 'starting':
        await refuse(reply, 'starting');
        return;
      case 'refused':
        if (judged.code === 'svid_refused')
          reply.header(
            'www-authenticate',
            `${challenge('invalid_token', scope)}, error_description="${judged.refusal}"`,
          );
        await refuse(reply, judged.code);
        return;
      case 'prover':
      case undefined:
    }
    const admitted =
      judged === null
        ? admit(request.headers.authorization, tokens, tokensRequired, scope)
        : { actor: actorOf(judged), mayRead: false };
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
    request.mayRead = admitted.mayRead;
  };
}

function actorOf({ prover }: { readonly prover: string }): string {
  return `${prover.startsWith('wkl_') ? 'workload' : 'device'}:${prover}`;
}

/** A token that is sent is always checked, also where none is needed. */
function admit(header: string | undefined, tokens: Tokens, required: boolean, scope: Scope): Admitted {
  if (header === undefined) {
    return required || tokens.configured
      ? { denied: 'token_required' }
      : { actor: LOCAL_ACTOR, mayRead: true };
  }
  const bearer = tokens.verifyToken(header);
  if (bearer === null) return { denied: 'invalid_token' };
  const { name, scopes } = bearer;
  return scopes.includes(scope)
    ? { actor: name, mayRead: scopes.includes('read') }
    : { denied: 'insufficient_scope' };
}

/** RFC 6750 §3: without a token only the scheme; with one, what was wrong with it. */
function challenge(denial: Denial, scope: Scope): string {
  const scheme = `Bearer realm="stance", scope="${scope}"`;
  return denial === 'token_required' ? scheme : `${scheme}, error="${denial}"`;
}
