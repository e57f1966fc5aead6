import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS, NAME_PATTERN } from '../model/index.ts';
import type { Admission } from './admission.ts';
import { wholeBody } from './body-within.ts';
import type { Intake, IntakeHeaders, IntakeSummary } from './intake.ts';
import { leashed } from './leash.ts';
import { refuse } from './refuse.ts';

const FORMATS = { 'application/x-ndjson': 'ndjson', 'application/json': 'json' } as const;
const SEQUENCE = /^\d{1,15}$/;

/**
 * `POST /v1/events`: a batch of OCSF events, as bytes, to the intake. 200 says how many were taken; 422 with the same
 * body says that there was something in it and all of it was refused, so that a producer notices.
 */
export function mountEvents(app: FastifyInstance, intake: Intake, admit: Admission): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(Object.keys(FORMATS), (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    wholeBody(request, payload, LIMITS.batchBytes),
  );
  app.post(
    '/v1/events',
    { bodyLimit: LIMITS.batchBytes, onRequest: admit, preParsing: leashed },
    async (request, reply) => {
      if (request.headers['content-encoding'] !== undefined) return refuse(reply, 'unsupported_media_type');
      const { body } = request;
      if (!Buffer.isBuffer(body) || body.length === 0) return refuse(reply, 'empty_body');
      const headers = batchHeaders(request);
      if (headers === null) return refuse(reply, 'invalid_header');
      const taking = request.place?.during(() => intake(body, headers, request.actor)) ?? null;
      if (taking === null) return refuse(reply, 'busy');
      const outcome = await taking;
      if (outcome.kind === 'starting') return refuse(reply, 'starting');
      if (outcome.kind === 'simulated') return refuse(reply, 'simulated_fleet');
      if (outcome.kind === 'too_large') return refuse(reply, 'body_too_large');
      if (outcome.kind === 'sequence_too_old') return refuse(reply, 'sequence_too_old');
      if (outcome.kind === 'journal_failed' || outcome.kind === 'disk_full')
        return refuse(reply, outcome.kind);
      if (outcome.kind === 'busy') {
        return refuse(reply.header('retry-after', Math.ceil(outcome.retryAfterSeconds)), outcome.kind);
      }
      const { kind: _, ...summary } = outcome;
      return reply.code(nothingButRefused(summary) ? 422 : 200).send(summary);
    },
  );
}

function nothingButRefused({ accepted, refused, duplicates, skipped }: IntakeSummary): boolean {
  return refused > 0 && accepted + duplicates + skipped === 0;
}

/** `null` when the two headers are malformed or one is missing: a batch that cannot be known again is not numbered. */
function batchHeaders({ headers }: FastifyRequest): IntakeHeaders | null {
  const producer = headers['stance-producer'];
  const sequence = headers['stance-sequence'];
  const format = headers['content-type']?.toLowerCase().startsWith('application/json') ? 'json' : 'ndjson';
  if (producer === undefined && sequence === undefined) return { producer: null, sequence: null, format };
  if (typeof producer !== 'string' || !NAME_PATTERN.test(producer)) return null;
  if (typeof sequence !== 'string' || !SEQUENCE.test(sequence)) return null;
  return { producer, sequence: Number(sequence), format };
}
