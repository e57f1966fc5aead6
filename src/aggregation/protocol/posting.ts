/** Sending did not come to an answer. */
export class PostError extends Error {
  override readonly name = 'PostError';
  readonly code = 'no_answer';
  /** `false`: nothing left this machine. Otherwise it may have been taken or not. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.mayHaveArrived = !isBeforeSending(options?.cause);
  }
}

/** What the system calls what is done before the first byte of a request can go. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo']);
/** What becomes of a connection whose other end could not prove who it is, and of one that took too long to stand. */
const NO_CONNECTION =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|UND_ERR_CONNECT_TIMEOUT|ERR_SSL_WRONG_VERSION_NUMBER)/;

function isBeforeSending(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  // Where a name has several addresses, each was tried.
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.every(isBeforeSending);
  const { syscall, code } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined && BEFORE_SENDING.has(syscall)) return true;
  if (typeof code === 'string' && NO_CONNECTION.test(code)) return true;
  return isBeforeSending(cause.cause);
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
