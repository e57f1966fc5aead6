import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { LastingWorker, workerEntry } from '../effects/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { IngestProgress, IngestResult, IntakePort } from '../sources/index.ts';
import { AddressesComing } from './crossing-addresses.ts';
import type {
  BatchOfReading,
  FromReader,
  ReadingOrder,
  ReadingRequest,
  ToReader,
} from './reading-messages.ts';

/** Below this the logs are read before a thread has started. */
const WORTH_A_THREAD_BYTES = 4 * 1_048_576;
const thread = new LastingWorker(workerEntry('./reading-worker', import.meta.url));

/** Whether reading these logs in a thread of its own gains something: a second core, and enough to read. */
export async function isWorthAThread(paths: readonly string[]): Promise<boolean> {
  if (availableParallelism() < 2 || paths.includes('-')) return false;
  let bytes = 0;
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    // A folder is taken to be large: to know would be to walk it twice.
    bytes += found === null ? 0 : found.isDirectory() ? WORTH_A_THREAD_BYTES : found.size;
  }
  return bytes >= WORTH_A_THREAD_BYTES;
}

/**
 * Reads logs in a thread: there they are scanned, merged and gathered into batches, here the port takes them. As many
 * batches as the port takes ahead are on their way while the next is gathered, so a slow disk slows the thread.
 * @throws whatever the port throws, `OperationError` for paths, and what went wrong in the thread
 */
export async function readInThread(
  request: ReadingRequest,
  port: IntakePort,
  onProgress: (progress: IngestProgress) => void,
): Promise<IngestResult> {
  const worker = thread.running();
  const { port1: ours, port2: theirs } = new MessageChannel();
  const ended = new AbortController();
  try {
    return await new Promise<IngestResult>((resolve, reject) => {
      const { signal } = ended;
      // What ends the thread ends every reading in it.
      const onEnd = (cause: unknown): void =>
        reject(new Error('the thread that reads logs ended early', { cause }));
      once(worker, 'error', { signal }).then(
        ([cause]) => onEnd(cause),
        () => undefined,
      );
      once(worker, 'exit', { signal }).then(
        ([code]) => onEnd(code),
        () => undefined,
      );
      listen(ours, port, { onProgress, resolve, reject });
      const order: ReadingOrder = { ...request, channel: theirs, ahead: port.ahead ?? 1 };
      worker.postMessage(order, [theirs]);
    });
  } finally {
    ended.abort();
    ours.close();
  }
}

interface Reading {
  readonly onProgress: (progress: IngestProgress) => void;
  readonly resolve: (result: IngestResult) => void;
  readonly reject: (cause: unknown) => void;
}

/** Does what the thread asks for. */
function listen(channel: MessagePort, port: IntakePort, { onProgress, resolve, reject }: Reading): void {
  /** What the port refused with: the thread only learns that it did. */
  let refusal: unknown = null;
  const reading = {};
  const take = async (batch: BatchOfReading) => port.take({ ...addresses.come(batch), reading });
  const addresses = new AddressesComing();
  const answer = async (id: number, doing: Promise<ToReader['value']>): Promise<void> => {
    const value = await doing.catch((cause: unknown) => {
      refusal = cause;
      return null;
    });
    channel.postMessage({ id, value } satisfies ToReader);
  };
  channel.on('message', (message: FromReader) => {
    switch (message.kind) {
      case 'takenIn':
        return void answer(message.id, port.takenIn(message.producer));
      case 'take':
        return void answer(message.id, take(message.batch));
      case 'endOfHistory':
        return void answer(
          message.id,
          port.endOfHistory().then(() => undefined),
        );
      case 'remember':
        return port.remember(message.producer, message.checkpoints);
      case 'progress':
        return onProgress(message.progress);
      case 'done':
        return resolve(message.result);
      case 'failed':
        return reject(failureOf(message, refusal));
    }
  });
}

function failureOf({ path, cause }: Extract<FromReader, { kind: 'failed' }>, refusal: unknown): unknown {
  if (path !== null) return new OperationError(path.code, path.message, { cause });
  return cause ?? refusal;
}
