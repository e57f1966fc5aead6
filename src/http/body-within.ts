import type { FastifyRequest } from 'fastify';
import { gathered } from './gathered.ts';

class LargeBody extends Error {
  /** Fastify answers with it. */
  readonly statusCode = 413;
}

/** The whole body of an answer; `null` where it has more bytes: the rest is not read. */
export function bodyWithin({ body }: Response, mostBytes: number): Promise<Buffer | null> {
  return within((body ?? []) as AsyncIterable<Uint8Array>, mostBytes);
}

/** The same of a request, which may say how long it is. @throws LargeBody */
export async function wholeBody(
  { headers }: Pick<FastifyRequest, 'headers'>,
  payload: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Buffer> {
  const isTooLong = Number(headers['content-length']) > mostBytes;
  const body = isTooLong ? null : await within(payload, mostBytes);
  if (body === null) throw new LargeBody('the body is too large');
  return body;
}

async function within(all: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of all) {
    bytes += part.length;
    if (bytes > mostBytes) return null;
    parts.push(part);
  }
  return gathered(parts);
}
