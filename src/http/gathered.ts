import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';

/** So much is copied before others have their turn: new memory is slow to be written for the first time. */
const COPIED_BYTES = 1_048_576;

/** What came in parts as one: a feed may be a hundred megabytes, and to copy them at one stroke would hold the loop. */
export async function gathered(parts: readonly Uint8Array[]): Promise<Buffer> {
  const all = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let [at, copied] = [0, 0];
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
    copied += part.length;
    if (copied < COPIED_BYTES) continue;
    copied = 0;
    await nextTurn();
  }
  return all;
}

class LargeBody extends Error {
  /** Fastify answers with it. */
  readonly statusCode = 413;
}

/**
 * The body of a request, whole. @throws LargeBody before any of it is read where it says that it is too large, else once it is
 */
export async function wholeBody(
  { headers }: Pick<FastifyRequest, 'headers'>,
  payload: AsyncIterable<Buffer>,
  most: number,
): Promise<Buffer> {
  if (Number(headers['content-length']) > most) throw new LargeBody('the body is too large');
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of payload) {
    bytes += part.length;
    if (bytes > most) throw new LargeBody('the body is too large');
    parts.push(part);
  }
  return gathered(parts);
}
