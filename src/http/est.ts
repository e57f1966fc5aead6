import type { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpErrorCode } from './errors.ts';
import { errorBody, statusOf } from './errors.ts';
import type { Gate } from './gate.ts';
import { refuse } from './refuse.ts';

export type EstAnswer =
  | { readonly kind: 'certificates' | 'list'; readonly der: Buffer }
  | { readonly kind: 'pending'; readonly retryAfterSeconds: number }
  | { readonly kind: 'unauthorised' }
  | { readonly kind: 'refused'; readonly code: HttpErrorCode }
  | { readonly kind: 'bad_request'; readonly message: string };

/** Who answers devices that ask for certificates. `body` is a request as it came; nothing of it is believed. */
export interface EstDesk {
  authorities(): Promise<EstAnswer>;
  revocations(): Promise<EstAnswer>;
  enrol(body: string, secret: string | null): Promise<EstAnswer>;
  renew(body: string, shown: readonly Buffer[], from: string): Promise<EstAnswer>;
}

/** A request with a large RSA key is some 2 kB. */
const REQUEST_BYTES = 32_768;
export const EST_DOORS = {
  '/.well-known/est/cacerts': 'GET',
  '/.well-known/est/crl': 'GET',
  '/.well-known/est/simpleenroll': 'POST',
  '/.well-known/est/simplereenroll': 'POST',
} as const;
/** Certificates in a chain that a peer shows. */
const LONGEST_CHAIN = 10;

/** Enrolment over Secure Transport (RFC 7030), and the authority's revocation list beside it. */
export function mountEst(app: FastifyInstance, desk: () => EstDesk | null, gate: Gate): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/pkcs10',
    { parseAs: 'string', bodyLimit: REQUEST_BYTES },
    (_request, body, done) => done(null, body),
  );
  const door = (
    path: keyof typeof EST_DOORS,
    answer: (open: EstDesk, request: FastifyRequest) => Promise<EstAnswer>,
  ) =>
    app.route({
      method: EST_DOORS[path],
      url: path,
      bodyLimit: REQUEST_BYTES,
      handler: async (request, reply) => {
        const open = desk();
        if (open === null) return refuse(reply, 'starting');
        const given = await gate.within(request.ip, REQUEST_BYTES, () => answer(open, request));
        if (given === null) return refuse(reply.header('retry-after', gate.retryAfterSeconds), 'busy');
        return answered(reply, given);
      },
    });
  door('/.well-known/est/cacerts', (open) => open.authorities());
  door('/.well-known/est/crl', (open) => open.revocations());
  door('/.well-known/est/simpleenroll', (open, request) => open.enrol(bodyOf(request), passwordOf(request)));
  door('/.well-known/est/simplereenroll', (open, request) =>
    open.renew(bodyOf(request), shownBy(request), request.ip),
  );
}

/** What the peer showed in the handshake, which has proven its key; the leaf first. */
export function shownBy({ raw }: FastifyRequest): readonly Buffer[] {
  const shown: Buffer[] = [];
  const { socket } = raw;
  if (!('getPeerX509Certificate' in socket)) return shown;
  let each = (socket as TLSSocket).getPeerX509Certificate();
  while (each !== undefined && shown.length < LONGEST_CHAIN) {
    const { raw: der } = each;
    if (shown.some((before) => before.equals(der))) break;
    shown.push(der);
    each = each.issuerCertificate;
  }
  return shown;
}

function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}

/** The one-time token is the password of HTTP Basic (RFC 7030 §3.2.3); the user's name says nothing. */
function passwordOf({ headers }: FastifyRequest): string | null {
  const encoded = /^Basic +(?<text>[A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(headers.authorization ?? '')
    ?.groups?.['text'];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function answered(reply: FastifyReply, answer: EstAnswer): FastifyReply {
  switch (answer.kind) {
    case 'certificates':
      return base64(reply, answer.der, 'application/pkcs7-mime; smime-type=certs-only');
    case 'list':
      return reply.header('content-type', 'application/pkix-crl').send(answer.der);
    case 'pending':
      return reply.code(202).header('retry-after', answer.retryAfterSeconds).send();
    case 'unauthorised':
      return refuse(
        reply.header('www-authenticate', 'Basic realm="stance enrolment"'),
        'enrolment_token_required',
      );
    case 'refused':
      return refuse(reply, answer.code);
    case 'bad_request': {
      const body = errorBody('bad_certificate_request');
      const error = { ...body.error, message: answer.message };
      return reply.code(statusOf('bad_certificate_request')).send({ error });
    }
  }
}

function base64(reply: FastifyReply, der: Buffer, type: string): FastifyReply {
  const lines = der.toString('base64').match(/.{1,76}/g) ?? [];
  return reply
    .header('content-type', type)
    .header('content-transfer-encoding', 'base64')
    .send(`${lines.join('\r\n')}\r\n`);
}
