import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FaultReporter } from '../model/index.ts';

/** Paths, ids and options; telemetry never travels here. */
const ARGUMENT_BYTES = 1_048_576;
/** sockaddr_un on Linux holds 108 bytes with the closing zero; the BSDs hold 104. */
const SOCKET_PATH_BYTES = 103;

/** One operation that a thin client may ask of the data directory's owner. A {@link ControlError} is passed on as it is. */
export type ControlOperation = (args: unknown, progress: (step: unknown) => void) => Promise<unknown>;

/** An expected failure of an operation, or of reaching the owner; the message is safe to show. */
export class ControlError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
  }
}

export interface ControlServer {
  /** Whoever waits for an answer is told that it is gone. */
  close(): Promise<void>;
  /** The same once everybody has got an answer. */
  closeWhenIdle(): Promise<void>;
}

export interface ControlSettings {
  readonly operations: Readonly<Record<string, ControlOperation>>;
  /** A path in the data directory; whoever can open it is the operator. */
  readonly socketPath: string;
  readonly reportFault: FaultReporter;
}

/**
 * Serves the owner's thin clients over a Unix socket that only the same user can open:
 * `POST /<operation>` with JSON arguments, answered by NDJSON lines `{"progress": …}` and one last
 * `{"result": …}` or `{"error": {"code", "message"}}`. The caller holds the directory's lock, so a socket
 * that is already there was left by a crash.
 */
export async function createControlServer(settings: ControlSettings): Promise<ControlServer> {
  const { socketPath, reportFault } = settings;
  if (Buffer.byteLength(socketPath) > SOCKET_PATH_BYTES) {
    throw new ControlError(
      'path_too_long',
      `The data directory's path is too long for a socket: ${socketPath}`,
    );
  }
  rmSync(socketPath, { force: true });
  const underway = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const serving = serve(settings, request, response)
      .catch((cause: unknown) => {
        reportFault('control', cause);
        response.destroy();
      })
      .finally(() => underway.delete(serving));
    underway.add(serving);
  });
  const before = process.umask(0o177);
  const listening = Promise.withResolvers<void>();
  try {
    server.once('error', listening.reject).listen(socketPath, listening.resolve);
  } finally {
    process.umask(before);
  }
  await listening.promise;
  chmodSync(socketPath, 0o600);
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const closeWhenIdle = async (): Promise<void> => {
    while (underway.size > 0) await Promise.all(underway);
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await closed;
  };
  return { close, closeWhenIdle };
}

async function serve(
  { operations, reportFault }: ControlSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => response.destroy());
  response.setHeader('content-type', 'application/x-ndjson');
  const name = request.url?.slice(1) ?? '';
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  try {
    if (operation === undefined || request.method !== 'POST') {
      throw new ControlError(
        'unknown_operation',
        `The running Stance knows no operation "${name}"; is it of another version?`,
      );
    }
    const args = await readArguments(request);
    const result = await operation(args, (progress) => {
      if (!response.writableNeedDrain && !response.destroyed)
        response.write(`${JSON.stringify({ progress })}\n`);
    });
    response.end(`${JSON.stringify({ result: result ?? null })}\n`);
  } catch (cause) {
    response.end(`${JSON.stringify({ error: publicError(cause, name, reportFault) })}\n`);
  }
}

async function readArguments(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > ARGUMENT_BYTES)
      throw new ControlError('too_large', `Arguments may have ${ARGUMENT_BYTES} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ControlError('not_json', 'The arguments are not JSON.');
  }
}

function publicError(cause: unknown, operation: string, reportFault: FaultReporter) {
  if (cause instanceof ControlError) return { code: cause.code, message: cause.message };
  const reference = reportFault(`control ${operation}`, cause);
  return {
    code: 'internal',
    message: `The running Stance met an internal fault, logged as incident ${reference}.`,
  };
}
