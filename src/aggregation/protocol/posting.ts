/** Sending did not come to an answer: the report may have been taken or not. */
export class PostError extends Error {
  override readonly name = 'PostError';
  readonly code = 'no_answer';
}

const TIMEOUT_MS = 30_000;

/**
 * Sends bytes to the aggregator.
 * @returns its answer's bytes, at most `mostBytes`; `null` where it refused
 * @throws PostError
 */
export async function post(
  base: URL,
  path: string,
  bytes: Uint8Array,
  mostBytes: number,
): Promise<Uint8Array | null> {
  try {
    const response = await fetch(new URL(path, base), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(bytes),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 400) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) throw new PostError(`the aggregator answered ${response.status}`);
    return await bounded(response, mostBytes);
  } catch (cause) {
    if (cause instanceof PostError) throw cause;
    throw new PostError(`the aggregator at ${base.host} did not answer`, { cause });
  }
}

async function bounded(response: Response, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > mostBytes) throw new PostError(`the aggregator answered with more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
