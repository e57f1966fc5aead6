import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { errorBody } from './errors.ts';

/** A body must have come at this rate (1 Mbit/s) once its first seconds are over. */
const BYTES_PER_SECOND = 131_072;
const FIRST_SECONDS = 3;
const LOOK_EVERY_MS = 1_000;
/** Of a small body that somebody else reads: for all of it. */
const WHOLE_WITHIN_MS = 10_000;

/** A body that trickles: what it holds of the intake is for those who send. */
class SlowBody extends Error {
  /** Fastify answers with it. */
  readonly statusCode = 408;
}

/** Hands a body on, for as long as it comes at the least rate on the whole; then it fails. */
class Leash extends Transform {
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #seconds = 0;

  constructor() {
    super();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    clearInterval(this.#timer);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#timer);
    done(error);
  }

  #look(): void {
    this.#seconds += LOOK_EVERY_MS / 1_000;
    const expected = (this.#seconds - FIRST_SECONDS) * BYTES_PER_SECOND;
    if (this.#bytes < expected) this.destroy(new SlowBody('the body came too slowly'));
  }
}

/** A sender that goes away ends it; one that is too slow still gets its answer, so the request itself is left whole. */
export function leashed(
  _request: FastifyRequest,
  { raw }: FastifyReply,
  payload: RequestPayload,
  done: (error: null, payload: RequestPayload) => void,
): void {
  const leash = new Leash();
  // Where the body is refused before it is read, nobody listens to it: then its end is nobody's fault.
  leash.on('error', () => undefined);
  raw.once('close', () => {
    leash.destroy();
    // What still comes of a body that was answered is read away, so that the connection can go on.
    payload.unpipe(leash).resume();
  });
  payload.once('error', (error) => leash.destroy(error));
  done(null, payload.pipe(leash));
}

/** The same where the body is read from the bare request: one that is not whole in time is answered, and let go of. */
export function endIfSlow(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => {
    if (request.complete || response.headersSent) return;
    response.writeHead(408, { connection: 'close', 'content-type': 'application/json' });
    response.end(JSON.stringify(errorBody('body_too_slow')), () => request.destroy());
  }, WHOLE_WITHIN_MS);
  timer.unref();
  response.once('close', () => clearTimeout(timer));
}
