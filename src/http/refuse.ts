import type { FastifyReply } from 'fastify';
import { errorBody, type HttpErrorCode, statusOf } from './errors.ts';

/** Seconds after which it is worth another try, where nobody knows it better: of a full disk somebody has to free space first. */
const RETRY_AFTER: Partial<Record<HttpErrorCode, number>> = { starting: 5, disk_full: 30 };

/** Answers with an error of the table. */
export function refuse(reply: FastifyReply, code: HttpErrorCode): FastifyReply {
  const seconds = RETRY_AFTER[code];
  if (seconds !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', seconds);
  return reply.code(statusOf(code)).send(errorBody(code));
}
