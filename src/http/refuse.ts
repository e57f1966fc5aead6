import type { FastifyReply } from 'fastify';
import { errorBody, type HttpErrorCode, statusOf } from './errors.ts';

/** Answers with an error of the table. */
export function refuse(reply: FastifyReply, code: HttpErrorCode): FastifyReply {
  return reply.code(statusOf(code)).send(errorBody(code));
}
