import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { ControlError } from './control.ts';

const Line = z.union([
  z.strictObject({ progress: z.unknown() }),
  z.strictObject({ result: z.unknown() }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);

/**
 * Asks the owner of a data directory to do something, and waits for its result.
 * @throws {ControlError} `not_running` when nobody listens, `connection_lost` when the owner went away, or the operation's own
 */
export async function callControl(
  socketPath: string,
  operation: string,
  args: unknown,
  onProgress: (step: unknown) => void = () => undefined,
): Promise<unknown> {
  const response = await post(socketPath, operation, args);
  try {
    for await (const text of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
      const line = Line.parse(JSON.parse(text));
      if ('error' in line) throw new ControlError(line.error.code, line.error.message);
      if ('result' in line) return line.result;
      onProgress(line.progress);
    }
  } catch (cause) {
    if (cause instanceof ControlError) throw cause;
    throw lost(operation, cause);
  } finally {
    response.destroy();
  }
  throw lost(operation);
}

function post(socketPath: string, operation: string, args: unknown): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest({ socketPath, method: 'POST', path: `/${operation}`, agent: false }, resolve);
  request.on('error', (error) => reject(unreachable(socketPath, operation, error)));
  request.end(JSON.stringify(args ?? null));
  return promise;
}

function unreachable(socketPath: string, operation: string, error: Error): ControlError {
  const nobody = 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
  return nobody
    ? new ControlError('not_running', `No Stance is running on this data directory (${socketPath}).`)
    : lost(operation, error);
}

function lost(operation: string, cause?: unknown): ControlError {
  const error = new ControlError('connection_lost', `The running Stance went away during "${operation}".`);
  error.cause = cause;
  return error;
}
